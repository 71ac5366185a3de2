"""The only entry to DuckDB: in memory, bounded, spilling to a separate folder.

This module decides memory, threads and the spill folder, how a file is written in SQL, and the
errors for insufficient resources. Opening and keeping instances is in `instances`; the queries
belong to the rooms that run them.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from photo_assets.lake.instances import instance_of
from photo_assets.model.errors import StorageError
from photo_assets.system.freed_memory import return_freed_memory

SETTING = "query_memory_mib"
"""The key in photosync.yaml that sets the memory."""

Work = Literal["photos", "lookalikes", "metadata", "disclosure", "plans", "counts"]
"""The purpose of a connection.

`disclosure`: what a sink may show of some months. `counts`: checks, reports, and comparisons with a
sink's content.
"""

# Measured: with these amounts each handles a million items by spilling what does not fit, for some
# percent more processor time than with any amount. Metadata and disclosure join a month at a time.
_LEAST_MIB: Mapping[Work, int] = {
    "photos": 256,
    "lookalikes": 224,
    "metadata": 256,
    "disclosure": 256,
    "plans": 128,
    "counts": 512,
}
_MIB_PER_MILLION: Mapping[Work, int] = {**_LEAST_MIB, "metadata": 512, "disclosure": 6400}
_THREAD_MIB = 64
"""Each thread of a query holds rows and tables of its own, which cannot be spilled."""
_CGROUPS = Path("/sys/fs/cgroup")
_FULL_BYTES = 256 << 20
"""With less free space than this, a failed write is reported as a full disk."""
_FLUSH = "16MiB"
"""How much freed memory DuckDB keeps. By default 512 MiB, which its limit does not count."""
_FOLDER = "query-"
_ABANDONED_S = 24 * 3600.0  # no spill folder this old still has a process


@dataclass(frozen=True, slots=True)
class Database:
    """A connection and its folder, which is removed with it."""

    connection: duckdb.DuckDBPyConnection
    folder: Path


def query_memory_mib(work: Work, asked: int = 0) -> int:
    """Return the memory of one connection, MiB: the configured amount, else the measured need."""
    return asked or _LEAST_MIB[work]


def join_memory_mib(work: Work, items: int) -> int:
    """Return the memory of a query that joins so many items, MiB, if none is configured.

    Much of it cannot be spilled: photos of four million items failed with the amount for one, and
    rows with long texts that are sorted must fit. At most half of the machine's memory.
    """
    needed = _MIB_PER_MILLION[work] * items // 1_000_000
    return max(query_memory_mib(work), min(needed, machine_memory_mib() // 2))


def machine_memory_mib() -> int:
    """Return the total memory available to this process, MiB: the machine's or its container's."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([pages, *_limits()]) >> 20


@contextmanager
def query_database(
    work: Work,
    doing: str,
    scratch: Path | None = None,
    asked_mib: int = 0,
    *,
    threads: int | None = None,
    disabled_optimizers: str = "",
    hint: str = "",
) -> Iterator[Database]:
    """Open an empty database that spills to a new folder in `scratch`; both end with the block.

    `asked_mib`: the configured memory; 0 uses the measured need of this work. Extensions are
    disabled: calling a function of one would make DuckDB download it. Results are unordered unless
    a query orders them. Raises `StorageError`, whose message starts with `doing` ("The plan could
    not be made"); its hint is `hint` unless memory or disk space is insufficient.
    """
    return_freed_memory()
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        _sweep(scratch)
    memory_mib = query_memory_mib(work, asked_mib)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=scratch))
    config: dict[str, str | int] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{memory_mib}MiB",
        "allocator_flush_threshold": _FLUSH,
        "allocator_bulk_deallocation_flush_threshold": _FLUSH,
        "preserve_insertion_order": "false",
        "disabled_optimizers": disabled_optimizers,
    }
    if threads is None and _processors() * _THREAD_MIB > memory_mib:
        threads = max(1, memory_mib // _THREAD_MIB)
    if threads is not None:
        config["threads"] = threads
    try:
        with instance_of(config, folder / "spill") as connection:
            yield Database(connection, folder)
    # A failure after the first rows of a result is raised by Arrow, as its own error or an OSError.
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise query_error(doing, error, folder, memory_mib, hint) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def file_text(path: Path) -> str:
    """Return the path of a file to write as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def files_text(files: Iterable[Path]) -> str:
    """Return files to read as an SQL list; escapes `*`, `?` and `[`, DuckDB's wildcards."""
    plain = ("".join(f"[{char}]" if char in "*?[" else char for char in str(p)) for p in files)
    return f"[{', '.join(file_text(Path(path)) for path in plain)}]"


def query_error(
    doing: str, error: Exception, folder: Path, memory_mib: int, hint: str = ""
) -> StorageError:
    """Return a failure of DuckDB as an error with a hint."""
    why = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    is_memory = isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in why
    if _is_full(folder) or "max_temp_directory_size" in str(error):
        return StorageError(
            f"{doing}: the disk of {folder.parent} is full ({why}).",
            hint="Stored data is unchanged. Free up space there and run again.",
        )
    if is_memory:
        return StorageError(
            f"{doing}: it needs more memory than its limit of {memory_mib:,} MiB ({why}).",
            hint=f"Stored data is unchanged. Set a higher {SETTING} in photosync.yaml; this "
            f"machine has {machine_memory_mib():,} MiB.",
        )
    return StorageError(f"{doing}: {why}.", hint=hint or None)


def _sweep(scratch: Path) -> None:
    """Remove the folders left by killed processes."""
    for folder in scratch.glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder.parent).free < _FULL_BYTES
    except OSError:
        return False


def _processors() -> int:
    return os.cpu_count() or 1


def _limits() -> Iterator[int]:
    """Yield the limits, bytes, of this process's control group and those around it (cgroups(7))."""
    files = [_CGROUPS / "memory" / "memory.limit_in_bytes"]  # version 1, as a container sees it
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::/"):
                group = _CGROUPS / line.removeprefix("0::/")
                files += [folder / "memory.max" for folder in (group, *group.parents)]
    for file in files:
        with contextlib.suppress(OSError, ValueError):  # "max": no limit
            yield int(file.read_text())
