"""Reading one file: its ends, its digest, with a watch on whether it changes while it is read."""

import hashlib
import os
import stat
from typing import Self

from photo_assets.identity.duplicates.walk import FoundFile

END = 4096
"""Bytes read from the head and from the tail to tell files of one size apart cheaply."""

CHUNK = 128 * 1024
"""Bytes read at once; a few chunks stay in a core's cache until they are compared or hashed."""

SMALL = CHUNK
"""Files up to this size are read whole at once; opening them twice would cost more."""


class ChangedError(Exception):
    """The file is not the one that was met, or did not stay the same."""


class Reading:
    """An open file, and the promise that it is the one that was met, all the time.

    Opening and `finish` raise `OSError` and `ChangedError`.
    """

    def __init__(self, file: FoundFile) -> None:
        self.file = file
        self.chunk = bytearray()
        self.length = 0
        # Neither a link nor a pipe that was put in its place is followed or waited for.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        self._handle = os.open(file.path, flags)
        try:
            self._require_same()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def ends(self) -> bytes:
        """Return the first and the last 4 KiB."""
        tail = max(self.file.size - END, 0)
        return os.pread(self._handle, END, 0) + os.pread(self._handle, END, tail)

    def whole(self) -> bytes:
        """Return all of a small file at once. Raises `OSError` and `ChangedError`."""
        content = os.pread(self._handle, self.file.size + 1, 0)
        self.length = len(content)
        self.finish()
        return content

    def advance(self) -> bool:
        """Read on into `chunk`, which is shorter at the end; return False when there is no more.

        Raises `OSError`, and `ChangedError` when the file has grown.
        """
        if not self.length:
            self.chunk = bytearray(min(CHUNK, self.file.size))
        count = os.readv(self._handle, [self.chunk])
        while 0 < count < len(self.chunk):
            rest = os.read(self._handle, len(self.chunk) - count)
            if not rest:
                del self.chunk[count:]
                break
            self.chunk[count : count + len(rest)] = rest
            count += len(rest)
        self.length += count
        if self.length > self.file.size:
            raise ChangedError  # one that grows as fast as it is read has no end
        return count > 0

    def finish(self) -> None:
        """See that all was read and nothing changed meanwhile."""
        if self.length != self.file.size:
            raise ChangedError
        self._require_same()

    def _require_same(self) -> None:
        now, file = os.fstat(self._handle), self.file
        known = (file.device, file.inode, file.size, file.mtime_ns, file.ctime_ns)
        seen = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        if not stat.S_ISREG(now.st_mode) or seen != known:
            raise ChangedError


def ends_digest(file: FoundFile) -> bytes:
    """Return a digest of a file's ends; it only ever tells files apart.

    Raises `OSError` and `ChangedError`.
    """
    with Reading(file) as reading:
        return hashlib.sha256(reading.ends()).digest()


def content_digest(file: FoundFile) -> bytes:
    """Return the SHA-256 of all of a file. Raises `OSError` and `ChangedError`."""
    with Reading(file) as reading:
        if file.size <= SMALL:
            return hashlib.sha256(reading.whole()).digest()
        digest = hashlib.sha256()
        while reading.advance():
            digest.update(reading.chunk)
        reading.finish()
        return digest.digest()
