"""A forward-only stream over one entry that never gives more than the entry declared.

Format-specific decompression is in the modules of the formats.
"""

import io
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from photo_assets.media.archives.limits import CHUNK, ArchiveError
from photo_assets.model.wording import counted

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Pull = Callable[[int], bytes]
"""Returns up to n more bytes of the entry, b"" at its end. May raise `ArchiveError`."""


class BoundedStream(io.RawIOBase):
    """Reads exactly `size` bytes through `pull` and checks their CRC-32 where one is declared.

    Raises `ArchiveError` from `read` when the entry ends early, holds more than it declared, or
    fails its checksum: the last read of a damaged entry never looks like a proper end.
    """

    def __init__(self, name: str, size: int, crc: int | None, pull: Pull) -> None:
        super().__init__()
        self.name = name
        self.size = size
        self._declared_crc = crc
        self._pull = pull
        self._pending = b""
        self._given = 0
        self._crc = 0
        self._checked = False

    @property
    def crc32(self) -> int:
        """CRC-32 of what was read so far; of the whole entry once it is drained."""
        return self._crc

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` with the next bytes; 0 at the checked end."""
        view = memoryview(buffer).cast("B")
        if not len(view):
            return 0
        if not self._pending:
            self._pending = self._pull(min(CHUNK, max(self.size - self._given, 1)))
        if not self._pending:
            self._check_end()
            return 0
        if self._given + len(self._pending) > self.size:
            raise ArchiveError(
                "longer than declared", f"{self.name} contains more than it declares."
            )
        count = min(len(view), len(self._pending))
        piece, self._pending = self._pending[:count], self._pending[count:]
        view[:count] = piece
        self._given += count
        self._crc = zlib.crc32(piece, self._crc)
        if self._given == self.size and not self._pending:
            self._check_end()
        return count

    def drain(self) -> None:
        """Read to the end, keeping nothing."""
        scratch = bytearray(CHUNK)
        while self.readinto(scratch):
            pass

    def _check_end(self) -> None:
        if self._checked:
            return
        if self._given < self.size:
            raise ArchiveError(
                "truncated entry",
                f"{self.name} ends after {self._given:,} of its {counted(self.size, 'byte')}.",
            )
        if self._pull(1):
            raise ArchiveError(
                "longer than declared", f"{self.name} contains more than it declares."
            )
        if self._declared_crc is not None and self._crc != self._declared_crc:
            raise ArchiveError("wrong checksum", f"{self.name} fails its CRC-32.")
        self._checked = True
