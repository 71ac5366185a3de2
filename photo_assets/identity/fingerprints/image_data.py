"""Finding the image data of a JPEG while the file is read.

The hash covers, for each scan, everything that determines its picture (`jpeg_tables`: size,
components, color storage, quantization, entropy coding, restart interval, the scan's header) and
then its bits up to the marker that ends it, including restart markers. Metadata segments (APPn,
COM), embedded thumbnails and previews (which are inside segments), ICC profiles, fill bytes, the
order of tables in segments, and everything after EOI (a motion photo's video, the second image of
an MPF file) are not hashed. Two files with the same hash decode to the same levels.

A file without EOI is hashed as if EOI followed its last complete byte. exiftool's ImageDataHash
differs: it ignores tables, and omits the end of most scans of a progressive file.
"""

import hashlib
import re

import numpy as np

from photo_assets.identity.fingerprints.jpeg_tables import DNL, SOS, TABLE_SEGMENTS, JpegTables

_SOI = b"\xff\xd8\xff"
_EOI = 0xD9
_RESTARTS = frozenset(range(0xD0, 0xD8))
_NEEDED = TABLE_SEGMENTS | {SOS, DNL}
_WITHOUT_LENGTH = _RESTARTS | {0x00, 0x01, 0xD8}
"""Markers without a length word; 0x00 is not a marker."""
_ENDS_SCAN = np.array([code not in _RESTARTS | {0x00, 0xFF} for code in range(256)])
_MAX_STRAYS = 1000
_FILL = re.compile(rb"\xff\xff+")


class JpegImageData:
    """SHA-256 of a JPEG's image data; feed the whole file in pieces of any size."""

    def __init__(self) -> None:
        self.tables = JpegTables()
        self.end = 0
        """The number of bytes before the end of the last scan, 0 without a scan."""
        self.has_end_marker = False
        self.strays: list[tuple[int, int]] = []
        """The ranges of stray bytes between segments; only the first few."""
        self._hash = hashlib.sha256()
        self._buffer = b""
        self._at = 0  # processed bytes of the buffer
        self._before = 0  # bytes of the file before the buffer
        self._skip = 0  # remaining bytes of a segment
        self._in_scan = False
        self._is_over = False

    @staticmethod
    def accepts(head: bytes) -> bool:
        """Return whether a file that starts with `head` is a JPEG."""
        return head.startswith(_SOI)

    def digest(self) -> bytes | None:
        """Return the digest, None if the file has no image data."""
        return self._hash.digest() if self.end else None

    def feed(self, data: bytes) -> None:
        """Process the next piece of the file."""
        if self._is_over:
            return
        self._buffer += data
        while not self._is_over and self._step():
            pass
        self._before += self._at
        self._buffer = self._buffer[self._at :]
        self._at = 0

    def _step(self) -> bool:
        """Consume one segment or run of data; False when more bytes are needed."""
        if self._skip:
            taken = min(self._skip, len(self._buffer) - self._at)
            self._at += taken
            self._skip -= taken
            return not self._skip
        return self._step_in_scan() if self._in_scan else self._step_between()

    def _step_between(self) -> bool:
        """Search for the next marker; bytes before it belong to no segment."""
        start = self._buffer.find(b"\xff", self._at)
        if start < 0:
            self._skip_to(len(self._buffer))
            return False
        while self._buffer[start + 1 : start + 2] == b"\xff":
            start += 1  # any number of 0xff may precede a marker
        self._skip_to(start)
        return self._take_marker()

    def _skip_to(self, end: int) -> None:
        if end > self._at and len(self.strays) < _MAX_STRAYS:
            self.strays.append((self._before + self._at, self._before + end))
        self._at = end

    def _take_marker(self) -> bool:
        """Process the current marker with its segment; False: needs more bytes."""
        head = self._buffer[self._at : self._at + 4]
        if len(head) < 2:
            return False
        code = head[1]
        if code in _WITHOUT_LENGTH:
            self._at += 2
            return True
        if code == _EOI:
            self._is_over = self.has_end_marker = True
            return False
        if len(head) < 4:
            return False
        length = int.from_bytes(head[2:])
        if length < 2:
            self._is_over = True  # not a valid segment; a decoder stops here too
            return False
        if code not in _NEEDED:
            self._skip, self._at = length, self._at + 2
            return True
        content = self._buffer[self._at + 4 : self._at + 2 + length]
        if len(content) < length - 2:
            return False
        self._at += 2 + length
        self._take_segment(code, content)
        return True

    def _take_segment(self, code: int, content: bytes) -> None:
        if code == SOS:
            self._hash.update(self.tables.begin_scan(content))
            self._in_scan = True
        elif code == DNL:
            self._hash.update(content)  # the height, if the frame header does not state it
        else:
            self.tables.take(code, content)

    def _step_in_scan(self) -> bool:
        """Hash up to the marker that ends the scan."""
        end, has_fill = _end_of_scan(self._buffer, self._at)
        limit = stop = len(self._buffer) if end < 0 else end
        while stop > self._at and self._buffer[stop - 1] == 0xFF:
            stop -= 1  # fill bytes of the marker, or the first half of the next one
        if stop > self._at:
            run = memoryview(self._buffer)[self._at : stop]
            self._hash.update(_FILL.sub(b"\xff", run) if has_fill else run)
            self.end = self._before + stop
        self._in_scan = end < 0
        self._at = limit - 1 if self._in_scan and stop < limit else limit
        return end >= 0


def _end_of_scan(data: bytes, start: int) -> tuple[int, bool]:
    """Return where the first marker is that ends a scan's bits, -1 without one; and if 0xff repeat.

    A photo has thousands of stuffed 0xff; comparing all bytes at once and looking only at the
    others takes a fraction of what a search by regular expression does.
    """
    codes = np.frombuffer(data, np.uint8, offset=start)
    at = np.flatnonzero((codes[:-1] == 0xFF) & (codes[1:] != 0))
    following = codes[at + 1]
    ends = at[_ENDS_SCAN[following]]
    return start + int(ends[0]) if len(ends) else -1, bool((following == 0xFF).any())
