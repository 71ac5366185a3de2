"""A store in a folder on a local disk or a NAS: `blobs/sha256/ab/cd/<64 hex digits>`.

The file `photosync-vault.json` marks the folder as a store. Where it is missing, the disk is not
mounted, or the folder is another one: nothing is written, and no blob is taken for lost.
"""

import json
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from photo_assets.model.errors import StorageError
from photo_assets.system.durable import (
    make_directory,
    replacing,
    sweep_temporaries,
    sync_directory,
    write_bytes,
)
from photo_assets.vault.store import (
    Condition,
    ContentChangedError,
    DamagedBlobError,
    Stored,
    StoreUnavailableError,
    Verdict,
    copy_hashed,
)

MARKER = "photosync-vault.json"
_FORMAT = 1
_READ_ONLY = 0o444
_ABANDONED_S = 24 * 3600.0
_NAME = re.compile(r"[0-9a-f]{64}")
_PAIR = re.compile(r"[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder of blobs. `root` exists and contains the marker; see `create`."""

    name: str
    root: Path

    def exists(self) -> bool:
        """Whether the folder is a store. False also while its disk is not connected."""
        return (self.root / MARKER).is_file()

    def create(self) -> str:
        """Make the folder a store and return its id; an existing store stays as it is.

        Raises `StorageError` if the folder contains anything else: it would mix with the blobs.
        """
        if self.exists():
            return self.open()
        try:
            make_directory(self.root)
            others = sorted(os.listdir(self.root))
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
        # No UUID of a library: two libraries may share a store.
        content = {"format": _FORMAT, "id": secrets.token_hex(16)}
        write_bytes(self.root / MARKER, json.dumps(content).encode() + b"\n", _READ_ONLY)
        return self.open()

    def open(self) -> str:
        """Return the store's id. Raises `StoreUnavailableError`."""
        marker = self.root / MARKER
        try:
            content = json.loads(marker.read_bytes())
        except FileNotFoundError:
            raise StoreUnavailableError(
                f"The store `{self.name}` is not in {self.root}: it contains no {MARKER}.",
                hint="Connect the disk. To create a new store there: "
                f"photosync vault create {self.name}.",
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise StoreUnavailableError(f"Could not read {marker}: {reason}.") from error
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            raise StoreUnavailableError(f"{marker} is not the marker of a store.")
        if content.get("format") != _FORMAT:
            raise StoreUnavailableError(
                f"{marker} states format {content.get('format')}; this version reads {_FORMAT}.",
                hint="Update photo_assets.",
            )
        return str(content["id"])

    def path(self, sha256: bytes) -> Path:
        """Return the path of a blob, existing or not."""
        name = sha256.hex()
        return self.root / "blobs" / "sha256" / name[:2] / name[2:4] / name

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        """Write the blob, or verify it if it exists. See `BlobStore.put`."""
        target = self.path(sha256)
        if self.size(sha256) is not None:
            verdict = self.verify(sha256)
            if not verdict.is_copy:
                raise DamagedBlobError(
                    f"{target} is {verdict.condition}: {verdict.detail}.",
                    hint=f"To replace it: photosync fsck --store {self.name} --repair",
                )
            return Stored.PRESENT
        with replacing(target, _READ_ONLY) as stream:
            found, _ = copy_hashed(content, stream)
            if found != sha256:
                raise ContentChangedError("The file changed since it was fingerprinted.")
        return Stored.WRITTEN

    def size(self, sha256: bytes) -> int | None:
        """Return the length of a blob in bytes, or None if it is absent."""
        path = self.path(sha256)
        try:
            found = path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    @contextmanager
    def get(self, sha256: bytes) -> Iterator[BinaryIO]:
        """Open a blob for reading. Raises `StorageError`."""
        path = self.path(sha256)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise _unreadable(path, error) from error
        with os.fdopen(descriptor, "rb") as stream:
            yield stream

    def list(self, prefix: str = "") -> Iterator[bytes]:
        """Yield the blobs whose names start with `prefix`, in order. Other files are ignored."""
        top = self.root / "blobs" / "sha256"
        for first in _names(top, _PAIR, prefix[:2]):
            for second in _names(top / first, _PAIR, prefix[2:4]):
                for name in _names(top / first / second, _NAME, prefix):
                    yield bytes.fromhex(name)

    def verify(self, sha256: bytes) -> Verdict:
        """Read a blob in full and compare its hash."""
        if self.size(sha256) is None:
            return Verdict(Condition.ABSENT)
        try:
            with self.get(sha256) as stream:
                found, length = copy_hashed(stream)
                mode = os.fstat(stream.fileno()).st_mode
        except (OSError, StorageError) as error:
            return Verdict(Condition.UNREADABLE, None, str(error).rstrip("."))
        if found != sha256:
            return Verdict(Condition.DAMAGED, length, f"its {length:,} bytes have another SHA-256")
        if mode & 0o222:
            return Verdict(Condition.WRITABLE, length, "the file may be written to")
        return Verdict(Condition.INTACT, length)

    def protect(self, sha256: bytes) -> None:
        """Make a blob read-only again. Raises `StorageError`."""
        path = self.path(sha256)
        try:
            path.chmod(_READ_ONLY)
        except OSError as error:
            raise _unreadable(path, error) from error

    def set_aside(self, sha256: bytes) -> str:
        """Move a damaged blob to `aside`; return its path there. Raises `StorageError`."""
        path, aside = self.path(sha256), self.root / "aside"
        target = aside / f"{path.name}.{secrets.token_hex(4)}"
        try:
            make_directory(aside)
            path.rename(target)
            sync_directory(aside)
            sync_directory(path.parent)
        except OSError as error:
            raise StorageError(
                f"Could not move {path} to {target}: {error.strerror or error}.",
                hint="Check the disk and its permissions.",
            ) from error
        return str(target)

    def sweep(self) -> int:
        """Remove unfinished files of killed writers; return how many."""
        top, removed = self.root / "blobs" / "sha256", 0
        for first in _names(top, _PAIR, ""):
            for second in _names(top / first, _PAIR, ""):
                removed += sweep_temporaries(top / first / second, _ABANDONED_S, time.time())
        return removed


def _names(folder: Path, form: re.Pattern[str], prefix: str) -> list[str]:
    try:
        found = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(folder, error) from error
    return sorted(name for name in found if form.fullmatch(name) and name.startswith(prefix))


def _unreadable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"Could not read {path}: {error.strerror or error}.",
        hint="Check the disk and its permissions.",
    )
