"""A file lock, held by one process at a time and released when that process ends (flock(2)).

The caller documents what the lock protects. The file itself remains and has no meaning.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from photo_assets.model.errors import StorageError


@contextmanager
def file_lock(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait for the lock of `path` and hold it for the block; the file is created if missing.

    Threads wait for each other too. `waiting` is called before a wait. Raises `StorageError` when
    the file cannot be opened.
    """
    try:
        stream = path.open("ab")
    except OSError as error:
        raise StorageError(
            f"Could not lock {path}: {error.strerror or error}.",
            hint="Free up space there, fix the permissions, or set data_dir to another disk.",
        ) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Return whether the lock of `path` is held. Raises `FileNotFoundError` without that file."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
