"""What versions before this one stored at other places of the lake.

What people wrote on the Notion pages lay among the catalogs, which it is none of.
"""

import os
from contextlib import suppress
from typing import Final

from photo_assets.lake.lake import AssetPath, Lake
from photo_assets.model.errors import StorageError

_BEFORE: Final[AssetPath] = ("catalog", "notion")
_NOW: Final[AssetPath] = ("mirror", "notion")


def carry_over_mirror(lake: Lake) -> None:
    """Move the tables of `catalog/notion` to `mirror/notion`, in place of those that are there.

    Cut short, the next call continues. Raises `StorageError`: left there, they would be items.
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
        pass  # that process is done
    except OSError as error:
        raise StorageError(
            f"{before} cannot be moved to {now}, where this version has it: {error}.",
            hint="Make both folders writable, or move it there yourself.",
        ) from error
