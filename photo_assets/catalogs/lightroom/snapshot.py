"""Copying a catalog that Lightroom may be writing, so that the copy is one committed state.

Opening the user's file with SQLite is never safe: even `mode=ro` creates `-shm` and `-wal` beside
a catalog in WAL mode, `immutable=1` silently ignores what is only in the `-wal`, and Lightroom's
exclusive lock refuses both (measured with SQLite 3.40 on Lightroom 14 catalogs). So the main file,
the write-ahead log and the rollback journal are copied, never the `-shm`; SQLite then recovers the
copy. What the copy says is read elsewhere.
"""

import os
import shutil
import time
from pathlib import Path

from photo_assets.catalogs.lightroom.source_files import (
    CatalogState,
    catalog_state,
    chunks,
    companion,
    head,
    require_database,
)
from photo_assets.model.errors import CatalogUnavailableError, StorageError
from photo_assets.system.file_state import FileState

ATTEMPTS = 5

# Magic, version, page size, sequence, two salts, checksum: https://sqlite.org/fileformat.html 4.1
_WAL_HEADER_BYTES = 32
# FAT keeps times to 2 s, HFS+ to 1 s: a younger time stamp may hide a second write.
_COARSEST_CLOCK_NS = 2_100_000_000


def copy_catalog(catalog: Path, directory: Path) -> Path:
    """Copy one committed state of `catalog` into `directory` and return the copy's main file.

    Raises `CatalogUnavailableError` when the file is gone, refuses to be read or changes during
    each of `ATTEMPTS` copies; `CatalogUnreadableError` when it is not a SQLite file; `StorageError`
    when `directory` has no room.
    """
    catalog = Path(os.path.realpath(catalog))  # SQLite puts the -wal beside the real file
    target = directory / "copy.lrcat"
    for attempt in range(ATTEMPTS):
        before = catalog_state(catalog)
        require_database(catalog)
        _require_room(catalog, directory, before)
        if _copy_once(catalog, target, before):
            return target
        time.sleep(0.05 * 2**attempt)
    raise CatalogUnavailableError(
        f"The Lightroom catalog {catalog} changed during each of {ATTEMPTS} attempts to copy it.",
        hint="Lightroom is busy with it; it is read at the next poll.",
    )


def is_young(state: CatalogState) -> bool:
    """Say whether a file was written so recently that a second write may have left its time."""
    files = (file for file in (state.main, state.wal, state.journal) if file)
    return any(time.time_ns() - file.mtime_ns < _COARSEST_CLOCK_NS for file in files)


def _copy_once(catalog: Path, target: Path, before: CatalogState) -> bool:
    """Copy all files; say whether they are of one state.

    Main file and journal must not have changed. The log may have grown meanwhile: with the main
    file untouched and the salts in the log's header unchanged, any prefix of it is a committed
    state, because frames carry a running checksum and recovery stops at the last valid commit.
    """
    wal, journal = companion(catalog, "-wal"), companion(catalog, "-journal")
    began_ns = time.time_ns()
    header = head(wal, _WAL_HEADER_BYTES)
    _copy(catalog, target)
    _copy(wal, companion(target, "-wal"))
    _copy(journal, companion(target, "-journal"))
    unwritten = _is_unwritten(catalog, target, before.main, began_ns) and _is_unwritten(
        journal, companion(target, "-journal"), before.journal, began_ns
    )
    same_log = head(wal, _WAL_HEADER_BYTES) == header
    after = catalog_state(catalog)
    return (
        unwritten
        and same_log
        and (after.main, after.journal) == (before.main, before.journal)
        and (after.wal is None) == (before.wal is None)
    )


def _is_unwritten(source: Path, copy: Path, state: FileState | None, began_ns: int) -> bool:
    """Say whether equal times before and after prove anything; if too young, compare the bytes."""
    if state is None or began_ns - state.mtime_ns >= _COARSEST_CLOCK_NS:
        return True
    copied = chunks(copy)
    return all(chunk == next(copied, b"") for chunk in chunks(source)) and not next(copied, b"")


def _copy(source: Path, target: Path) -> None:
    """Copy bytes; a source that is not there becomes an empty file, which SQLite ignores."""
    try:
        with target.open("wb") as writer:
            writer.writelines(chunks(source))
    except OSError as error:
        raise StorageError(
            f"Could not write {target}: {error.strerror or error}.",
            hint="Free space on the disk that holds data_dir.",
        ) from error


def _require_room(catalog: Path, directory: Path, state: CatalogState) -> None:
    needed = sum(file.size for file in (state.main, state.wal, state.journal) if file)
    free = shutil.disk_usage(directory).free
    if free < needed + needed // 20:
        raise StorageError(
            f"{directory} has {free:,} bytes free, too few to copy {catalog} ({needed:,} bytes).",
            hint="Free space there, or set data_dir to a larger disk.",
        )
