"""Bounded reading at offsets of a stream: used by all parsers of this folder."""

import io
import os
from typing import BinaryIO

MAX_VALUE_BYTES = 64 * 1024
MAX_PACKET_BYTES = 32 * 1024 * 1024


class ExifError(ValueError):
    """The bytes are not a picture or video that can be parsed."""


class Window:
    """A part of a seekable stream. Reading past the end returns fewer bytes, never an error."""

    def __init__(self, stream: BinaryIO, start: int = 0, length: int | None = None) -> None:
        self._stream = stream
        self._start = start
        self.length = stream.seek(0, os.SEEK_END) - start if length is None else length

    @classmethod
    def of(cls, data: bytes) -> "Window":
        """Return a window on bytes in memory."""
        return cls(io.BytesIO(data), 0, len(data))

    def at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`."""
        size = min(size, self.length - offset)
        if offset < 0 or size <= 0:
            return b""
        self._stream.seek(self._start + offset)
        return self._stream.read(size)

    def part(self, offset: int, length: int) -> "Window":
        """Return the part of this window that begins at `offset`, limited to this window's end."""
        offset = min(max(offset, 0), self.length)
        length = min(max(length, 0), self.length - offset)
        return Window(self._stream, self._start + offset, length)
