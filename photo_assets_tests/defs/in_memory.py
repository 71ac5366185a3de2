"""Dagster's instance in memory, with one open connection per storage instead of one per statement.

Dagster opens a connection and sets two pragmas for each event and query; together they were a
fifth of the cost of a test of the graph. Tables, statements and content remain Dagster's.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import dagster as dg
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event


@contextmanager
def instance_in_memory() -> Iterator[dg.DagsterInstance]:
    """Open an instance that no file holds."""
    with dg.DagsterInstance.ephemeral() as instance:
        runs: Any = instance.run_storage
        events: Any = instance.event_log_storage
        for storage in (runs, events):
            storage._engine = _kept_open(storage._engine)
        runs.connect = _connecting(runs._engine, nullcontext())
        events._connect = _connecting(events._engine, events._db_lock)
        yield instance


def _kept_open(engine: Engine) -> Engine:
    kept = create_engine(
        engine.url,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=-1,
        connect_args={"check_same_thread": False},
    )
    event.listen(kept, "connect", _with_foreign_keys)
    return kept


def _with_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def _connecting(
    engine: Engine, lock: AbstractContextManager[object]
) -> Callable[[], AbstractContextManager[Connection]]:
    @contextmanager
    def connect() -> Iterator[Connection]:
        with lock, engine.begin() as connection:
            yield connection

    return connect
