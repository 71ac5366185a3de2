"""Writing a file so that a crash at any instant leaves the old content or the new, never a mix.

Temp file in the same directory, fsync, rename, fsync of the directory. The temp name is unique, so
that two writers of one target cannot share it; the last rename wins whole.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from photo_assets.model.errors import StorageError

TEMP_SUFFIX = ".tmp"


@contextmanager
def replacing(target: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a stream whose content becomes `target` when the block ends without an exception.

    Raises `StorageError` naming the path when the disk refuses (full, read-only, no permission).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temp = target.parent / f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMP_SUFFIX}"
    try:
        fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(fd, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temp, target)
        sync_directory(target.parent)
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise StorageError(
            f"Could not write {target}: {error.strerror or error}.",
            hint="Free space or permissions on that disk, then run again; nothing was replaced.",
        ) from error
    except BaseException:
        temp.unlink(missing_ok=True)
        raise


def write_bytes(target: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace `target` with `content` durably."""
    with replacing(target, mode) as stream:
        stream.write(content)


def sync_directory(directory: Path) -> None:
    """Make renames and unlinks inside `directory` survive a power cut."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep_temporaries(directory: Path, older_than_s: float, now: float) -> int:
    """Remove what killed writers left in `directory`; return how many. Young ones may be in use."""
    removed = 0
    for entry in os.scandir(directory) if directory.is_dir() else ():
        is_temp = entry.name.startswith(".") and entry.name.endswith(TEMP_SUFFIX)
        if is_temp and now - entry.stat(follow_symlinks=False).st_mtime > older_than_s:
            Path(entry.path).unlink(missing_ok=True)
            removed += 1
    return removed
