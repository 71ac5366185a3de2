"""Dagster's own SQLite storages, with one persistent engine per file instead of one per statement.

Dagster creates an engine and a connection for every event and query: the engine compiles every
statement again, and closing the last connection of a file with a write-ahead log copies the log
into the file (sqlite.org/wal.html, section 5). Together they were most of the cost of Dagster's
bookkeeping. Content and format of the files remain Dagster's.
"""

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

# Private paths, public classes; see `instance`.
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationPlanned,
)
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData, serialize_value
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from photo_assets.system.durable import require_directory
from photo_assets.system.file_lock import file_lock

_MOST = 4
"""The maximum number of open files: the index, and the logs of the last few runs."""

_LAYOUT = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, rowid"
_REVISION = "SELECT version_num FROM alembic_version"

_Identity = tuple[int, int, int]


class _Engines:
    """Engines by file; not reused in a child process, or for a new file at the same path.

    The file's identity is compared: `photosync demo --fresh` deletes files used by running servers.
    """

    def __init__(self, **connect_args: object) -> None:
        self._kept: OrderedDict[str, tuple[_Identity, Engine]] = OrderedDict()
        self._connect_args = connect_args
        self._lock = threading.Lock()

    def of(self, url: str) -> tuple[Engine, bool]:
        """Return the engine of a database, and whether it is new."""
        with self._lock:
            found = self._kept.get(url)
            if found is not None and found[0] == _identity(url):
                self._kept.move_to_end(url)
                return found[1], False
            if found is not None:
                # Not closed in a child process: that would release the locks of its parent.
                found[1].dispose(close=found[0][0] == os.getpid())
            engine = create_engine(
                url, pool_size=1, max_overflow=-1, connect_args=self._connect_args
            )
            event.listen(engine, "connect", _wait_less)
            with engine.connect() as connection:  # this creates the file of a new database
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema")
            self._kept[url] = _identity(url), engine
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)[1][1].dispose()
            return engine, True

    def close(self) -> None:
        with self._lock:
            for _, engine in self._kept.values():
                engine.dispose()
            self._kept.clear()


def _wait_less(connection: sqlite3.Connection, _record: object) -> None:
    """Do not sync on commit if the file has a write-ahead log: it stays consistent without it.

    Every event is two or three commits. A power failure can lose the last ones. The lake and the
    ledger are not affected, and sensors compare with these and not with Dagster's records.
    """
    if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
        connection.execute("PRAGMA synchronous=NORMAL")


def _identity(url: str) -> _Identity:
    path = make_url(url).database or ""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return os.getpid(), 0, 0
    return os.getpid(), found.st_dev, found.st_ino


def _laid_out(engine: Engine, index: str) -> bool:
    """Create the tables of `index` in a new file; return whether the file has that layout.

    It does not if the index has another version, or another process is changing it.
    """
    path = engine.url.database or ""
    try:
        with (
            closing(sqlite3.connect(f"{Path(index).as_uri()}?mode=ro", uri=True)) as model,
            closing(sqlite3.connect(path, isolation_level=None)) as made,
        ):
            layout = [text for (text,) in model.execute(_LAYOUT)]
            (revision,) = model.execute(_REVISION).fetchone()
            if not made.execute(_LAYOUT).fetchall():
                made.execute("PRAGMA journal_mode=WAL")
                made.execute("BEGIN IMMEDIATE")
                for text in layout:
                    made.execute(text)
                made.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
                made.execute("COMMIT")
            return bool(made.execute(_REVISION).fetchone() == (revision,))
    except (sqlite3.Error, TypeError):
        return False


class KeptEventLog(SqliteEventLogStorage):
    """Dagster's event log on SQLite."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = _Engines(timeout=SQLITE_BUSY_TIMEOUT_SECONDS)
        self._seen: set[str] = set()  # tables and columns of the index: they are never removed
        super().__init__(base_dir, inst_data)

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table. Dagster asks with a new engine for each event."""
        if table_name not in self._seen:
            if not super().has_table(table_name):
                return False
            self._seen.add(table_name)
        return True

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Return whether the table of assets has a column. Dagster asks for each event."""
        column = f"asset key column {column_name}"
        if column not in self._seen:
            if not super()._has_asset_key_col_on_connection(conn, column_name):
                return False
            self._seen.add(column)
        return True

    def _store_asset_check_evaluation_planned(
        self, event: EventLogEntry, event_id: int | None
    ) -> None:
        """Store one row a partition, as Dagster does, which serializes the event for each row.

        Its statement has a parameter for each value of each row, and is compiled every time.
        """
        planned = event.dagster_event.event_specific_data if event.dagster_event else None
        if not isinstance(planned, AssetCheckEvaluationPlanned) or not planned.partitions_subset:
            super()._store_asset_check_evaluation_planned(event, event_id)
            return
        row = {
            "asset_key": planned.asset_key.to_string(),
            "check_name": planned.check_name,
            "run_id": event.run_id,
            "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
            "evaluation_event": serialize_value(event),
            "evaluation_event_timestamp": self._event_insert_timestamp(event),  # type: ignore[no-untyped-call]
            "evaluation_event_storage_id": event_id,
        }
        partitions = planned.partitions_subset.get_partition_keys()
        rows = [{**row, "partition": partition} for partition in partitions]
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.insert(), rows)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine, new = self._engines.of(self.conn_string_for_shard(shard))
            if new or shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
                engine.dispose()  # a new file has its write-ahead log from now on
            with engine.begin() as connection:
                yield connection

    def _initdb(self, engine: Engine, for_index_shard: bool = False) -> None:
        """Copy the index's layout to a run's log: Dagster's migrations take 100 times longer."""
        if for_index_shard or not _laid_out(engine, self.path_for_shard("index")):
            super()._initdb(engine, for_index_shard)

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        self._engines.close()


class _OneFile:
    """The common part of the storages with one file each: their connections."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = _Engines()
        self._file = conn_string  # needed when the storage connects
        super().__init__(conn_string, inst_data)  # type: ignore[call-arg]

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Yield a connection in a transaction."""
        with self._engines.of(self._file)[0].begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close the file."""
        super().dispose()  # type: ignore[misc]
        self._engines.close()


class KeptRuns(_OneFile, SqliteRunStorage):
    """Dagster's runs on SQLite."""


class KeptSchedules(_OneFile, SqliteScheduleStorage):
    """Dagster's schedules, sensors and ticks on SQLite."""


class KeptStorage(DagsterSqliteStorage):
    """The three storages in one folder, in Dagster's layout."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self.base_dir = base_dir
        history = os.path.join(base_dir, "history", "")
        require_directory(Path(base_dir))
        # Processes that create the files together fail in Dagster: each makes tables and states the
        # version of the schema, without a transaction around both.
        with file_lock(Path(base_dir) / ".lock"):
            self._run_storage = KeptRuns.from_local(history)
            self._event_log_storage = KeptEventLog(os.path.join(history, "runs", ""))
            self._schedule_storage = KeptSchedules.from_local(os.path.join(base_dir, "schedules"))
        self._inst_data = inst_data
        super(DagsterSqliteStorage, self).__init__()  # type: ignore[no-untyped-call]
