"""Open the ledger and its two kinds of transaction. The other modules define the stored data.

A ledger is safe for processes and forks: no connection outlives a transaction, writers run one at a
time (SQLite's write lock; an advisory lock in PostgreSQL), and a commit returns only when the data
is on disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from photo_assets.ledger.address import parse_address, sqlite_file
from photo_assets.ledger.database_errors import advice, driver_message
from photo_assets.ledger.engine import (
    WRITE,
    build_engine,
    disable_foreign_keys,
    disable_sync,
)
from photo_assets.ledger.migrate import is_current, is_empty, migrate
from photo_assets.model.errors import StorageError

WRITER_LOCK: Final = 0x70686F746F  # "photo": one advisory lock for all writers of a database


def utc_now() -> datetime:
    """Return the current time for the ledger."""
    return datetime.now(UTC)


class Ledger:
    """Data that cannot be derived again: ids, decisions, confirmations, attempts, audit.

    Created by `open_ledger`; the repository classes take a ledger.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    @property
    def name(self) -> str:
        """The ledger's file, or its address without the password, for messages."""
        file = sqlite_file(self._engine.url)
        return str(file) if file else self._engine.url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def now(self) -> str:
        """Return the current time in the ledger's form."""
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the ledger.

        Raises `StorageError` naming the ledger if the database fails.
        """
        with self._named_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[Connection]:
        """Open an exclusive write transaction; commit if the block ends without an error.

        `bulk`: the block checks foreign keys itself (`bulk.py`), so SQLite does not check them row
        by row. Raises `StorageError` naming the ledger if the database fails or stays locked.
        """
        with self._named_errors(), self._engine.connect() as bare:
            if bulk:
                disable_foreign_keys(bare)
            connection = bare.execution_options(**{WRITE: True})
            with connection.begin():
                take_writer_lock(connection)
                yield connection

    @contextmanager
    def throttling(self) -> Iterator[Connection]:
        """Open a transaction on the rows of `API_THROTTLES` only.

        PostgreSQL commits each statement and locks only the row, so a long ledger write blocks no
        call to a service. SQLite has one lock, which such a write holds, but commits here do not
        wait for the disk: a killed process loses nothing, and a power failure lasts longer than any
        slot. Raises as `writing`.
        """
        with self._named_errors(), self._engine.connect() as bare:
            if self.dialect == "postgresql":
                yield bare.execution_options(isolation_level="AUTOCOMMIT")
                return
            disable_sync(bare)
            connection = bare.execution_options(**{WRITE: True})
            with connection.begin():
                yield connection

    @property
    def _driver_error(self) -> type[Exception]:
        """The driver's error class, raised by its own cursors."""
        driver = self._engine.dialect.dbapi
        found: type[Exception] = driver.Error if driver is not None else DBAPIError
        return found

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self._driver_error) as error:
            raise StorageError(
                f"The ledger {self.name} refused: {driver_message(error)}.",
                hint=f"No change of this step was stored. {advice(self.dialect, error)}",
            ) from error


def take_writer_lock(connection: Connection) -> None:
    """Wait until no other writer is active; for SQLite, BEGIN IMMEDIATE has already done so."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})


def open_ledger(
    url: str | URL,
    *,
    clock: Callable[[], datetime] = utc_now,
    may_begin: Callable[[], None] = lambda: None,
) -> Ledger:
    """Open the ledger at `url`, creating or migrating it first; safe if several start at once.

    `url` is `sqlite:///file` or `postgresql://…`. `may_begin` is called before tables are created
    in a database that never held a ledger, and raises an error to prevent it. Raises
    `ConfigurationError` for other addresses and `StorageError` if the database cannot be reached or
    was written by a newer version of this program.
    """
    engine = build_engine(parse_address(url))
    ledger = Ledger(engine, clock)
    with ledger.reading() as connection:
        ready = is_current(connection, ledger.name)
        empty = not ready and is_empty(connection)
    if empty:
        may_begin()
    if not ready:
        with ledger.writing() as connection:
            migrate(connection, ledger.name)
    return ledger
