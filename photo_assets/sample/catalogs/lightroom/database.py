"""Rows of a Lightroom 14 catalog: ids, interned values, and the encodings Adobe uses.

Times are seconds since 2001-01-01 UTC, aperture and shutter are APEX values, XMP blobs are a 4-byte
big-endian length and zlib data; measured on a Lightroom 14.3 catalog.
"""

import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from photo_assets.sample.ids import Ids

_EPOCH_2001 = datetime(2001, 1, 1, tzinfo=UTC)


def adobe_time(moment: datetime) -> float:
    """Return an instant (naive is UTC) in seconds since 2001."""
    instant = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (instant - _EPOCH_2001).total_seconds()


def xmp_blob(packet: bytes) -> bytes:
    """Return an XMP packet as Lightroom 14 stores it."""
    return struct.pack(">I", len(packet)) + zlib.compress(packet, 6)


def genealogy(parent: str, local_id: int) -> str:
    """Return the path of ids below `parent`: each id after the number of its digits."""
    return f"{parent}/{len(str(local_id))}{local_id}"


class Database:
    """A catalog under construction. All entities share one counter, as in Lightroom."""

    def __init__(self, connection: sqlite3.Connection, ids: Ids) -> None:
        self._connection = connection
        self._ids = ids
        self._last = 60
        self._interned: dict[tuple[str, str], int] = {}

    def add(self, table: str, **values: object) -> int:
        """Insert a row with the next local id; `id_global=True` gives it a UUID."""
        self._last += 2
        if values.get("id_global") is True:
            values["id_global"] = self._ids.uuid(table, self._last)
        row = {"id_local": self._last} | values
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names from this package
            list(row.values()),
        )
        return self._last

    def intern(self, table: str, value: str | None) -> int | None:
        """Return the id of a value in one of Lightroom's AgInterned tables, which store it once."""
        if value is None:
            return None
        if (table, value) not in self._interned:
            index = f"/t{value.lower().replace(' ', '/t')}/t"
            self._interned[table, value] = self.add(table, searchIndex=index, value=value)
        return self._interned[table, value]

    def set(self, column: str, table: str, local_id: int, value: object) -> None:
        """Set a value that was not known when the row was inserted."""
        self._connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE id_local = ?",  # noqa: S608 - names from this package
            (value, local_id),
        )

    def variable(self, name: str, value: object) -> None:
        """Set one of the catalog's variables."""
        self.add("Adobe_variablesTable", id_global=True, name=name, value=value)

    def finish(self) -> None:
        """Write the closing counter."""
        self.variable("Adobe_entityIDCounter", float(self._last + 2))


@contextmanager
def new_catalog(path: Path, ids: Ids) -> Iterator[Database]:
    """Open an empty catalog at `path`, which is complete and without a journal at the end."""
    schema = resources.files("photo_assets.catalogs.lightroom").joinpath("schema_14.sql")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(schema.read_text(encoding="utf-8"))
        database = Database(connection, ids)
        yield database
        database.finish()
        connection.commit()
        connection.execute("VACUUM")
