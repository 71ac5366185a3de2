"""Searching for the files of a catalog: present, missing, or on a missing volume.

Uses one directory listing per folder, cached for recently used folders. Reads directories and file
status, never the content of a file; symbolic links are not followed out of the root folder.
"""

import os
import stat
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from photo_assets.catalogs.lightroom.folders import FolderPath
from photo_assets.model.vocabulary import Availability
from photo_assets.system.file_state import ChangeTimes

_KEPT_LISTINGS = 256


@dataclass(frozen=True, slots=True)
class Sighting:
    """The searched path of a file, and the file found. `path` is a native path of this machine."""

    path: str
    availability: Availability
    size: int | None = None
    mtime_ns: int | None = None
    ctime_ns: int | None = None
    inode: int | None = None


class Presence:
    """The files on this machine's disks; one object per scan."""

    def __init__(self) -> None:
        self._roots: dict[str, str | None] = {}
        self._listings: OrderedDict[str, _Listing] = OrderedDict()
        self._directories: dict[FolderPath, str | Availability] = {}
        self.change_times = ChangeTimes()

    def sight(self, folder: FolderPath, name: str) -> Sighting:
        """Search for the file `name` in the folder `folder`."""
        directory = self.directory(folder)
        if isinstance(directory, Availability):
            return Sighting(_below(folder.directory, name), directory)
        try:
            found = self._listing(directory).find(name)
        except OSError:  # it cannot be listed, so the file may exist
            return Sighting(_below(directory, name), Availability.OFFLINE)
        if found is None:
            return Sighting(_below(directory, name), Availability.MISSING)
        return self._status(_below(directory, found), self._roots[folder.anchor] or folder.anchor)

    def directory(self, folder: FolderPath) -> str | Availability:
        """Return the folder in its spelling on disk, or the reason why it does not exist."""
        if folder not in self._directories:
            self._directories[folder] = self._resolve(folder)
        return self._directories[folder]

    def _resolve(self, folder: FolderPath) -> str | Availability:
        if folder.anchor not in self._roots:
            self._roots[folder.anchor] = root_on_disk(folder.anchor)
        root = self._roots[folder.anchor]
        if root is None:
            return Availability.OFFLINE
        try:
            directory = _folder_below(root, folder.directory[len(folder.anchor) :], self._listing)
        except OSError:
            return Availability.OFFLINE
        if directory is None:
            return Availability.MISSING
        return directory if _is_inside(directory, root) else Availability.OFFLINE

    def _status(self, path: str, anchor: str) -> Sighting:
        try:
            found = os.lstat(path)
            if stat.S_ISLNK(found.st_mode):
                if not _is_inside(path, anchor):
                    return Sighting(path, Availability.OFFLINE)
                found = os.stat(path)
        except FileNotFoundError:
            return Sighting(path, Availability.MISSING)
        except OSError:
            return Sighting(path, Availability.OFFLINE)
        if not stat.S_ISREG(found.st_mode):
            return Sighting(path, Availability.MISSING)
        state = self.change_times.state(found)
        return Sighting(
            path, Availability.ONLINE, state.size, state.mtime_ns, state.ctime_ns, state.inode
        )

    def _listing(self, directory: str) -> "_Listing":
        if directory in self._listings:
            self._listings.move_to_end(directory)
        else:
            self._listings[directory] = _list(directory)
            if len(self._listings) > _KEPT_LISTINGS:
                self._listings.popitem(last=False)
        return self._listings[directory]


class _Listing:
    """The names in one directory, matched exactly, or else apart from case and Unicode form.

    The file systems of Lightroom's platforms do not distinguish these forms; where two names on
    disk differ only in them, neither is used.
    """

    def __init__(self, names: list[str]) -> None:
        self._exact = frozenset(names)
        self._folded: dict[str, str | None] = {}
        for name in names:
            folded = _folded(name)
            self._folded[folded] = None if folded in self._folded else name

    def find(self, name: str) -> str | None:
        return name if name in self._exact else self._folded.get(_folded(name))


def root_on_disk(anchor: str) -> str | None:
    """Return a root folder in its spelling on disk, None when it does not exist.

    It and its parents are matched like the names in it. An empty folder is a mount point without
    its volume.
    """
    if not os.path.isabs(anchor):
        return None  # a path of another system ("D:/Photos") that no root map translates
    try:
        found = _folder_below("/", anchor, _list)
        if found is None:
            return None
        with os.scandir(found) as entries:
            return None if next(entries, None) is None else found
    except OSError:
        return None


def _folder_below(here: str, path: str, listing: Callable[[str], _Listing]) -> str | None:
    """Return the folder `path` below `here` in its spelling on disk, None when it does not exist.

    A directory is listed only where the exact name does not exist. Raises `OSError`.
    """
    exact = _below(here, path.strip("/")) if path.strip("/") else here
    if os.path.isdir(exact):
        return exact
    for part in path.strip("/").split("/"):
        found = part if os.path.isdir(_below(here, part)) else listing(here).find(part)
        if found is None or not os.path.isdir(_below(here, found)):
            return None
        here = _below(here, found)
    return here


def _list(directory: str) -> _Listing:
    return _Listing(os.listdir(directory))


def _is_inside(path: str, anchor: str) -> bool:
    root = os.path.realpath(anchor)
    return os.path.commonpath([root, os.path.realpath(path)]) == root


def _below(directory: str, name: str) -> str:
    return f"{directory.rstrip('/')}/{name}"


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
