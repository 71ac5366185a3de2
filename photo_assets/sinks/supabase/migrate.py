"""Migrate a project's database to the tables of this version, without the API.

The migrations are the same files that the Supabase CLI applies, and are recorded in the same way,
so that either tool can continue where the other stopped.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from photo_assets.ledger.address import parse_address
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sinks.supabase.statements import split_statements

FOLDER = Path(__file__).with_name("migrations")

_LOCK = 0x70686F746F  # "photo": two processes take turns
_LONGEST_WAIT_FOR_A_TABLE = "10s"
_HISTORY = (
    "CREATE SCHEMA IF NOT EXISTS supabase_migrations",
    "CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations"
    " (version text NOT NULL PRIMARY KEY)",
    "ALTER TABLE supabase_migrations.schema_migrations"
    " ADD COLUMN IF NOT EXISTS statements text[], ADD COLUMN IF NOT EXISTS name text",
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `migrations/`: `<version>_<name>.sql`."""

    version: str
    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The result of a call: versions applied before, and migrations applied now (or to apply)."""

    present: tuple[str, ...]
    applied: tuple[Migration, ...]


def migrations() -> list[Migration]:
    """Return all migrations of this version of the program, oldest first."""
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        version, _, name = path.stem.partition("_")
        found.append(Migration(version, name, path.read_text(encoding="utf-8")))
    return found


def migrate(
    url: str, *, dry_run: bool = False, wanted: Sequence[Migration] | None = None
) -> Migrated:
    """Apply the missing migrations to the database at `url`; a dry run only reads.

    Each migration is one transaction, and concurrent calls take turns. Raises `ConfigurationError`
    if `url` is not of a PostgreSQL database, and `StorageError` naming the failed migration, which
    is rolled back. Neither error contains `url`.
    """
    wanted = migrations() if wanted is None else wanted
    engine = create_engine(_address(url), poolclass=NullPool, connect_args={"connect_timeout": 15})
    with _told("The list of applied migrations could not be read"), engine.connect() as asking:
        known = _recorded(asking)
    missing = tuple(one for one in wanted if one.version not in known)
    present = tuple(one.version for one in wanted if one.version in known)
    if dry_run:
        return Migrated(present, missing)
    applied = []
    for migration in missing:
        with (
            _told(f"Migration {migration.version}_{migration.name} failed"),
            engine.begin() as connection,
        ):
            if _apply(connection, migration):
                applied.append(migration)
    return Migrated(present, tuple(applied))


def _address(url: str) -> URL:
    with contextlib.suppress(ConfigurationError):  # its messages are about the ledger
        address = parse_address(url)
        if address.get_backend_name() == "postgresql":
            return address
    raise ConfigurationError(
        "The URL of the project's database is not a PostgreSQL URL.",
        hint="Write postgresql://user:password@host:port/postgres, as the project's page shows it.",
    )


def _apply(connection: Connection, migration: Migration) -> bool:
    """Apply one migration, in the caller's transaction, unless another process just did."""
    # Per transaction, not per session: poolers share sessions.
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if migration.version in _recorded(connection):
        return False
    raw = connection.execution_options(no_parameters=True)  # keeps a literal % in a statement
    raw.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT_FOR_A_TABLE}'")
    for statement in _HISTORY:
        raw.exec_driver_sql(statement)
    statements = split_statements(migration.script)
    for statement in statements:
        raw.exec_driver_sql(statement)
    connection.execute(
        text(
            "INSERT INTO supabase_migrations.schema_migrations (version, statements, name)"
            " VALUES (:version, :statements, :name)"
        ),
        {"version": migration.version, "statements": statements, "name": migration.name},
    )
    return True


def _recorded(connection: Connection) -> set[str]:
    table = "supabase_migrations.schema_migrations"
    if connection.scalar(text("SELECT to_regclass(:table)"), {"table": table}) is None:
        return set()
    return set(connection.scalars(text(f"SELECT version FROM {table}")))  # noqa: S608


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Convert the driver's errors: keep the server's message, and remove the URL."""
    try:
        yield
    except DBAPIError as error:
        diagnosis = getattr(error.orig, "diag", None)
        said = getattr(diagnosis, "message_primary", None)
        if said is None:
            raise ConfigurationError(
                f"{what}: no connection ({type(error.orig).__name__}).",
                hint="Check the host, port and password in the database URL.",
            ) from None
        raise StorageError(f"{what}: {said}.", hint="None of its changes was kept.") from None
