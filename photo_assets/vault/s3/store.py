"""A store in a bucket: `blobs/sha256/ab/cd/<64 hex digits>` below a prefix, as in a folder.

What the service states about an object proves nothing. A blob is a copy after its bytes were
received again and have the right hash, also directly after it was sent.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import BinaryIO, Final, cast

from photo_assets.configuration.vault import S3Settings
from photo_assets.ledger import Ledger
from photo_assets.model.errors import StorageError
from photo_assets.vault.marker import MARKER, new_marker, store_id
from photo_assets.vault.s3.bucket import PROBE, Bucket
from photo_assets.vault.s3.faults import FailingError, of_one_object
from photo_assets.vault.s3.reader import ObjectReader
from photo_assets.vault.s3.upload import copy, send
from photo_assets.vault.store import (
    Condition,
    DamagedBlobError,
    Stored,
    StoreUnavailableError,
    UnwritableStoreError,
    Verdict,
    copy_hashed,
)

_BLOBS: Final = "blobs/sha256/"
_ASIDE: Final = "aside/"
_NAME: Final = re.compile(rf"{_BLOBS}([0-9a-f]{{2}})/([0-9a-f]{{2}})/(\1\2[0-9a-f]{{60}})")
_ABANDONED: Final = timedelta(days=1)
_MARKER_BYTES: Final = 1 << 16
_PARTS: Final = [f"{number:02x}" for number in range(256)]


@dataclass(frozen=True)
class S3Store:
    """A bucket, or a part of one, with blobs. It contains the marker; see `create`.

    `ledger` opens the ledger, which has the rate limit for all processes. `part_bytes`: the size of
    the parts in which larger blobs are sent and received.
    """

    name: str
    settings: S3Settings
    ledger: Callable[[], Ledger]
    part_bytes: int = 16 << 20

    @cached_property
    def _bucket(self) -> Bucket:
        return Bucket(self.name, self.settings, self.ledger)

    @property
    def at_once(self) -> int:
        """One: several calls that fail at once look like a service that is down."""
        return 1

    @property
    def location(self) -> str:
        """Where the store is, for people."""
        return self._bucket.location()

    def exists(self) -> bool:
        """Whether the bucket is a store."""
        return self._bucket.read(MARKER, 0, 1) is not None

    def create(self) -> str:
        """Make the bucket a store and return its id; an existing store stays as it is.

        Raises `StorageError` if there is anything else below the prefix.
        """
        if self.exists():
            return self.open()
        found, _ = self._bucket.keys("")
        others = sorted(set(found) - {MARKER, PROBE})
        if others:
            raise StorageError(
                f"{self.location} is not empty (it contains {others[0]}).",
                hint=f"Set `prefix` of the store `{self.name}` to a new folder of the bucket.",
            )
        self._bucket.put(MARKER, new_marker(), only_new=True)
        return self.open()

    def open(self) -> str:
        """Return the store's id. Raises `StoreUnavailableError`."""
        try:
            piece = self._bucket.read(MARKER, 0, _MARKER_BYTES)
        except StoreUnavailableError:
            raise
        except StorageError as error:
            raise StoreUnavailableError(error.message, hint=error.hint) from error
        if piece is None:
            raise StoreUnavailableError(
                f"The store `{self.name}` is not in {self.location}: it contains no {MARKER}.",
                hint="Check `bucket` and `prefix`. To create a new store there: "
                f"photosync vault create {self.name}.",
            )
        return store_id(piece.content, self._bucket.location(MARKER))

    def refuses_to_overwrite(self) -> bool:
        """Whether the server itself refuses to overwrite an object, which is tried."""
        return self._bucket.conditional

    def is_public(self) -> bool:
        """Whether anyone can read the store: its marker is asked for without keys."""
        try:
            return self._bucket.read(MARKER, 0, 1, signed=False) is not None
        except StorageError:
            return False

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        """Send the blob and receive it again, or verify it if it exists. See `BlobStore.put`."""
        if self.size(sha256) is None:
            if self._write(sha256, content, only_new=True):
                return Stored.WRITTEN
            return Stored.PRESENT
        self._require_copy(sha256)
        return Stored.PRESENT

    def _write(self, sha256: bytes, content: BinaryIO, *, only_new: bool) -> bool:
        """Write a blob; return False if it is there already. In either case it is right now."""
        part_bytes = self.part_bytes
        key = _key(sha256)
        try:
            written = send(
                self._bucket, key, sha256, content, only_new=only_new, part_bytes=part_bytes
            )
        except StoreUnavailableError as error:
            refusal = self._of_blob(error)
            if self._bucket.takes_objects():
                raise refusal from error
            raise UnwritableStoreError(refusal.message, hint=error.hint) from error
        self._require_copy(sha256)
        return written

    def _require_copy(self, sha256: bytes) -> None:
        verdict = self.verify(sha256)
        where = self._bucket.location(_key(sha256))
        if verdict.condition is Condition.ABSENT:
            raise StorageError(f"{where} was sent, and the service does not return it.")
        if not verdict.is_copy:
            raise DamagedBlobError(
                f"{where} is {verdict.condition}: {verdict.detail}.",
                hint=f"To replace it: photosync fsck --store {self.name} --repair",
            )

    def size(self, sha256: bytes) -> int | None:
        """Return the length of a blob in bytes, or None if it is absent."""
        try:
            found = self._bucket.size(_key(sha256))
        except StorageError as error:
            raise self._of_blob(error) from error
        if found is None:
            self.open()  # absent in the store, not with it
        return found

    def _of_blob(self, error: StorageError) -> StorageError:
        """Return the error as one of a blob alone. Raises `StoreUnavailableError` if it is not.

        A service answers the same for one object that may not be read as for a whole bucket.
        """
        self.open()
        return of_one_object(self.name, error)

    @contextmanager
    def get(self, sha256: bytes) -> Iterator[BinaryIO]:
        """Open a blob for reading. Raises `StorageError`, also while it is read."""
        reader = self._reader(sha256)
        if not reader.exists:
            raise StorageError(f"The store `{self.name}` has no blob {sha256.hex()}.")
        yield cast(BinaryIO, reader)

    def _reader(self, sha256: bytes) -> ObjectReader:
        return ObjectReader(self._bucket, _key(sha256), self.part_bytes, self._of_blob)

    def list(self, prefix: str = "") -> Iterator[bytes]:
        """Yield the blobs whose names start with `prefix`, in order. Other objects are ignored."""
        self.open()
        found, token = self._bucket.keys(_listed(prefix))
        if token is None or len(prefix) >= len(_PARTS[0]):
            yield from self._sorted(prefix, found, token)
            return
        for part in _PARTS:  # so that the names of all blobs are not in memory at once
            if part.startswith(prefix):
                yield from self._sorted(part, *self._bucket.keys(_listed(part)))

    def _sorted(self, prefix: str, found: Sequence[str], token: str | None) -> Sequence[bytes]:
        """Return the blobs of this page and the next ones: servers differ in their order."""
        names = set[str]()
        while True:
            names |= {match[3] for match in map(_NAME.fullmatch, found) if match}
            if token is None:
                return [bytes.fromhex(one) for one in sorted(names) if one.startswith(prefix)]
            found, token = self._bucket.keys(_listed(prefix), token)

    def verify(self, sha256: bytes) -> Verdict:
        """Receive a blob in full and compare its hash. Raises `StoreUnavailableError`."""
        try:
            reader = self._reader(sha256)
            if not reader.exists:
                self.open()
                return Verdict(Condition.ABSENT)
            found, length = copy_hashed(cast(BinaryIO, reader))
        except StoreUnavailableError:
            raise
        except StorageError as error:
            return Verdict(Condition.UNREADABLE, None, str(error).rstrip("."))
        if found != sha256:
            detail = f"its {length:,} bytes have another SHA-256"
            return Verdict(Condition.DAMAGED, length, detail)
        return Verdict(Condition.INTACT, length)

    def protect(self, sha256: bytes) -> None:
        """Do nothing: who may write an object is decided by the bucket."""

    def restore(self, sha256: bytes, content: BinaryIO) -> str | None:
        """Put a good copy in the place of a blob. See `BlobStore.restore`.

        The damaged object is copied to `aside` first, within the bucket. One that the service
        fails to copy and to send cannot be kept by anyone.
        """
        try:
            size = self.size(sha256)
            aside = None if size is None else self._keep(sha256, size)
            is_absent = size is None
        except FailingError:
            if not self._fails_to_send(sha256):
                raise
            aside, is_absent = None, False
        self._write(sha256, content, only_new=is_absent)
        return aside

    def _keep(self, sha256: bytes, size: int) -> str:
        """Copy a damaged object to `aside`; return where it is now."""
        key, aside = _key(sha256), f"{_ASIDE}{sha256.hex()}.{secrets.token_hex(4)}"
        try:
            copy(self._bucket, key, aside, size)
        except StorageError as error:
            raise self._of_blob(error) from error
        if self._bucket.size(aside) != size:
            raise StorageError(
                f"{self._bucket.location(key)} was not replaced: its copy "
                f"{self._bucket.location(aside)} is not there."
            )
        return self._bucket.location(aside)

    def _fails_to_send(self, sha256: bytes) -> bool:
        """Whether the service fails at sending a blob's bytes; not if it refuses to send them."""
        try:
            copy_hashed(cast(BinaryIO, self._reader(sha256)))
        except FailingError:
            return True
        return False

    def sweep(self) -> int:
        """End unfinished uploads of killed writers, older than a day; return how many."""
        ended = 0
        for key, upload, age in self._bucket.uploads():
            if age > _ABANDONED and (_NAME.fullmatch(key) or key.startswith(_ASIDE)):
                self._bucket.abort(key, upload)
                ended += 1
        return ended


def _key(sha256: bytes) -> str:
    name = sha256.hex()
    return f"{_BLOBS}{name[:2]}/{name[2:4]}/{name}"


def _listed(prefix: str) -> str:
    """Return the beginning of the keys of the blobs whose names start with `prefix`."""
    parts = prefix[:2], prefix[2:4], prefix if len(prefix) > 4 else ""
    return _BLOBS + "/".join(filter(None, parts))
