"""Which bytes of a JPEG are its image data: a scanner fed with the file as it is read.

They are the bytes exiftool hashes for its ImageDataHash tag (ProcessJPEG of exiftool 13.59): each
scan from its SOS marker up to, not with, the marker that ends it, so that metadata segments
(APPn, COM), embedded thumbnails and previews (they lie inside segments) and whatever follows EOI
(a motion photo's video, the second image of an MPF file) have no part. Two consequences are
exiftool's too: the tables (DQT, DHT, SOF) are not hashed, and where a segment follows a scan
(progressive files) the scan's last bytes since its last stuffed or restart marker are not either.
So pictures of one even grey level may share image data without being the same, and rows of flat
pictures do not give the hash (`rows`).
"""

import hashlib
import re

_END_OF_RUN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_INNER = frozenset({0x00, *range(0xD0, 0xD8)})
_IN_SCAN = _INNER | {0xDA}
# Markers without a length word; SOS is among them because its header counts as data. The JPEG 2000
# ones come from exiftool's table and keep damaged files equal in both programs.
_ALONE = _IN_SCAN | {0x01, 0xD8, 0xD9, 0x4F, 0x92, 0x93} | frozenset(range(0x30, 0x40))
_LONG = frozenset({0x74, 0x75, 0x77})
_LAST = frozenset({0xD9, 0x93})
_INNER_BYTES = frozenset(bytes([code]) for code in _INNER)
_SOI = b"\xff\xd8\xff"


class JpegImageData:
    """SHA-256 of a JPEG's image data; feed the whole file in pieces of any size."""

    def __init__(self) -> None:
        self._certain = hashlib.sha256()
        self._tentative = hashlib.sha256()  # with the bytes that a following segment would drop
        self._buffer = b""
        self._in_scan = False
        self._skip = 0  # bytes of a segment still to come
        self._started = False
        self._done = False
        self._empty = True

    @staticmethod
    def accepts(head: bytes) -> bool:
        """Say whether a file that begins with `head` is a JPEG."""
        return head.startswith(_SOI)

    def digest(self) -> bytes | None:
        """Return the digest, None when the file has no image data."""
        return None if self._empty else self._certain.digest()

    def feed(self, data: bytes) -> None:
        """Take the next piece of the file."""
        if self._done:
            return
        self._buffer += data
        if not self._started:
            if len(self._buffer) < len(_SOI):
                return
            self._started = True
            self._buffer = self._buffer[2:]
        while not self._done and self._step():
            pass

    def _step(self) -> bool:
        """Consume one segment or run of data; False when more bytes are needed."""
        if self._skip:
            taken = min(self._skip, len(self._buffer))
            self._buffer = self._buffer[taken:]
            self._skip -= taken
            return not self._skip
        return self._step_in_scan() if self._in_scan else self._step_between()

    def _step_between(self) -> bool:
        """Look for the next marker; what lies before it is garbage."""
        start = self._buffer.find(b"\xff")
        self._buffer = self._buffer[start:].lstrip(b"\xff") if start >= 0 else b""
        if start < 0:
            return False
        self._buffer = b"\xff" + self._buffer  # a marker may be padded with any number of 0xff
        return self._take_marker()

    def _step_in_scan(self) -> bool:
        """Hash up to the marker that ends the run of data."""
        match = _END_OF_RUN.search(self._buffer)
        if match is None:
            whole = len(self._buffer) - self._buffer.endswith(b"\xff")
            inner = self._last_inner_marker(whole)
            if inner >= 0:
                self._commit(self._buffer[:inner])
            self._tentative.update(self._buffer[max(inner, 0) : whole])
            self._buffer = self._buffer[whole:]
            return False
        end = match.start()
        inner = end if self._buffer[end + 1] in _ALONE else self._last_inner_marker(end)
        if inner >= 0:
            self._commit(self._buffer[:inner])
        self._tentative = self._certain.copy()
        self._in_scan = False
        self._buffer = self._buffer[end:]
        return self._take_marker()

    def _last_inner_marker(self, end: int) -> int:
        at = self._buffer.rfind(b"\xff", 0, end)
        while at >= 0 and self._buffer[at + 1 : at + 2] not in _INNER_BYTES:
            at = self._buffer.rfind(b"\xff", 0, at)
        return at

    def _commit(self, data: bytes) -> None:
        self._tentative.update(data)
        self._certain = self._tentative.copy()
        self._empty = False

    def _take_marker(self) -> bool:
        """Begin what the marker at the start of the buffer announces; False: needs more bytes."""
        if len(self._buffer) < 2:
            return False
        code = self._buffer[1]
        if code in _ALONE:
            self._in_scan = code in _IN_SCAN
            self._done = code in _LAST
            if self._in_scan:
                self._tentative.update(self._buffer[:2])
            self._buffer = self._buffer[2:]
            return True
        width = 4 if code in _LONG else 2
        if len(self._buffer) < 2 + width:
            return False
        self._skip = int.from_bytes(self._buffer[2 : 2 + width], "big")
        self._done = self._skip < width
        self._buffer = self._buffer[2:]
        return True
