"""Moving tables that earlier versions stored elsewhere in the lake.

The text that people wrote on Notion pages was stored among the catalogs, although it is not one.
"""

import os
from contextlib import suppress
from typing import Final

from photo_assets.lake.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.model.errors import StorageError

_BEFORE: Final[AssetPath] = ("catalog", "notion")
_NOW: Final[AssetPath] = ("mirror", "notion")


def move_mirror_tables(lake: Lake) -> None:
    """Move the tables of `catalog/notion` to `mirror/notion`, replacing existing ones.

    After an interruption, the next call continues. Raises `StorageError`: tables left there would
    count as items.
    """
    before, now = (lake.root.joinpath(*asset) for asset in (_BEFORE, _NOW))
    if not before.is_dir():
        return
    try:
        now.mkdir(parents=True, exist_ok=True)
        for path in sorted(before.iterdir()):
            with suppress(FileNotFoundError):  # another process has just moved it
                os.replace(path, now / path.name)
        before.rmdir()
    except FileNotFoundError:
        pass  # that process has finished
    except OSError as error:
        raise StorageError(
            f"{before} cannot be moved to {now}, where this version has it: {error}.",
            hint="Make both folders writable, or move it there yourself.",
        ) from error
