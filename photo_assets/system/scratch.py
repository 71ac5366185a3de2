"""Bounded scratch space: files of running downloads, of all processes together within one limit.

Each file is locked (flock(2)) by its owner, and its name states how much room it was given. A file
that nobody locks belonged to a killed process: it is removed, and its room is free again.
"""

import errno
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from photo_assets.model.errors import StorageError
from photo_assets.system.durable import require_directory
from photo_assets.system.file_lock import file_lock, is_locked

SPARE_BYTES: Final = 256 << 20
"""Free space that is left to other programs on the disk."""

_NAME: Final = re.compile(r"[0-9a-f]{16}-(\d+)(\.[A-Za-z0-9]{1,10})?")
_LOCK: Final = ".lock"
_POLL_S: Final = 0.1


class OverLimitError(Exception):
    """The room is larger than the limit of the scratch space."""


class DiskFullError(Exception):
    """The disk has no room, now or while a file is written."""


class Scratch:
    """The scratch space in `folder`; `limit`: the most bytes of all files together.

    Opening it removes the files of killed processes. Raises `StorageError`.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.limit = limit
        self._folder = folder
        require_directory(folder)
        with self._locked():
            self._taken()

    @contextmanager
    def file(
        self, room: int, ending: str = "", stopped: threading.Event | None = None
    ) -> Iterator["ScratchFile"]:
        """Yield an empty file with `room` bytes, and remove it afterwards.

        Waits until other files have released enough. `ending` is that of its name. Raises
        `OverLimitError`, `DiskFullError`, and `InterruptedError` once `stopped` is set.
        """
        if room > self.limit:
            raise OverLimitError
        with ExitStack() as stack:
            yield self._wait_for(room, ending, stopped or threading.Event(), stack)

    def _wait_for(
        self, room: int, ending: str, stopped: threading.Event, stack: ExitStack
    ) -> "ScratchFile":
        while not stopped.is_set():
            with self._locked():
                taken, unwritten = self._taken()
                if taken + room <= self.limit:
                    self._require_free(room + unwritten)
                    return self._made(room, ending, stack)
            stopped.wait(_POLL_S)
        raise InterruptedError

    def _made(self, room: int, ending: str, stack: ExitStack) -> "ScratchFile":
        name = f"{secrets.token_hex(8)}-{room}{ending}"
        path = self._folder / (name if _NAME.fullmatch(name) else name.removesuffix(ending))
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self._folder, error) from error
        stream = stack.enter_context(os.fdopen(descriptor, "r+b", 0))
        stack.enter_context(file_lock(path))
        stack.callback(path.unlink, missing_ok=True)
        return ScratchFile(path, stream, room)

    def _taken(self) -> tuple[int, int]:
        """Return the room of all files, and how much of it is not written yet."""
        taken = unwritten = 0
        for path in self._folder.iterdir():
            stated = _NAME.fullmatch(path.name)
            if stated is None:
                continue
            try:
                if is_locked(path):
                    taken += int(stated[1])
                    unwritten += max(0, int(stated[1]) - path.stat().st_size)
                else:
                    path.unlink()
            except FileNotFoundError:  # its owner removed it just now
                continue
            except OSError as error:
                raise _unusable(self._folder, error) from error
        return taken, unwritten

    def _require_free(self, room: int) -> None:
        if shutil.disk_usage(self._folder).free - room < SPARE_BYTES:
            raise DiskFullError

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with file_lock(self._folder / _LOCK):
            yield


class ScratchFile:
    """One file, open for writing and reading. `room`: the most bytes it may hold."""

    def __init__(self, path: Path, stream: BinaryIO, room: int) -> None:
        self.path = path
        self.stream = stream
        self.room = room

    def write(self, at: int, piece: bytes) -> None:
        """Write a piece at a position. Raises `DiskFullError` and `StorageError`."""
        view = memoryview(piece)
        try:
            self.stream.seek(at)
            while view:
                view = view[self.stream.write(view) :]
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError from error
            raise _unusable(self.path.parent, error) from error


def _unusable(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The scratch space {folder} cannot be used: {error.strerror or error}.",
        hint="Free up space there or fix its permissions, then run again.",
    )
