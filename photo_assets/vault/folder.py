"""A store in a folder on a local disk or a NAS: `blobs/sha256/ab/cd/<64 hex digits>`.

The file `photosync-vault.json` marks the folder as a store. Where it is missing, the disk is not
mounted, or the folder is another one: nothing is written, and no blob is taken for lost.
"""

import contextlib
import io
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from photo_assets.model.errors import StorageError
from photo_assets.system.clone import clone_data
from photo_assets.system.durable import (
    is_temporary,
    make_directory,
    replacing,
    sweep_temporaries,
    sync_directory,
    write_bytes,
)
from photo_assets.vault.blob_folders import BlobFolders, unreadable
from photo_assets.vault.marker import MARKER, new_marker, store_id
from photo_assets.vault.store import (
    Condition,
    ContentChangedError,
    DamagedBlobError,
    Stored,
    StoreUnavailableError,
    Verdict,
    copy_hashed,
)

_READ_ONLY = 0o444
_ABANDONED_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder of blobs. `root` exists and contains the marker; see `create`.

    `clones`: it shares the data of files on its file system, where that can be, until one of them
    is written to. Two stores that did so with the same file would hold one copy.
    """

    name: str
    root: Path
    clones: bool = False
    _folders: BlobFolders = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Know the folders of the blobs."""
        object.__setattr__(self, "_folders", BlobFolders(self.root))

    @property
    def at_once(self) -> int:
        """Several: the disk writes some files while others are hashed."""
        return 4

    @property
    def location(self) -> str:
        """Where the store is, for people."""
        return str(self.root)

    def exists(self) -> bool:
        """Whether the folder is a store. False also while its disk is not connected."""
        return os.path.isfile(self.root / MARKER)

    def create(self) -> str:
        """Make the folder a store and return its id; an existing store stays as it is.

        Raises `StorageError` if the folder contains anything else, because it would mix with the
        blobs, or if the folder that it is in does not exist: its disk may not be connected.
        """
        if self.exists():
            return self.open()
        if not os.path.isdir(self.root.parent):
            raise StorageError(
                f"The folder {self.root.parent}, for the store `{self.name}`, does not exist.",
                hint="Connect the disk, or create that folder.",
            )
        try:
            make_directory(self.root)
            others = sorted(name for name in os.listdir(self.root) if not self._is_left_over(name))
        except OSError as error:
            raise StorageError(
                f"Could not create the folder {self.root}: {error.strerror or error}.",
                hint="Check the path and its permissions.",
            ) from error
        if others:
            raise StorageError(
                f"The folder {self.root} is not empty (it contains {others[0]}).",
                hint=f"Set the folder of the store `{self.name}` to an empty or a new one.",
            )
        write_bytes(self.root / MARKER, new_marker(), _READ_ONLY)
        return self.open()

    def _is_left_over(self, name: str) -> bool:
        """Return whether a killed writer, or one whose disk went away, left this in the folder."""
        if name != "blobs":
            return is_temporary(name)
        inside = os.walk(self.root / name, onerror=_raise)
        return all(is_temporary(one) for *_, names in inside for one in names)

    def open(self) -> str:
        """Return the store's id. Raises `StoreUnavailableError`."""
        marker = self.root / MARKER
        try:
            content = marker.read_bytes()
        except FileNotFoundError:
            raise StoreUnavailableError(
                f"The store `{self.name}` is not in {self.root}: it contains no {MARKER}.",
                hint="Connect its disk, or create it if it is new: "
                f"photosync vault create {self.name}.",
            ) from None
        except OSError as error:
            reason = error.strerror or error
            raise StoreUnavailableError(f"Could not read {marker}: {reason}.") from error
        opened = store_id(content, str(marker))
        top = self._folders.top
        for folder in (top.parent, top):
            if os.path.islink(folder):  # the blobs may be those of another store, or a user's files
                raise StoreUnavailableError(
                    f"{folder} is a link; the folders of a store must not be.",
                    hint=f"Set the folder of the store `{self.name}` to where the link leads.",
                )
        return opened

    def path(self, sha256: bytes) -> Path:
        """Return the path of a blob, existing or not."""
        return self._folders.path(sha256)

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        """Write the blob, or verify it if it exists. See `BlobStore.put`."""
        opened, target = self.open(), self.path(sha256)
        if self.size(sha256) is None:
            self._write(sha256, content, opened)
            return Stored.WRITTEN
        verdict = self.verify(sha256)
        if not verdict.is_copy:
            raise DamagedBlobError(
                f"{target} is {verdict.condition}: {verdict.detail}.",
                hint=f"To replace it: photosync fsck --store {self.name} --repair",
            )
        try:
            sync_directory(target.parent)  # a killed writer may not have come to it
        except OSError as error:
            raise unreadable(target.parent, error) from error
        self._folders.sync(target.parent)
        return Stored.PRESENT

    def _write(self, sha256: bytes, content: BinaryIO, opened: str) -> None:
        """Write a blob. `opened`: the store's id, which must still be there before the rename."""
        target = self.path(sha256)
        self._folders.make(target.parent)
        with replacing(target, _READ_ONLY) as stream:
            found = _cloned(content, stream, sha256) if self.clones else None
            if found is None:
                found, _ = copy_hashed(content, stream)
            if found != sha256:
                raise ContentChangedError("The file changed since it was fingerprinted.")
            if self.open() != opened:
                raise StoreUnavailableError(f"Another store is in {self.root} now.")
        self._folders.sync(target.parent)

    def size(self, sha256: bytes) -> int | None:
        """Return the length of a blob in bytes, or None if it is absent."""
        path = self.path(sha256)
        try:
            found = path.lstat()
        except FileNotFoundError:
            self.open()  # absent in the store, not with it
            return None
        except OSError as error:
            raise unreadable(path, error) from error
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    @contextmanager
    def get(self, sha256: bytes) -> Iterator[BinaryIO]:
        """Open a blob for reading. Raises `StorageError`."""
        path = self.path(sha256)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise unreadable(path, error) from error
        with _BlobStream(io.FileIO(descriptor)) as stream:
            yield stream

    def list(self, prefix: str = "") -> Iterator[bytes]:
        """Yield the blobs whose names start with `prefix`, in order. Other files are ignored.

        Raises the `StorageError` of a folder that cannot be read after all others were.
        """
        self.open()
        yield from self._folders.blobs(prefix)

    def verify(self, sha256: bytes) -> Verdict:
        """Read a blob in full and compare its hash. Raises `StoreUnavailableError`."""
        try:
            if self.size(sha256) is None:
                return Verdict(Condition.ABSENT)
            with self.get(sha256) as stream:
                about = os.fstat(stream.fileno())
                found, length = copy_hashed(stream)
        except StoreUnavailableError:
            raise
        except (OSError, StorageError) as error:
            self.open()
            return Verdict(Condition.UNREADABLE, None, str(error).rstrip("."))
        identity = about.st_dev, about.st_ino
        if found != sha256:
            detail = f"its {length:,} bytes have another SHA-256"
            return Verdict(Condition.DAMAGED, length, detail, identity)
        if about.st_mode & 0o222:
            return Verdict(Condition.WRITABLE, length, "the file may be written to", identity)
        return Verdict(Condition.INTACT, length, None, identity)

    def protect(self, sha256: bytes) -> None:
        """Make a blob read-only again. Raises `StorageError`."""
        self.open()
        path = self.path(sha256)
        try:
            path.chmod(_READ_ONLY)
            kept = path.stat().st_mode & 0o222
        except OSError as error:
            raise StorageError(
                f"Could not make {path} read-only: {error.strerror or error}.",
                hint="Check the owner of the file.",
            ) from error
        if kept:
            raise StorageError(f"The file system does not let {path} be made read-only.")

    def restore(self, sha256: bytes, content: BinaryIO) -> str | None:
        """Put a good copy in the place of a blob. See `BlobStore.restore`.

        The damaged file gets a second name in `aside` first, so that there is no moment without a
        file of this name.
        """
        opened, path = self.open(), self.path(sha256)
        kept = self._keep_aside(path) if os.path.lexists(path) else None
        self._write(sha256, content, opened)
        return kept

    def _keep_aside(self, path: Path) -> str:
        aside = self.root / "aside"
        target = aside / f"{path.name}.{secrets.token_hex(4)}"
        try:
            make_directory(aside)
            try:
                os.link(path, target, follow_symlinks=False)
            except OSError:  # a folder, or a file system without hard links
                path.rename(target)
                sync_directory(path.parent)
            sync_directory(aside)
        except OSError as error:
            raise StorageError(
                f"Could not keep {path} as {target}: {error.strerror or error}.",
                hint="Check the disk and its permissions.",
            ) from error
        return str(target)

    def sweep(self) -> int:
        """Remove unfinished files of killed writers; return how many."""
        removed = 0
        with contextlib.suppress(StorageError):  # told by a check
            for folder in self._folders.all():
                with contextlib.suppress(OSError):
                    removed += sweep_temporaries(folder, _ABANDONED_S, time.time())
        return removed


class _BlobStream(io.BufferedReader):
    """A blob of a store. Another store copies it: two with the same data would hold one copy."""


def _cloned(content: BinaryIO, stream: BinaryIO, wanted: bytes) -> bytes | None:
    """Share the data of a file and read all of it again; return its SHA-256 if it is the wanted.

    None, with nothing in `stream`, if it has to be copied.
    """
    if isinstance(content, _BlobStream) or not clone_data(content, stream):
        return None
    with open(os.dup(stream.fileno()), "rb") as clone:
        found, _ = copy_hashed(clone)
    if found == wanted:
        return found
    os.ftruncate(stream.fileno(), 0)
    os.lseek(stream.fileno(), 0, os.SEEK_SET)
    return None


def _raise(error: OSError) -> None:
    raise error
