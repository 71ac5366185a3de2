"""Opening a copied catalog: is it sound, is it Lightroom's, which version, which columns.

Works on the copy only. What the rows mean belongs to the modules that read them.
"""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from photo_assets.catalogs.lightroom.source_files import backup_hint
from photo_assets.model.errors import CatalogUnreadableError

Value = None | int | float | str | bytes
"""A value of SQLite. Lightroom declares most columns without type, so any row may hold any."""

OLDEST, NEWEST = 3, 15
"""Lightroom versions whose catalogs were read; others are tried, with a warning."""

_REQUIRED = {
    "Adobe_images": {"id_local", "id_global", "rootFile"},
    "AgLibraryFile": {"id_local", "baseName", "extension", "folder"},
    "AgLibraryFolder": {"id_local", "pathFromRoot", "rootFolder"},
    "AgLibraryRootFolder": {"id_local", "absolutePath"},
}
# quick_check also reports broken constraints: those cost a row, not the catalog.
_TOLERABLE = ("NULL value in ", "CHECK constraint failed in ", "non-unique entry in ")
_LARGEST_VALUE_BYTES = 256 * 1024 * 1024
_LOG = logging.getLogger(__name__)


class Database:
    """A sound, recovered copy of a catalog, with its schema as found."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Virtual tables and views have no root page; nothing of Lightroom's is one.
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        self._columns = {
            name: tuple(
                column
                for (column,) in self.rows("SELECT name FROM pragma_table_info(?)", [name])
                if isinstance(column, str)
            )
            for (name,) in tables
            if isinstance(name, str)
        }

    def has(self, table: str, *columns: str) -> bool:
        """Say whether the catalog has `table` with all of `columns`."""
        return table in self._columns and set(columns) <= set(self._columns[table])

    def present(self, table: str, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return those of the `wanted` columns that this catalog's version has."""
        existing = self._columns.get(table, ())
        return tuple(column for column in wanted if column in existing)

    def rows(self, query: str, values: Sequence[Value] = ()) -> Iterator[tuple[Value, ...]]:
        """Run a query. The cursor is its own, so several can be read side by side.

        Raises `sqlite3.Error` when reading meets damage.
        """
        return _rows(self._connection, query, values)

    def variable(self, name: str) -> Value:
        """Return a setting stored in the catalog, or None."""
        if not self.has("Adobe_variablesTable", "name", "value"):
            return None
        found = self.rows("SELECT value FROM Adobe_variablesTable WHERE name = ?", [name])
        return next(found, (None,))[0]

    @property
    def version(self) -> int | None:
        """The Lightroom version that last opened the catalog for writing; None when not stated.

        `Adobe_DBVersion` is its first two digits: 0300025 is 3, 1400000 is 14 (both measured).
        """
        stated = self.variable("Adobe_DBVersion")
        text = f"{stated:07d}" if isinstance(stated, int) else stated
        return int(text[:2]) if isinstance(text, str) and text[:2].isdecimal() else None


@contextmanager
def open_database(copy: Path, catalog: Path) -> Iterator[Database]:
    """Open the copied catalog; `catalog` is its name in messages.

    Raises `CatalogUnreadableError` when it is damaged or not Lightroom's, also when the damage
    is met only while rows are read inside the block.
    """
    connection = sqlite3.connect(copy, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, catalog)
        database = Database(connection)
        _require_lightroom(database, catalog)
        yield database
    except sqlite3.Error as error:
        raise _damaged(catalog, str(error)) from error
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, catalog: Path) -> None:
    connection.text_factory = _decoded
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE_BYTES)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "cache_size = -16384"):
        list(_rows(connection, f"PRAGMA {pragma}"))
    next(_rows(connection, "SELECT count(*) FROM sqlite_master"), None)  # recovers the copy
    findings = [str(finding) for (finding,) in _rows(connection, "PRAGMA quick_check(100)")]
    fatal = [text for text in findings if text != "ok" and not text.startswith(_TOLERABLE)]
    if fatal:
        raise _damaged(catalog, fatal[0])
    connection.execute("PRAGMA query_only = ON")


def _rows(
    connection: sqlite3.Connection, query: str, values: Sequence[Value] = ()
) -> Iterator[tuple[Value, ...]]:
    try:
        # Not "yield from", which would close the cursor of an abandoned scan once more.
        for row in connection.execute(query, values):  # noqa: UP028
            yield row
    except UnicodeDecodeError as error:  # sqlite3 stumbles over a damaged name in its own message
        raise sqlite3.DatabaseError("a name in its schema is damaged") from error


def _decoded(raw: bytes) -> str:
    """Keep bytes that are no UTF-8 as lone surrogates: file names need them back exactly."""
    return raw.decode("utf-8", "surrogateescape")


def _require_lightroom(database: Database, catalog: Path) -> None:
    version = database.version
    for table, columns in _REQUIRED.items():
        if not database.has(table, *columns):
            which = (
                "is not a Lightroom Classic catalog"
                if version is None
                else (f"of Lightroom {version} has an unknown form")
            )
            raise CatalogUnreadableError(
                f"{catalog} {which}: it has no table {table} with {', '.join(sorted(columns))}.",
                hint="Set the path to the .lrcat file; its previews and helper files are no "
                "catalogs, and Lightroom 2 catalogs must be upgraded by a newer Lightroom.",
            )
    if version is None or not OLDEST <= version <= NEWEST:
        _LOG.warning(
            "%s was written by Lightroom %s; versions %d to %d are known, reading it all the same.",
            catalog,
            version or "(version not stated)",
            OLDEST,
            NEWEST,
        )


def _damaged(catalog: Path, finding: str) -> CatalogUnreadableError:
    details = "; ".join(finding.removeprefix("*** in database main ***").split("\n")).strip("; .")
    return CatalogUnreadableError(
        f"The Lightroom catalog {catalog} is damaged: {details[:200]}.", hint=backup_hint(catalog)
    )
