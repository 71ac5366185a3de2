"""Set up a connection to the ledger's database: durability, waiting, transactions."""

import sqlite3
import time
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from photo_assets.ledger.address import sqlite_file
from photo_assets.model.errors import StorageError

BUSY_SECONDS: Final = 120
"""How long a writer waits for another one, seconds. Registering a million photos takes less."""

WRITE: Final = "photo_assets_write"
"""Execution option of a connection whose transaction starts with the write lock."""


def build_engine(address: URL) -> Engine:
    """Return an engine without a pool, so that a fork never shares a connection.

    Raises `StorageError` if the folder of a SQLite file cannot be created.
    """
    path = sqlite_file(address)
    if path is None:
        options = {"connect_timeout": 10, "application_name": "photo_assets"}
        return create_engine(address, poolclass=NullPool, connect_args=options)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The ledger's folder {path.parent} cannot be created: {error.strerror}.",
            hint="Choose another place for the ledger in photosync.yaml.",
        ) from error
    engine = create_engine(
        address.set(database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`, DDL included
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL: a commit is on disk before it returns, also in WAL mode (sqlite.org/pragma.html).
    connection.execute("PRAGMA synchronous = FULL")
    # A first run writes millions of keys in one transaction; with 2 MB they spill repeatedly.
    connection.execute("PRAGMA cache_size = -32768")  # 32 MiB at most
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, once per database.

    The switch needs exclusive access to the file and does not always wait for it, so it is retried.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                return
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def disable_foreign_keys(connection: Connection) -> None:
    """Disable SQLite's foreign key checks on a connection without a transaction.

    Inside a transaction the switch is ignored (sqlite.org/pragma.html), and SQLAlchemy would start
    one, so it uses the driver. The connection is closed after its only transaction.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys = OFF")


def disable_sync(connection: Connection) -> None:
    """Let SQLite commit without waiting for the disk on a connection without a transaction.

    In WAL mode the database stays consistent, and the commits of other connections stay durable:
    they flush the whole log, including these frames (sqlite.org/pragma.html, "synchronous").
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA synchronous = NORMAL")
