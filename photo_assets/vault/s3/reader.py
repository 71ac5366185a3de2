"""The bytes of an object as a file that is read from its beginning to its end."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from photo_assets.model.errors import StorageError
from photo_assets.vault.s3.bucket import Bucket, Piece

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class ObjectReader(io.RawIOBase):
    """An object, received in pieces of `piece_bytes` bytes. Its methods raise `StorageError`.

    A connection that is lost costs the piece, not the whole object. Between two pieces the object
    may be replaced: who needs its bytes compares their hash. `explain` returns or raises the error
    in place of one of a request.
    """

    def __init__(
        self,
        bucket: Bucket,
        key: str,
        piece_bytes: int,
        explain: Callable[[StorageError], StorageError],
    ) -> None:
        self._bucket = bucket
        self._key = key
        self._piece_bytes = piece_bytes
        self._explain = explain
        self._received = 0
        first = self._receive()
        self.exists = first is not None
        self._total = first.total if first else 0
        self._left = memoryview(first.content if first else b"")

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read the next bytes into `buffer`; return how many, 0 at the end."""
        if not self._left and self._received < self._total:
            piece = self._receive()
            if piece is None:
                gone = StorageError(f"{self._bucket.location(self._key)} disappeared meanwhile.")
                raise self._explain(gone)
            self._left = memoryview(piece.content)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._left))
        target[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _receive(self) -> Piece | None:
        try:
            piece = self._bucket.read(self._key, self._received, self._piece_bytes)
        except StorageError as error:
            raise self._explain(error) from error
        self._received += len(piece.content) if piece else 0
        return piece
