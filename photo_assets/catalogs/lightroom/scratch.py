"""One temporary directory a scan, and sweeping those that killed runs left behind.

A directory in use is locked, so that a second process, even in another container, never
takes it for a leftover. What is put into the directory is not known here.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photo_assets.model.errors import StorageError
from photo_assets.system.file_lock import file_lock, is_locked

_PREFIX = "scan-"
_LOCK = "in-use"
# Between making a directory and locking it there is an instant in which it looks abandoned.
_UNLOCKED_GRACE_S = 600.0


@contextmanager
def scan_directory(scratch: Path) -> Iterator[Path]:
    """Yield a new empty directory below `scratch`, removed at the end.

    Leftovers of runs that were killed are removed first. Raises `StorageError` when the disk
    refuses.
    """
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        sweep(scratch, time.time())
        directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch))
    except OSError as error:
        raise StorageError(
            f"{scratch} cannot be used for temporary copies: {error.strerror or error}.",
            hint="Free up space there, fix the permissions, or set data_dir to another disk.",
        ) from error
    try:
        with file_lock(directory / _LOCK):
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def sweep(scratch: Path, now: float) -> int:
    """Remove directories of dead runs from `scratch`; return how many."""
    removed = 0
    for entry in sorted(os.listdir(scratch)):
        directory = scratch / entry
        if entry.startswith(_PREFIX) and directory.is_dir() and _is_abandoned(directory, now):
            shutil.rmtree(directory, ignore_errors=True)
            removed += 1
    return removed


def _is_abandoned(directory: Path, now: float) -> bool:
    try:
        return not is_locked(directory / _LOCK)
    except FileNotFoundError:
        try:
            return now - directory.stat().st_mtime > _UNLOCKED_GRACE_S
        except FileNotFoundError:
            return False
