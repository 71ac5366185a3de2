"""Reading related tables in the order of the images: sorted streams instead of tables in memory.

Every stream reads and sorts its whole table, because after a crash indexes may lack rows without
SQLite's quick check noticing.
"""

from collections.abc import Iterator

from photo_assets.catalogs.lightroom.columns import INTERNED
from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.values import integer

Row = tuple[Value, ...]


class ByImage:
    """Rows of one query grouped by image id, requested in ascending order of ids.

    The query's first column is the image id, a number, and its rows are sorted by it; rows of
    images that are not requested are skipped.
    """

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next: Row | None = next(rows, None)

    def take(self, image: int) -> list[Row]:
        """Return the rows of `image` without the id; each call must pass a larger id."""
        found = []
        while self._next is not None:
            key = self._next[0]
            assert isinstance(key, int | float)
            if key > image:
                break
            if key == image:
                found.append(self._next[1:])
            self._next = next(self._rows, None)
        return found


class OneByImage:
    """The first row of a table for each image, by column name; ids of interned text resolved."""

    def __init__(self, database: Database, table: str, wanted: tuple[str, ...]) -> None:
        self._columns = database.present(table, wanted)
        self._rows = table_by_image(database, table, self._columns)
        self._interned = {
            at: _interned(database, INTERNED[column])
            for at, column in enumerate(self._columns)
            if column in INTERNED
        }

    def take(self, image: int) -> dict[str, Value]:
        """Return the row of `image`, empty when it has none."""
        found = self._rows.take(image)
        if not found:
            return {}
        row = list(found[0])
        for at, texts in self._interned.items():
            row[at] = texts.get(integer(row[at]))
        return dict(zip(self._columns, row, strict=True))


def table_by_image(
    database: Database, table: str, columns: tuple[str, ...], key: str = "image"
) -> ByImage:
    """Return the rows of `table` by image; empty when the catalog lacks the table or a column."""
    if not columns or not database.has(table, key, *columns):
        return ByImage(iter(()))
    return query_by_image(database, key, ", ".join(columns), f"{table} NOT INDEXED")


def query_by_image(
    database: Database, key: str, selected: str, source: str, then: str = "rowid"
) -> ByImage:
    """Return the rows of a join by image, then in order `then`, except those without usable id."""
    return ByImage(
        database.rows(
            f"SELECT {key}, {selected} FROM {source} "  # noqa: S608 - all parts are constants
            f"WHERE typeof({key}) IN ('integer', 'real') ORDER BY {key}, {then}"
        )
    )


def _interned(database: Database, table: str) -> dict[int | None, Value]:
    if not database.has(table, "id_local", "value"):
        return {}
    rows = database.rows(f"SELECT id_local, value FROM {table}")  # noqa: S608 - a constant
    return {integer(key): value for key, value in rows if integer(key) is not None}
