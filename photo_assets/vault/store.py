"""What every store of blobs can do, and the results. Each kind of store is in its own module.

A store has no method that overwrites or deletes a blob. A blob is named by the SHA-256 of its
bytes, so a blob with the right hash is the right blob.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Protocol

from photo_assets.model.errors import ExitCode, PhotoAssetsError, StorageError

_CHUNK = 1024 * 1024


class Stored(StrEnum):
    """What `put` did."""

    WRITTEN = "written"
    PRESENT = "present"
    """The store already had the blob, and its bytes were verified."""


class Condition(StrEnum):
    """The condition of one blob in a store."""

    INTACT = "intact"
    ABSENT = "absent"
    DAMAGED = "damaged"
    """The bytes do not have the hash that names them."""
    UNREADABLE = "unreadable"
    WRITABLE = "writable"
    """The bytes are right, but the file may be written to."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of reading one blob in full. `size` in bytes; None if it could not be read."""

    condition: Condition
    size: int | None = None
    detail: str | None = None
    identity: tuple[int, int] | None = None
    """Device and inode of the file; None for a store without files."""

    @property
    def is_copy(self) -> bool:
        """Whether the blob counts as a copy: all bytes were read and are right."""
        return self.condition in (Condition.INTACT, Condition.WRITABLE)


class StoreUnavailableError(StorageError):
    """A store cannot be reached or is not the one that is configured. Never an empty store."""


class UnwritableStoreError(StorageError):
    """A store can be read, and takes no blob: it is full or read-only."""


class ContentChangedError(PhotoAssetsError):
    """The bytes read are not those of the blob to store; nothing was stored."""

    exit_code = ExitCode.SOURCE


class DamagedBlobError(StorageError):
    """The store has a blob of this name with wrong bytes; it was not replaced."""


_OF_ALL_BLOBS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def concerns_all_blobs(error: StorageError) -> bool:
    """Return whether every other blob of the store would fail likewise: gone, full, read-only."""
    cause = error.__cause__
    is_refusal = isinstance(cause, OSError) and cause.errno in _OF_ALL_BLOBS
    return isinstance(error, StoreUnavailableError | UnwritableStoreError) or is_refusal


class BlobStore(Protocol):
    """Keeps blobs. All methods raise `StoreUnavailableError` or `StorageError`."""

    @property
    def name(self) -> str:
        """The store's name in photosync.yaml."""

    @property
    def at_once(self) -> int:
        """How many blobs may be put into it, or read, at once."""

    def open(self) -> str:
        """Return the permanent id of the store. Raises `StoreUnavailableError`."""

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        """Store the bytes of `content` durably, if they have this SHA-256 (32 bytes).

        A blob that the store already has is verified instead of written; `content` is not read
        then. Raises `ContentChangedError` if the bytes have another hash, and `DamagedBlobError`.
        """

    def size(self, sha256: bytes) -> int | None:
        """Return the length of a blob in bytes without reading it, or None if it is absent."""

    def get(self, sha256: bytes) -> AbstractContextManager[BinaryIO]:
        """Open a blob for reading. Raises `StorageError` if it is absent."""

    def list(self, prefix: str = "") -> Iterator[bytes]:
        """Yield the SHA-256 of every blob whose hex digits start with `prefix`, in order."""

    def verify(self, sha256: bytes) -> Verdict:
        """Read a blob in full and compare its hash."""

    def restore(self, sha256: bytes, content: BinaryIO) -> str | None:
        """Put a good copy in the place of a damaged or absent blob.

        The damaged bytes are kept; return where they are now, None if there were none, or none that
        can be read. Raises `ContentChangedError` if `content` has another hash.
        """


def copy_hashed(content: BinaryIO, into: BinaryIO | None = None) -> tuple[bytes, int]:
    """Read `content` to its end, write it to `into`, and return its SHA-256 and length in bytes."""
    _read_ahead(content)
    digest, length = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        length += len(chunk)
        if into is not None:
            into.write(chunk)
    return digest.digest(), length


def _read_ahead(content: BinaryIO) -> None:
    """Have the disk read larger pieces of a file than usual: others are read at the same time."""
    if hasattr(os, "posix_fadvise"):  # not on macOS
        with contextlib.suppress(OSError, AttributeError):  # not a file on a disk
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
