"""A store in memory: the reference that the contract suite holds other stores to."""

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from photo_assets.model.errors import StorageError
from photo_assets.vault.store import (
    Condition,
    ContentChangedError,
    DamagedBlobError,
    Stored,
    Verdict,
    copy_hashed,
)


@dataclass(slots=True)
class MemoryStore:
    """Blobs by SHA-256."""

    name: str = "memory"
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    aside: dict[str, bytes] = field(default_factory=dict)
    at_once: int = 4

    def open(self) -> str:
        return self.id

    def put(self, sha256: bytes, content: BinaryIO) -> Stored:
        if sha256 in self.blobs:
            if not self.verify(sha256).is_copy:
                raise DamagedBlobError(f"{sha256.hex()} is damaged.")
            return Stored.PRESENT
        kept = io.BytesIO()
        if copy_hashed(content, kept)[0] != sha256:
            raise ContentChangedError("The file changed since it was fingerprinted.")
        self.blobs[sha256] = kept.getvalue()
        return Stored.WRITTEN

    def size(self, sha256: bytes) -> int | None:
        found = self.blobs.get(sha256)
        return None if found is None else len(found)

    @contextmanager
    def get(self, sha256: bytes) -> Iterator[BinaryIO]:
        if sha256 not in self.blobs:
            raise StorageError(f"There is no blob {sha256.hex()}.")
        yield io.BytesIO(self.blobs[sha256])

    def list(self, prefix: str = "") -> Iterator[bytes]:
        yield from sorted(one for one in self.blobs if one.hex().startswith(prefix))

    def verify(self, sha256: bytes) -> Verdict:
        if sha256 not in self.blobs:
            return Verdict(Condition.ABSENT)
        found, length = copy_hashed(io.BytesIO(self.blobs[sha256]))
        return Verdict(Condition.INTACT if found == sha256 else Condition.DAMAGED, length)

    def restore(self, sha256: bytes, content: BinaryIO) -> str | None:
        kept = io.BytesIO()
        if copy_hashed(content, kept)[0] != sha256:
            raise ContentChangedError("The file changed since it was fingerprinted.")
        where = None
        if sha256 in self.blobs:
            where = f"{sha256.hex()}.{secrets.token_hex(4)}"
            self.aside[where] = self.blobs[sha256]
        self.blobs[sha256] = kept.getvalue()
        return where

    def protect(self, sha256: bytes) -> None:
        raise AssertionError("nothing in memory is writable")

    def sweep(self) -> int:
        return 0
