"""What of the ledger is irreplaceable, and reading it. Where it is kept is not decided here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import String

from photo_assets.ledger.tables import (
    AI_CALLS,
    AI_OUTCOMES,
    AI_PROPOSALS,
    AI_REVIEWS,
    ALBUM_APPROVALS,
    ALBUM_CHANGES,
    APPROVALS,
    AUDIT,
    CONFIRMATIONS,
    DECISIONS,
    PHOTO_ALIASES,
    PHOTO_KEYS,
    PHOTOS,
)

BY_PHOTO: Final[Sequence[Table]] = (PHOTOS, PHOTO_KEYS, PHOTO_ALIASES)
"""The tables whose rows belong to a photo each."""

BY_TIME: Final[Sequence[Table]] = (
    *(DECISIONS, APPROVALS, CONFIRMATIONS, AUDIT),
    *(AI_CALLS, AI_OUTCOMES, AI_PROPOSALS, AI_REVIEWS),
    *(ALBUM_APPROVALS, ALBUM_CHANGES),
)
"""The tables to which rows are appended, with the time `at` of each."""

REPLACEABLE: Final[Mapping[str, str]] = {
    "registry_revision": "random; marks states of this database only",
    "partition_attempts": "counts of attempts, reset every night",
    "api_throttles": "waits that services asked for; over before a ledger is restored",
    "sink_states": "the progress of the last plan; the next plan is made from the sink's content",
    "sink_requests": "the requests of the last plan; the next plan is made from the sink's content",
    "sink_pages": "known from the sink: its pages hold the photos' UUIDs and are adopted again",
}
"""The other tables, each with the reason why losing its rows loses nothing."""


class Keeping:
    """Reads the irreplaceable rows in one transaction, so that they are of one state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def photos(self, photo_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the rows of these photos by id."""
        rows = self._rows(PHOTOS, PHOTOS.c.photo_id, photo_ids)
        return {row["photo_id"]: row for row in rows}

    def keys(self, photo_ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """Return photo -> its keys, without the photo's id. Every key of the table is looked at."""
        return _grouped(self._rows(PHOTO_KEYS, PHOTO_KEYS.c.photo_id, photo_ids))

    def aliases(self, photo_ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """Return photo -> the photos that were merged into it, directly or into one of those.

        An alias names the photo to which its keys belong: one that people decided to be another
        keeps its own aliases.
        """
        found = _grouped(self._rows(PHOTO_ALIASES, PHOTO_ALIASES.c.photo_id, photo_ids), keep=True)
        decided = {row["old_id"]: rows for rows in found.values() for row in rows if row["decided"]}
        further = [*self._rows(PHOTO_ALIASES, PHOTO_ALIASES.c.photo_id, [*decided])]
        for row in further:
            decided[row["photo_id"]].append(row)
        return found

    def all_photos(self) -> Iterator[str]:
        """Yield every photo id ever given, aliases included."""
        yield from self._connection.execute(select(PHOTOS.c.photo_id)).scalars()

    def merged(self, photo_ids: Sequence[str]) -> set[str]:
        """Return those of these photos that were merged into another one."""
        rows = self._rows(PHOTO_ALIASES, PHOTO_ALIASES.c.old_id, photo_ids)
        return {row["old_id"] for row in rows}

    def by_time(self, table: Table) -> list[Mapping[str, Any]]:
        """Return the rows of one of `BY_TIME`, oldest first."""
        query = select(table).order_by(table.c.at, *table.primary_key.columns)
        return [*_plain(table, self._connection.execute(query))]

    def extent(self, table: Table) -> list[Any]:
        """Return what changes when rows are added to one of `BY_TIME`: their number, the last ones.

        Much cheaper than `by_time`.
        """
        last = (func.max(one) for one in (table.c.at, *table.primary_key.columns))
        return [*self._connection.execute(select(func.count(), *last).select_from(table)).one()]

    def _rows(
        self, table: Table, where: ColumnElement[str], photo_ids: Sequence[str]
    ) -> Iterator[Mapping[str, Any]]:
        if not photo_ids:
            return
        query = select(table).where(where.in_(select(self._listed(photo_ids))))
        yield from _plain(table, self._connection.execute(query))

    def _listed(self, photo_ids: Sequence[str]) -> ColumnElement[str]:
        """Return the ids as a column of one parameter: their number has no limit."""
        text = orjson.dumps(list(photo_ids)).decode()
        if self._connection.dialect.name == "postgresql":
            return func.json_array_elements_text(cast(literal(text, String), JSON)).column_valued()
        values = func.json_each(text).table_valued(column("value", String))
        return values.c.value


def _plain(table: Table, rows: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield rows by column. SQLAlchemy's own names are of a subclass, which JSON writers refuse."""
    names = [str(one.name) for one in table.columns]
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _grouped(
    rows: Iterator[Mapping[str, Any]], *, keep: bool = False
) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        own = row if keep else {name: value for name, value in row.items() if name != "photo_id"}
        found.setdefault(row["photo_id"], []).append(own)
    return found
