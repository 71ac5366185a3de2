"""How a worker reads one content: a file it opens, or an archive entry sent to it in pieces.

Either way the bytes are read once. They are kept for decoding: in memory if small, otherwise as the
open file or an unnamed temporary file.
"""

import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from photo_assets.identity.fingerprints.channel import Channel, ContentAbortedError
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.model.names import to_path
from photo_assets.system.file_state import ChangeTimes, FileState

KEPT_IN_MEMORY = 48 << 20
"""Contents up to this size are decoded from the same bytes that were hashed."""
_AT_ONCE = 8 << 20
"""Bytes per read: most photos are read in one piece and need no copying."""
KEPT_ON_DISK = 512 << 20
"""Archive entries larger than this are only digested: temporary files may be in memory too."""

_CHANGE_TIMES = ChangeTimes()  # a worker lives for a few minutes
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_NOCTTY", 0)
_REASONS = {
    errno.ENOENT: Reason.NOT_FOUND,
    errno.ENOTDIR: Reason.NOT_FOUND,
    errno.EACCES: Reason.PERMISSION_DENIED,
    errno.EPERM: Reason.PERMISSION_DENIED,
    errno.ELOOP: Reason.NOT_A_FILE,
    errno.ENXIO: Reason.NOT_A_FILE,
    errno.EISDIR: Reason.NOT_A_FILE,
}


class FileSource:
    """A regular file on disk, opened for reading without updating its access time if allowed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._kept: bytes | None = None
        self.state = _state(descriptor)

    def pieces(self, *, keep: bool) -> Iterator[bytes]:
        """Yield the content; raise `UnreadableError` if the file changed under the reader."""
        kept: list[bytes] | None = [] if keep and self.state.size <= KEPT_IN_MEMORY else None
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        size = 0
        while piece := _read(self._descriptor):
            size += len(piece)
            if kept is not None:
                kept.append(piece)
            yield piece
        if size != self.state.size or _state(self._descriptor) != self.state:
            detail = "The file changed while it was read; the next run reads it again."
            raise UnreadableError(Reason.CHANGED_WHILE_READING, detail)
        if kept is not None:
            self._kept = kept[0] if len(kept) == 1 else b"".join(kept)

    def stream(self) -> BinaryIO | None:
        """Return a seekable stream of the content."""
        if self._kept is not None:
            return io.BytesIO(self._kept)
        return os.fdopen(os.dup(self._descriptor), "rb")

    @contextmanager
    def descriptor(self) -> Iterator[int | None]:
        """Return the content as an open file."""
        yield self._descriptor


class SentSource:
    """An archive entry whose bytes arrive through the channel."""

    state = None

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._spool: tempfile.SpooledTemporaryFile[bytes] | None = None

    def pieces(self, *, keep: bool) -> Iterator[bytes]:
        """Yield the content; raise `UnreadableError` if the sender could not read it all."""
        spool = _new_spool() if keep else None
        size = 0
        try:
            while piece := self._channel.receive_piece():
                size += len(piece)
                if spool is not None and size > KEPT_ON_DISK:
                    spool.close()
                    spool = None
                if spool is not None:
                    spool.write(piece)
                yield piece
        except ContentAbortedError:
            raise UnreadableError(
                Reason.READ_ERROR, "The content could not be read to its end."
            ) from None
        self._spool = spool

    def stream(self) -> BinaryIO | None:
        """Return a seekable stream of the content at its start, None if too large to keep."""
        if self._spool is None:
            return None
        self._spool.seek(
            0
        )  # the spool is shared, and its position is wherever the last reader left it
        return cast(BinaryIO, self._spool)

    @contextmanager
    def descriptor(self) -> Iterator[int | None]:
        """Return the content as an open file, None if it was too large to keep."""
        yield None if self._spool is None else self._spool.fileno()

    def close(self) -> None:
        """Discard the content."""
        if self._spool is not None:
            self._spool.close()


@contextmanager
def open_file(path: str) -> Iterator[FileSource]:
    """Open the file at `path` (bytes-safe text). Raises `UnreadableError`."""
    descriptor = -1
    try:
        try:
            descriptor = _open(to_path(path))
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError(Reason.NOT_A_FILE, "Not a regular file.")
            source = FileSource(descriptor)
        except OSError as error:
            raise _unreadable(error) from error
        except ValueError as error:
            raise UnreadableError(Reason.READ_ERROR, f"The path is invalid: {error}.") from error
        yield source
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _new_spool() -> "tempfile.SpooledTemporaryFile[bytes]":
    return tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)


def _open(path: str) -> int:
    try:
        return os.open(path, _FLAGS | getattr(os, "O_NOATIME", 0))
    except PermissionError:  # only the file's owner may use O_NOATIME
        return os.open(path, _FLAGS)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _AT_ONCE)
    except OSError as error:
        raise _unreadable(error) from error


def _state(descriptor: int) -> FileState:
    return _CHANGE_TIMES.state(os.fstat(descriptor))


def _unreadable(error: OSError) -> UnreadableError:
    reason = _REASONS.get(error.errno or 0, Reason.READ_ERROR)
    return UnreadableError(reason, f"{error.strerror or error}.")
