"""Reading one file: its ends and its digest, while checking that it does not change."""

import hashlib
import os
import stat
from typing import Self

from photo_assets.identity.duplicates.walk import FoundFile

END = 4096
"""Bytes read from the start and the end to distinguish files of one size cheaply."""

CHUNK = 128 * 1024
"""Bytes read at once; a few chunks fit in a core's cache until they are compared or hashed."""

SMALL = CHUNK
"""Files up to this size are read completely at once; opening them twice would cost more."""


class ChangedError(Exception):
    """The file was replaced or changed since it was found."""


class Reading:
    """An open file that is verified to be the one that was found and to stay unchanged.

    Opening and `finish` raise `OSError` and `ChangedError`.
    """

    def __init__(self, file: FoundFile) -> None:
        self.file = file
        self.chunk = bytearray()
        self.length = 0
        # If a link or a pipe replaced the file, it is not followed or waited for.
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
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def ends(self) -> bytes:
        """Return the first and the last 4 KiB."""
        tail = max(self.file.size - END, 0)
        return os.pread(self._handle, END, 0) + os.pread(self._handle, END, tail)

    def whole(self) -> bytes:
        """Return the whole content of a small file. Raises `OSError` and `ChangedError`."""
        content = os.pread(self._handle, self.file.size + 1, 0)
        self.length = len(content)
        self.finish()
        return content

    def advance(self) -> bool:
        """Read the next `chunk`, which is shorter at the end; return False at the end of the file.

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
            raise ChangedError  # a file that grows as fast as it is read has no end
        return count > 0

    def finish(self) -> None:
        """Verify that everything was read and the file did not change."""
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
    """Return a digest of a file's ends; it is only used to distinguish files.

    Raises `OSError` and `ChangedError`.
    """
    with Reading(file) as reading:
        return hashlib.sha256(reading.ends()).digest()


def content_digest(file: FoundFile) -> bytes:
    """Return the SHA-256 of a whole file. Raises `OSError` and `ChangedError`."""
    with Reading(file) as reading:
        if file.size <= SMALL:
            return hashlib.sha256(reading.whole()).digest()
        digest = hashlib.sha256()
        while reading.advance():
            digest.update(reading.chunk)
        reading.finish()
        return digest.digest()
