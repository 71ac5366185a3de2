"""Walking the tree by directory handles: never through a symbolic link, one folder at a time.

Opening each directory relative to its parent's handle means that a symbolic link that replaces a
directory during the walk is not followed, and that paths longer than the system's limit can be
read.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets.catalogs.folders.folder import OPEN_DIRECTORY, Folder
from photo_assets.catalogs.folders.listing import Listing, Rules, list_directory
from photo_assets.catalogs.folders.related_folders import RelatedFolders
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.names import to_text

MAX_DEPTH = 200


@dataclass(slots=True)
class _Level:
    folder: Folder
    identity: tuple[int, int]
    children: list[str]  # names still to visit, in reverse order


def walk(root: str, rules: Rules) -> Iterator[Folder]:
    """Yield every directory below `root`, parents first, names in byte order.

    Raises `CatalogUnavailableError` when the root does not exist, `CatalogUnreadableError` when it
    is not a directory. A directory that cannot be listed yields a folder with one `Failed`.
    """
    levels = [_root_level(root, rules)]
    related = RelatedFolders(rules)
    try:
        related.add([levels[0].folder])
        yield levels[0].folder
        while levels:
            level = levels[-1]
            if not level.children:
                os.close(levels.pop().folder.handle)
                continue
            name = level.children.pop()
            path = level.folder.id_of(to_text(name))
            entered = _enter(name, path, levels, rules)
            if isinstance(entered, _Level):
                levels.append(entered)
                related.add([level.folder for level in levels])
                yield entered.folder
            else:
                yield Folder(path, -1, Listing(), entered)
    finally:
        for level in levels:
            os.close(level.folder.handle)


def _root_level(root: str, rules: Rules) -> _Level:
    try:
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            return _listed("", handle, rules)
        except OSError:
            os.close(handle)
            raise
    except NotADirectoryError as error:
        raise CatalogUnreadableError(
            f"{to_text(root)} is not a folder.", hint="Set `path` to the folder with the photos."
        ) from error
    except OSError as error:
        raise CatalogUnavailableError(
            f"The folder {to_text(root)} cannot be read: {error.strerror}.",
            hint="Connect or mount it; its rows are kept until then.",
        ) from error


def _enter(name: str, path: str, levels: list[_Level], rules: Rules) -> _Level | ScanEvent:
    if len(levels) > MAX_DEPTH:
        detail = f"Folders deeper than {MAX_DEPTH} levels are not read."
        return Failed(path, "too deep", detail, native_prefix=f"{path}/")
    try:
        handle = os.open(name, OPEN_DIRECTORY, dir_fd=levels[-1].folder.handle)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOENT, errno.ENOTDIR}:
            return Discarded(path, "vanished", "The folder disappeared during the scan.")
        return _unlistable(path, error)
    try:
        level = _listed(path, handle, rules)
    except OSError as error:
        os.close(handle)
        return _unlistable(path, error)
    if any(level.identity == above.identity for above in levels):
        os.close(handle)
        return Discarded(path, "folder loop", "The folder is mounted inside itself.")
    return level


def _unlistable(path: str, error: OSError) -> Failed:
    return Failed(
        path,
        "folder not readable",
        f"The folder cannot be listed: {error.strerror}. The rows of its files are kept.",
        native_prefix=f"{path}/",
    )


def _listed(path: str, handle: int, rules: Rules) -> _Level:
    found = os.fstat(handle)
    listing = list_directory(handle, rules, path.rpartition("/")[2])
    folder = Folder(path, handle, listing)
    return _Level(folder, (found.st_dev, found.st_ino), listing.folders[::-1])
