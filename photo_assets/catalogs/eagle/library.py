"""One Eagle library on disk: checking that it exists and is a library, and listing its items.

Layout: X.library/{metadata.json, mtime.json, images/<item id>.info/}. It is read as files because
Eagle's web API works only while the program runs, and has calls that write.
"""

import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from photo_assets.catalogs.eagle.albums import FolderPaths, folder_paths
from photo_assets.catalogs.eagle.documents import (
    ITEM_LIMIT,
    LIBRARY_LIMIT,
    DocumentError,
    parse_object,
    read_regular,
    retrying,
)
from photo_assets.catalogs.eagle.listing import Listing, list_folder
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.wording import counted
from photo_assets.system.file_state import ChangeTimes

INFO_SUFFIX = ".info"
RETRY_PAUSES_S = (0.05, 0.2)


@dataclass(frozen=True, slots=True)
class Library:
    """A checked library. `images` is the absolute path of its images folder."""

    root: str
    images: str
    _change_times: ChangeTimes = field(default_factory=ChangeTimes, repr=False, compare=False)

    def folders(self) -> FolderPaths:
        """Return its folders by id. Raises `CatalogUnreadableError`."""
        path = os.path.join(self.root, "metadata.json")
        try:
            document = retrying(
                lambda: parse_object(read_regular(path, LIBRARY_LIMIT))[0],
                RETRY_PAUSES_S,
                time.sleep,
            )
        except (OSError, DocumentError) as error:
            raise CatalogUnreadableError(
                f"The Eagle library {self.root} has no readable metadata.json: {error}",
                hint="Nothing was changed. Open the library in Eagle once, then run again.",
            ) from error
        return folder_paths(document)

    def entries(self) -> list[str]:
        """Return the names in images/, sorted by their bytes.

        Raises `CatalogUnavailableError` when the folder cannot be listed, or is empty although
        Eagle's mtime.json lists items: then its disk or its sync service is not available.
        """
        try:
            names = sorted(os.listdir(self.images), key=os.fsencode)
        except OSError as error:
            raise _unavailable(self.images, error.strerror or str(error)) from error
        if not any(name.endswith(INFO_SUFFIX) for name in names) and (count := self.counted()):
            raise _unavailable(
                self.images, f"it is empty and mtime.json counts {counted(count, 'item')}"
            )
        return names

    def listing(self, entry: str) -> Listing:
        """Return the listing of one item's folder. Raises `OSError`."""
        return list_folder(os.path.join(self.images, entry), self._change_times)

    def counted(self) -> int:
        """Return the number of items in mtime.json; 0 when it is missing or damaged."""
        try:
            path = os.path.join(self.root, "mtime.json")
            times: dict[str, Any] = parse_object(read_regular(path, LIBRARY_LIMIT))[0]
        except (OSError, DocumentError):
            return 0
        return len(times) - ("all" in times)

    def is_there(self) -> bool:
        """Return whether the images folder is still accessible."""
        return os.path.isdir(self.images)


def open_library(path: Path) -> Library:
    """Return the library at `path`.

    Raises `CatalogUnavailableError` when it does not exist, `CatalogUnreadableError` when it is not
    an Eagle library.
    """
    root = os.path.abspath(path)
    try:
        is_folder = stat.S_ISDIR(os.stat(root).st_mode)
    except OSError as error:
        raise _unavailable(root, error.strerror or str(error)) from error
    library = Library(root, os.path.join(root, "images"))
    document = os.path.join(root, "metadata.json")
    if not is_folder or not os.path.lexists(document) or not os.path.lexists(library.images):
        raise _not_a_library(root, "it has no metadata.json or no images folder")
    if os.path.islink(library.images) or not os.path.isdir(library.images):
        raise _not_a_library(root, "its images folder is a symbolic link or not a folder")
    return library


def read_item_document(folder: str) -> tuple[dict[str, Any], str]:
    """Return one item's metadata.json parsed and as text. Raises `OSError`, `DocumentError`."""
    return parse_object(read_regular(os.path.join(folder, "metadata.json"), ITEM_LIMIT))


def _unavailable(path: str, why: str) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"The Eagle library at {path} cannot be read: {why}.",
        hint="Connect its disk or correct `path`; its last rows are kept until then.",
    )


def _not_a_library(root: str, why: str) -> CatalogUnreadableError:
    return CatalogUnreadableError(
        f"{root} is not an Eagle library: {why}.",
        hint="`path` must name the folder that ends in .library.",
    )
