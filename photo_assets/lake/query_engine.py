"""The one opener of DuckDB: in memory, bounded, spilling to a folder of its own.

Memory, threads and spill folder are decided here, how a file is named in SQL, and what is said when
something is not enough. What is asked of a connection is its room's business.
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

from photo_assets.model.errors import StorageError

SETTING = "query_memory_mib"
"""The key of photosync.yaml by which a person sets the memory."""

Work = Literal["photos", "lookalikes", "metadata", "plans", "counts"]
"""What a connection is for. `counts`: checks, reports, and comparing what a sink holds."""

# With these each was measured to get through a million items, by spilling what does not fit. Plans
# hold the texts that are sent: more memory makes them faster.
_LEAST_MIB: Mapping[Work, int] = {
    "photos": 768,
    "lookalikes": 1920,
    "metadata": 512,
    "plans": 640,
    "counts": 512,
}
_CGROUPS = Path("/sys/fs/cgroup")
_FULL_BYTES = 256 << 20
"""With less room than this on its disk, what could not be stored could not for want of room."""
_FOLDER = "query-"
_ABANDONED_S = 24 * 3600.0  # a spill folder this old has no process any more


@dataclass(frozen=True, slots=True)
class Database:
    """A connection and its folder, which is gone with it."""

    connection: duckdb.DuckDBPyConnection
    folder: Path


def query_memory_mib(work: Work, asked: int = 0) -> int:
    """Return the memory of one connection, MiB: what the settings ask for, else what it takes."""
    if work == "plans":
        return asked or max(_LEAST_MIB[work], machine_memory_mib() // 4)
    return asked or _LEAST_MIB[work]


def machine_memory_mib() -> int:
    """Return the memory this process may use at all, MiB: the machine's, or its container's."""
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
    hint: str = "",
) -> Iterator[Database]:
    """Open a connection that spills to a new folder in `scratch`; both are gone after the block.

    `asked_mib`: memory as the settings ask for it; 0 takes what the work was measured to need.
    Without extensions: a function of one would make DuckDB fetch it over the network. Results have
    no order but the one they ask for. Raises `StorageError`, which begins with `doing` ("The plan
    could not be made") and says what helps, by `hint` where it is neither memory nor room.
    """
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        _sweep(scratch)
    memory_mib = query_memory_mib(work, asked_mib)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=scratch))
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{memory_mib}MiB",
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": "false",
    }
    if threads is not None:
        config["threads"] = threads
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            yield Database(connection, folder)
    # What fails after the first rows of a result comes through Arrow, as its error or an OSError.
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise query_error(doing, error, folder, memory_mib, hint) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def file_text(path: Path) -> str:
    """Return a file to write, as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def files_text(files: Iterable[Path]) -> str:
    """Return files to read, as an SQL list: DuckDB takes `*`, `?` and `[` there for patterns."""
    plain = ("".join(f"[{char}]" if char in "*?[" else char for char in str(p)) for p in files)
    return f"[{', '.join(file_text(Path(path)) for path in plain)}]"


def query_error(
    doing: str, error: Exception, folder: Path, memory_mib: int, hint: str = ""
) -> StorageError:
    """Return what DuckDB could not do as an error that says what helps."""
    why = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    is_memory = isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in why
    if _is_full(folder) or "max_temp_directory_size" in str(error):
        return StorageError(
            f"{doing}: the disk of {folder.parent} is full ({why}).",
            hint="What was stored before stands. Make room there and run again.",
        )
    if is_memory:
        return StorageError(
            f"{doing}: it needs more than the {memory_mib:,} MiB of memory it may take ({why}).",
            hint=f"What was stored before stands. Set {SETTING} in photosync.yaml to more; this "
            f"machine has {machine_memory_mib():,} MiB.",
        )
    return StorageError(f"{doing}: {why}.", hint=hint or None)


def _sweep(scratch: Path) -> None:
    """Remove the folders that killed processes left."""
    for folder in scratch.glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder.parent).free < _FULL_BYTES
    except OSError:
        return False


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
