"""Writing a file so that a crash at any time leaves either the old or the new content.

Temporary file in the same directory, fsync, rename, fsync of the directory. The temporary name is
unique, so two writers of one target cannot share it; the last rename wins.
"""

import contextlib
import ctypes
import errno
import io
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from photo_assets.model.errors import StorageError

if TYPE_CHECKING:
    from typing_extensions import Buffer

TEMP_SUFFIX = ".tmp"
_TEMP_NAME = re.compile(rf"\.\d+-[0-9a-f]{{8}}{re.escape(TEMP_SUFFIX)}")

# Errors of file systems that cannot sync a directory (some FUSE and network ones); a program can do
# nothing more there.
_NO_DIRECTORY_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


@contextmanager
def replacing(target: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a stream whose content becomes `target` when the block ends without an exception.

    Raises `StorageError` naming the path when the disk refuses (full, read-only, no permission).
    Exceptions raised in the block, including an `OSError` of another file, are passed on unchanged.
    """
    with _beside(target, mode) as (temp, stream):
        yield stream
        with _refused(target):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            os.replace(temp, target)
    _sync_folder(target.parent, target, sync_directory)


class Replacements:
    """Files written one after the other that replace their targets together, in `finish`.

    One sync of the file system instead of two calls per file. A crash before the end of `finish`
    leaves some targets old and some new, each of them complete.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Path, Path]] = []

    @contextmanager
    def replacing(self, target: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
        """Open a stream as `replacing` does; `target` keeps its content until `finish`."""
        with _beside(target, mode) as (temp, stream):
            yield stream
            with _refused(target):
                stream.close()
        self._made.append((temp, target))

    def finish(self) -> None:
        """Put all files in place, durably. Raises `StorageError`."""
        made = self._made
        folders = {target.parent for _, target in made}
        for folder in folders:
            with _refused(folder):  # nothing is in place yet
                sync_filesystem(folder)
        while made:
            temp, target = made[-1]
            with _refused(target):
                os.replace(temp, target)
            made.pop()
        for folder in folders:
            _sync_folder(folder, folder, sync_directory)

    def drop(self) -> None:
        """Remove files that were written but not put in place."""
        for temp, _ in self._made:
            with contextlib.suppress(OSError):
                temp.unlink(missing_ok=True)
        self._made.clear()


def write_bytes(target: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace `target` with `content` durably. Raises `StorageError` naming the path."""
    with replacing(target, mode) as stream:
        stream.write(content)


def make_directory(directory: Path) -> None:
    """Create `directory` and its parents where missing, so that they survive a power failure.

    Raises `OSError`.
    """
    missing = []
    while not directory.is_dir():
        missing.append(directory)
        directory = directory.parent
        if directory == directory.parent:
            break
    for made in reversed(missing):
        made.mkdir(exist_ok=True)
        sync_directory(made.parent)


def require_directory(directory: Path) -> None:
    """Create `directory` if missing. Raises `StorageError` naming it."""
    try:
        make_directory(directory)
    except OSError as error:
        raise StorageError(
            f"Could not create the folder {directory}: {error.strerror or error}.",
            hint="Check the path and its permissions.",
        ) from error


def sync_directory(directory: Path) -> None:
    """Make renames and unlinks inside `directory` survive a power failure. Raises `OSError`."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_SYNC:
            raise
    finally:
        os.close(fd)


def sync_filesystem(directory: Path) -> None:
    """Make everything written to the file system of `directory` survive a power failure.

    One call instead of one fsync per file, for many small files. Raises `OSError`.
    """
    fd = os.open(directory, os.O_RDONLY)
    try:
        _syncfs(fd)
    finally:
        os.close(fd)


def _syncfs(fd: int) -> None:
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:  # not Linux
        os.sync()
    elif call(fd) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def is_temporary(name: str) -> bool:
    """Return whether a file name has the form of the temporary files of `replacing`."""
    return _TEMP_NAME.fullmatch(name) is not None


def sweep_temporaries(directory: Path, older_than_s: float, now: float) -> int:
    """Remove files that killed writers left in `directory`; return how many.

    Recent ones are kept: they may be in use. `now` is seconds since 1970. Only names of the form
    that `replacing` uses are removed.
    """
    removed = 0
    for entry in os.scandir(directory) if directory.is_dir() else ():
        if not is_temporary(entry.name):
            continue
        with contextlib.suppress(FileNotFoundError):  # its writer has just finished
            if now - entry.stat(follow_symlinks=False).st_mtime > older_than_s:
                Path(entry.path).unlink()
                removed += 1
    return removed


class _Watched(io.FileIO):
    """A file that records whether writing to it failed.

    It does not keep the error: the error's frames reference the writer, and an object referenced
    from C++ is never freed.
    """

    failed = False

    def write(self, data: "Buffer", /) -> int:
        try:
            return super().write(data)
        except OSError:
            self.failed = True
            raise


@contextmanager
def _beside(target: Path, mode: int) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a temporary file beside `target`; it is removed when the block raises."""
    # Not the target's name: with a suffix, the longest permitted name would be too long.
    temp = target.parent / f".{os.getpid()}-{secrets.token_hex(4)}{TEMP_SUFFIX}"
    try:
        with _refused(target):
            make_directory(target.parent)
            raw = _Watched(os.open(temp, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode), "wb")
        stream = io.BufferedWriter(raw)
        try:
            yield temp, stream
        finally:
            with contextlib.suppress(OSError):  # the rest of its buffer is not needed
                stream.close()
    except BaseException as error:
        with contextlib.suppress(OSError):  # the first failure is the one to report
            temp.unlink(missing_ok=True)
        if isinstance(error, OSError) and raw.failed:
            raise _refusal(target, error) from error
        raise


def _sync_folder(folder: Path, what: Path, sync: Callable[[Path], None]) -> None:
    """Sync a folder to disk. Raises `StorageError` about `what`."""
    try:
        sync(folder)
    except OSError as error:
        raise StorageError(
            f"Wrote {what}, but could not sync it to disk: {error.strerror or error}.",
            hint="The disk may be failing. Check it, then run again.",
        ) from error


@contextmanager
def _refused(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(target, error) from error


def _refusal(target: Path, error: OSError) -> StorageError:
    return StorageError(
        f"Could not write {target}: {error.strerror or error}.",
        hint="Free up space on that disk or fix its permissions, then run again; nothing was "
        "replaced.",
    )
