"""One directory of a walk: its handle, its listing, and related directories.

Related directories are found in `related_folders`; nothing is listed here.
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
class RelatedFolder:
    """A related directory with metadata of a directory's pictures."""

    path: str  # relative to the root
    anchor: int  # handle of a directory that is open as long as the folder is
    names: tuple[str, ...]  # path components from there
    listing: Listing | None  # None: it cannot be listed

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Open the directory without following symbolic links. Raises `OSError`."""
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
    """The album tables of an export: albums by file name. `is_whole`: all were readable."""

    albums: Mapping[str, Sequence[Album]]
    is_whole: bool


@dataclass(slots=True)
class Export:
    """The album folders of one export of iCloud Photos, shared by its folders of pictures."""

    key: str  # common part of the paths of its parts
    folders: tuple[RelatedFolder, ...]
    tables: AlbumTables | None = None  # cached after the first reading


@dataclass(slots=True)
class Folder:
    """One directory: its handle (open while it is yielded) and its content.

    A directory that could not be opened has no content and no handle; `barred` is the reason.
    """

    path: str  # relative to the root, "" for the root itself, "/" between names
    handle: int
    listing: Listing
    barred: ScanEvent | None = None
    originals: tuple[RelatedFolder, ...] = ()  # Picasa's originals of its pictures
    export: Export | None = None  # that contains this folder of pictures
    is_partly_read: bool = False  # a related directory could not be read completely

    @property
    def name(self) -> str:
        """The last part of its path; "" for the root."""
        return self.path.rpartition("/")[2]

    def id_of(self, text: str) -> str:
        """Return the native id of a name in this directory."""
        return f"{self.path}/{text}" if self.path else text

    @property
    def set_aside(self) -> Iterator[ScanEvent]:
        """Yield the discards and failures of the listing."""
        if self.barred is not None:
            yield self.barred
        yield from self.listing.events(self.id_of(""))

    @property
    def state(self) -> bytes | None:
        """Digest of all inputs of a scan of it; None when the passage of time may change them."""
        own = self.listing.state if self.barred is None else None
        beside = (*self.originals, *(self.export.folders if self.export else ()))
        if own is None or not beside:
            return own
        state = hashlib.blake2b(own, digest_size=16)
        for neighbor in beside:
            theirs = neighbor.listing.state if neighbor.listing else None
            if theirs is None:
                return None
            state.update(os.fsencode(f"{neighbor.path}\0") + theirs)
        return state.digest()
