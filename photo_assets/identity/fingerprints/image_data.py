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

import numpy as np

_INNER = frozenset({0x00, *range(0xD0, 0xD8)})
_IN_SCAN = _INNER | {0xDA}
# Markers without a length word; SOS is among them because its header counts as data. The JPEG 2000
# ones come from exiftool's table and keep damaged files equal in both programs.
_ALONE = _IN_SCAN | {0x01, 0xD8, 0xD9, 0x4F, 0x92, 0x93} | frozenset(range(0x30, 0x40))
_LONG = frozenset({0x74, 0x75, 0x77})
_LAST = frozenset({0xD9, 0x93})
_INNER_BYTES = frozenset(bytes([code]) for code in _INNER)
_SOI = b"\xff\xd8\xff"
_ENDS_RUN = np.array([code not in _INNER and code != 0xFF for code in range(256)])


class JpegImageData:
    """SHA-256 of a JPEG's image data; feed the whole file in pieces of any size."""

    def __init__(self) -> None:
        self._certain = hashlib.sha256()
        self._tentative = hashlib.sha256()  # with the bytes that a following segment would drop
        self._buffer = b""
        self._at = 0  # what of the buffer is done with
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
            self._at = 2
        while not self._done and self._step():
            pass
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
        """Look for the next marker; what lies before it is garbage."""
        start = self._buffer.find(b"\xff", self._at)
        if start < 0:
            self._at = len(self._buffer)
            return False
        while self._buffer[start + 1 : start + 2] == b"\xff":
            start += 1  # a marker may be padded with any number of 0xff
        self._at = start
        return self._take_marker()

    def _step_in_scan(self) -> bool:
        """Hash up to the marker that ends the run of data."""
        end = _end_of_run(self._buffer, self._at)
        if end < 0:
            whole = len(self._buffer) - self._buffer.endswith(b"\xff")
            inner = self._last_inner_marker(whole)
            if inner >= 0:
                self._commit(inner)
            self._tentative.update(memoryview(self._buffer)[self._at : whole])
            self._at = whole
            return False
        inner = end if self._buffer[end + 1] in _ALONE else self._last_inner_marker(end)
        if inner >= 0:
            self._commit(inner)
        self._tentative = self._certain.copy()
        self._in_scan = False
        self._at = end
        return self._take_marker()

    def _last_inner_marker(self, end: int) -> int:
        at = self._buffer.rfind(b"\xff", self._at, end)
        while at >= 0 and self._buffer[at + 1 : at + 2] not in _INNER_BYTES:
            at = self._buffer.rfind(b"\xff", self._at, at)
        return at

    def _commit(self, end: int) -> None:
        """Count what lies before `end` for certain."""
        self._tentative.update(memoryview(self._buffer)[self._at : end])
        self._certain = self._tentative.copy()
        self._at = end
        self._empty = False

    def _take_marker(self) -> bool:
        """Begin what the marker at hand announces; False: needs more bytes."""
        marker = self._buffer[self._at : self._at + 6]
        if len(marker) < 2:
            return False
        code = marker[1]
        if code in _ALONE:
            self._in_scan = code in _IN_SCAN
            self._done = code in _LAST
            if self._in_scan:
                self._tentative.update(marker[:2])
            self._at += 2
            return True
        width = 4 if code in _LONG else 2
        if len(marker) < 2 + width:
            return False
        self._skip = int.from_bytes(marker[2 : 2 + width], "big")
        self._done = self._skip < width
        self._at += 2
        return True


def _end_of_run(data: bytes, start: int) -> int:
    """Return where the first marker is that ends a run of entropy-coded data, -1 without one.

    A photo has thousands of stuffed 0xff; comparing all bytes at once and looking only at the
    others takes a fraction of what a search by regular expression does.
    """
    codes = np.frombuffer(data, np.uint8, offset=start)
    marked = (codes[:-1] == 0xFF) & (codes[1:] != 0)
    if not marked.any():
        return -1
    at = np.flatnonzero(marked)
    ends = at[_ENDS_RUN[codes[at + 1]]]
    return start + int(ends[0]) if len(ends) else -1
