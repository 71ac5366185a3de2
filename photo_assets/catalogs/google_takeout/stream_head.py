"""The beginning of a forward-only stream as a seekable stream, for parsers of file headers."""

import io
import os
from typing import TYPE_CHECKING, BinaryIO

from photo_assets.media.archives.limits import CHUNK

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 4 << 20
"""The part of a file that is searched for its header. EXIF of JPEG and HEIC is well within it."""


class StreamHead(io.RawIOBase):
    """Up to `HEAD_BYTES` of `source`, fetched on demand; beyond them the stream is empty.

    The end is at the file's declared `size`, so that offsets in the header are valid.
    """

    def __init__(self, source: BinaryIO | io.RawIOBase, size: int) -> None:
        super().__init__()
        self._source = source
        self._size = size
        self._held = bytearray()
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move as in a file of the declared size."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` from the head; 0 beyond it."""
        view = memoryview(buffer).cast("B")
        self._fetch(min(self._position + len(view), HEAD_BYTES))
        piece = self._held[self._position : self._position + len(view)]
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _fetch(self, end: int) -> None:
        if self._position >= HEAD_BYTES:
            return
        while len(self._held) < end:
            piece = self._source.read(min(CHUNK, HEAD_BYTES - len(self._held)))
            if not piece:
                return
            self._held += piece
