"""Move a ledger from its SQLite file to another database, completely or not at all."""

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Table, delete, func, insert, select, text

from photo_assets.ledger.address import parse_address, sqlite_file
from photo_assets.ledger.engine import build_engine
from photo_assets.ledger.ledger import Ledger, open_ledger
from photo_assets.ledger.migrate import migrate
from photo_assets.ledger.tables import METADATA, PHOTOS, REGISTRY_REVISION
from photo_assets.model.errors import ConfigurationError, StorageError

_ROWS: Final = 10_000
MOVED: Final = ".moved"


def holds_photos(file: Path) -> bool:
    """Return whether `file` is a ledger with photos. Raises `StorageError` if it is damaged."""
    if not file.is_file():
        return False
    ledger = Ledger(build_engine(_url(file)))
    with ledger.reading() as connection:
        if not connection.dialect.has_table(connection, PHOTOS.name):
            return False
        return connection.scalar(select(PHOTOS.c.photo_id).limit(1)) is not None


def move_ledger(file: Path, url: str) -> Mapping[str, int]:
    """Copy the ledger in `file` to the database at `url`, rename the file; return rows by table.

    The database must not contain a ledger with rows. Everything is copied in one transaction. The
    file is kept but renamed to `<name>.moved`, so that no program uses it by mistake. Raises
    `StorageError`, and `ConfigurationError` for an invalid address or that of the file itself.
    """
    address = parse_address(url)
    there = sqlite_file(address)
    if there is not None and there.exists() and there.samefile(file):
        raise ConfigurationError("The ledger is already there.", hint="Nothing was changed.")
    aside = file.with_name(file.name + MOVED)
    if aside.exists():
        raise StorageError(
            f"{aside} already exists, so the ledger cannot be renamed to it.",
            hint="It is an earlier ledger. Move it to another folder.",
        )
    source = open_ledger(_url(file).render_as_string())  # of this version
    target = Ledger(build_engine(address))
    with source.writing() as old, target.writing() as new:
        migrate(new, target.name)
        new.execute(delete(REGISTRY_REVISION))  # the initial revision of a new ledger
        copied = {table.name: _copy(table, old, new) for table in METADATA.sorted_tables}
    _close(file)
    file.rename(aside)
    return copied


def _copy(table: Table, old: Connection, new: Connection) -> int:
    if new.scalar(select(func.count()).select_from(table)):
        raise StorageError(
            f"The database already contains a ledger: its table {table.name} has rows.",
            hint="Nothing was changed. Use an empty database.",
        )
    order = list(table.primary_key)  # a decision comes after the one it replaces
    for rows in old.execute(select(table).order_by(*order)).mappings().partitions(_ROWS):
        new.execute(insert(table), [dict(row) for row in rows])
    counts = [c.scalar(select(func.count()).select_from(table)) or 0 for c in (old, new)]
    if counts[0] != counts[1]:
        raise StorageError(
            f"Only {counts[1]:,} of {counts[0]:,} rows of {table.name} were copied.",
            hint="Nothing was changed. Please report this.",
        )
    count_on(table, new)
    return counts[0]


def count_on(table: Table, new: Connection) -> None:
    """Set PostgreSQL's sequence after the copied numbers; SQLite does so automatically."""
    column = table.autoincrement_column
    if column is None or new.dialect.name != "postgresql":
        return
    last = new.scalar(select(func.max(column)))
    if last is not None:
        new.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
            {"table": table.name, "column": column.name, "last": last},
        )


def _close(file: Path) -> None:
    """Merge the write-ahead log into the file, so that the file is complete."""
    try:
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StorageError(
            f"The ledger was copied, but {file} could not be renamed: {error}.",
            hint=f"Stop every program that uses it, then rename it to {file.name}{MOVED}.",
        ) from error


def _url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))
