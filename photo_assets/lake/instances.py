"""DuckDB instances in memory, each used by one block at a time, and kept for the next one.

Opening an instance takes 11 ms of processor time, which is more than most queries. What a block
creates does not belong to the next one: it has a database of its own, which ends with it. The
settings of an instance are decided in `query_engine`, the queries in the rooms that run them.
"""

import atexit
import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import duckdb

Config = Mapping[str, str | int]

_MOST_KEPT = 2
_KEPT_BYTES = 64 << 20
"""DuckDB frees the memory of a large query when its instance is closed (2.0.0: 250 of 270 MB)."""
_DATABASE = "block"
_RESIDENT = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True, eq=False)
class _Instance:
    connection: duckdb.DuckDBPyConnection
    config: Config
    process: int
    resident: int | None


_kept: list[_Instance] = []
_lock = Lock()


@contextmanager
def instance_of(config: Config, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection to an empty database in an instance with these settings.

    `spill`: the folder for what does not fit into memory. An instance is not used again after an
    exception, after spilling, or when the process has grown by over 64 MiB since it was opened.
    """
    instance = _take(config, spill) or _open(config, spill)
    try:
        opened = instance.connection
        opened.execute(f"ATTACH ':memory:' AS {_DATABASE}").fetchall()
        with opened.cursor() as connection:
            connection.execute(f"USE {_DATABASE}").fetchall()
            yield connection
        opened.execute(f"DETACH {_DATABASE}").fetchall()
    except BaseException:
        instance.connection.close()
        raise
    if spill.exists() or _has_grown(instance):
        instance.connection.close()
    else:
        _keep(instance)


def _open(config: Config, spill: Path) -> _Instance:
    connection = duckdb.connect(":memory:", config={**config, "temp_directory": str(spill)})
    return _Instance(connection, config, os.getpid(), _resident_bytes())


def _take(config: Config, spill: Path) -> _Instance | None:
    with _lock:
        # The threads of an instance do not exist in a forked process.
        usable = (i for i in _kept if i.config == config and i.process == os.getpid())
        instance = next(usable, None)
        if instance is None:
            return None
        _kept.remove(instance)
    try:
        instance.connection.execute(
            "SET temp_directory = $folder", {"folder": str(spill)}
        ).fetchall()
    except duckdb.Error:  # it has spilled, and what it wrote is no longer there
        instance.connection.close()
        return None
    return instance


def _keep(instance: _Instance) -> None:
    with _lock:
        _kept.append(instance)
        oldest = _kept.pop(0) if len(_kept) > _MOST_KEPT else None
    if oldest is not None and oldest.process == os.getpid():
        oldest.connection.close()


@atexit.register
def _close_kept() -> None:
    with _lock:
        for instance in _kept:
            if instance.process == os.getpid():
                instance.connection.close()
        _kept.clear()


def _has_grown(instance: _Instance) -> bool:
    """Say whether memory may be left behind; also where the system does not tell its amount."""
    now = _resident_bytes()
    if now is None or instance.resident is None:
        return True
    return now - instance.resident > _KEPT_BYTES


def _resident_bytes() -> int | None:
    with contextlib.suppress(OSError):
        return int(_RESIDENT.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return None
