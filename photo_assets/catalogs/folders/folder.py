"""One directory as the walk hands it over: its handle, its listing, and what lies beside it.

Which directories lie beside it is found in `beside`; nothing is listed here.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from photo_assets.catalogs.folders.listing import Listing
from photo_assets.model.events import ScanEvent
from photo_assets.model.item import Album

OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another directory that says something of a directory's pictures."""

    path: str  # relative to the root
    anchor: int  # handle of a directory that is open as long as the folder is
    names: tuple[str, ...]  # the way from there
    listing: Listing | None  # None: it cannot be listed

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Open it, never through a symbolic link. Raises `OSError`."""
        handle = os.dup(self.anchor)
        try:
            for name in self.names:
                below = os.open(name, OPEN_DIRECTORY, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class AlbumTables:
    """What the albums of an export list: albums by file name. `is_whole`: all could be read."""

    albums: Mapping[str, Sequence[Album]]
    is_whole: bool


@dataclass(slots=True)
class Export:
    """The folders of albums of one export of iCloud Photos, shared by its folders of pictures."""

    key: str  # what its parts' paths have in common
    folders: tuple[Neighbour, ...]
    tables: AlbumTables | None = None  # as read once


@dataclass(slots=True)
class Folder:
    """One directory: its handle (open while it is yielded) and what it holds.

    One that could not be entered holds nothing, has no handle, and says in `barred` why.
    """

    path: str  # relative to the root, "" for the root itself, "/" between names
    handle: int
    listing: Listing
    barred: ScanEvent | None = None
    originals: tuple[Neighbour, ...] = ()  # where Picasa put what its pictures were
    export: Export | None = None  # of which it is a folder of pictures
    is_partly_read: bool = False  # what lies beside it could not be read whole

    @property
    def name(self) -> str:
        """The last part of its path; "" for the root."""
        return self.path.rpartition("/")[2]

    def id_of(self, text: str) -> str:
        """Return the native id of a name in this directory."""
        return f"{self.path}/{text}" if self.path else text

    @property
    def set_aside(self) -> Iterator[ScanEvent]:
        """Yield what is no row and why."""
        if self.barred is not None:
            yield self.barred
        yield from self.listing.events(self.id_of(""))

    @property
    def state(self) -> bytes | None:
        """Digest of all that a scan of it depends on; None when time alone may change that."""
        own = self.listing.state if self.barred is None else None
        beside = (*self.originals, *(self.export.folders if self.export else ()))
        if own is None or not beside:
            return own
        state = hashlib.blake2b(own, digest_size=16)
        for neighbour in beside:
            theirs = neighbour.listing.state if neighbour.listing else None
            if theirs is None:
                return None
            state.update(os.fsencode(f"{neighbour.path}\0") + theirs)
        return state.digest()
