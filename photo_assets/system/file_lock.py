"""The lock of a file, which one process at a time holds and which ends with its process (flock(2)).

What the lock guards is said where it is taken. The file itself stays, and means nothing.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photo_assets.model.errors import StorageError


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of `path` for the block, waiting for it; the file is made where it is missing.

    Threads wait for each other too. Raises `StorageError` when the file cannot be opened.
    """
    try:
        stream = path.open("ab")
    except OSError as error:
        raise StorageError(
            f"The lock {path} cannot be taken: {error.strerror or error}.",
            hint="Free space or permissions there, or set data_dir to another disk.",
        ) from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Say whether the lock of `path` is held. Raises `FileNotFoundError` without that file."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
