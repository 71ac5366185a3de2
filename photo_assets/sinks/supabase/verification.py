"""Verify: compare counts and digests per month, then the rows of differing months.

The database computes each row's digest again, so an edited row is found whatever its stored digest.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from photo_assets.lake import Lake
from photo_assets.lake.views import view_stored
from photo_assets.model.canonical import canonical
from photo_assets.model.plans import WRITTEN
from photo_assets.sinks.protocol import ReadBack, Verification
from photo_assets.sinks.supabase.client import Row, TableClient
from photo_assets.sinks.supabase.tables import KEPT_BY_THE_DATABASE, KEY_OF, TARGETS

_ROWS_AT_ONCE: Final = 20_000  # digested in one call: a hosted project allows a few seconds
_PAGE: Final = 1000

Month = str | None


@dataclass(slots=True)
class _Month:
    """The expected state of one month of one table: the number of rows, and one digest."""

    rows: int
    digest: str


@dataclass(slots=True)
class _Differences:
    """The differences in the months of one table, by key."""

    wrong: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)


class Reader:
    """Compares the tables with `written`, the lake's tables of the last written rows."""

    def __init__(self, client: TableClient, lake: Lake, written: Sequence[Path]) -> None:
        self._client = client
        self._lake = lake
        self._written = written

    def verify(self) -> Verification:
        """Return the differences. Raises the errors of `RateLimitedCaller.call`."""
        rows = strangers = 0
        drifted: list[ReadBack] = []
        with self._lake.query("counts", "The database could not be compared") as connection:
            _view_written(connection, self._written)
            for target in TARGETS:
                expected = _expected(connection, target)
                count, months = self._different_months(target, expected)
                rows += count
                found = _Differences()
                for month in months:
                    self._compare(connection, target, month, found)
                drifted += self._drifted(target, found)
                strangers += len(found.strangers)
        return Verification(rows=rows, drifted=tuple(drifted), strangers=strangers)

    def _different_months(
        self, target: str, expected: dict[Month, _Month]
    ) -> tuple[int, list[Month]]:
        """Return the number of rows in the table, and the differing months."""
        counts: dict[Month, int] = {
            row["month"]: row["rows"]
            for row in self._client.ask("sink_month_counts", target=target)
        }
        different = {month for month in expected if month not in counts}
        # A month too large for one call is compared row by row, one page per call.
        different |= {month for month, count in counts.items() if count > _ROWS_AT_ONCE}
        for months in _portions({m: n for m, n in counts.items() if n <= _ROWS_AT_ONCE}):
            answers = self._client.ask("sink_month_digests", target=target, months=months)
            for answer in answers:
                should = expected.get(answer["month"])
                is_ = _Month(answer["rows"], answer["digest"])
                if should != is_ or answer["drifted"]:
                    different.add(answer["month"])
        return sum(counts.values()), sorted(different, key=lambda month: month or "")

    def _compare(
        self,
        connection: duckdb.DuckDBPyConnection,
        target: str,
        month: Month,
        found: _Differences,
    ) -> None:
        expected = _digests(connection, target, month)
        for row in self._rows(target, month):
            digest = expected.pop(row["key"], None)
            if digest is None:
                found.strangers.add(row["key"])
            elif digest != row["row_digest"]:
                found.wrong[row["key"]] = "another version is in the service"
            elif row["drifted"]:
                found.wrong[row["key"]] = "changed by hand in the service"
        found.missing |= expected.keys()

    def _rows(self, target: str, month: Month) -> Iterator[Row]:
        after = ""
        while True:
            page = self._client.ask(
                "sink_month_rows", target=target, of_month=month, after_key=after, how_many=_PAGE
            )
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1]["key"]

    def _drifted(self, target: str, found: _Differences) -> Iterator[ReadBack]:
        # A row moved to another month is missing in one and unexpected in the other.
        moved = found.missing & found.strangers
        found.strangers -= moved
        found.missing -= moved
        wrong = {**found.wrong, **dict.fromkeys(moved, "changed by hand in the service")}
        key = KEY_OF[target]
        keys = sorted(wrong)
        there = {str(row[key]): row for row in self._client.find(target, key, keys, "*")}
        for one in keys:
            row = there.get(one)
            content = None if row is None else canonical(_without_keeping(row))
            yield ReadBack(target=target, key=one, found=content, why=wrong[one])
        for one in sorted(found.missing):
            yield ReadBack(target=target, key=one, found=None, why="no longer in the service")


def _without_keeping(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in KEPT_BY_THE_DATABASE}


def _portions(counts: dict[Month, int]) -> Iterator[list[Month]]:
    """Yield the months in portions that the database can digest in one call."""
    portion: list[Month] = []
    rows = 0
    for month, count in counts.items():
        if portion and rows + count > _ROWS_AT_ONCE:
            yield portion
            portion, rows = [], 0
        portion.append(month)
        rows += count
    if portion:
        yield portion


def _view_written(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    view_stored(connection, "stored", WRITTEN, files)
    # The database stores an item's own month; the lake stores its photo's month.
    connection.execute(
        "CREATE VIEW written AS SELECT target, key, digest,"
        " json_extract_string(content, '$.month') AS month FROM stored"
    )


def _expected(connection: duckdb.DuckDBPyConnection, target: str) -> dict[Month, _Month]:
    query = (
        "SELECT month, digest FROM written WHERE target = $target AND digest IS NOT NULL"
        " ORDER BY month, digest"
    )
    months: dict[Month, _Month] = {}
    texts: dict[Month, Any] = {}
    for batch in connection.sql(query, params={"target": target}).to_arrow_reader(65_536):
        for month, digest in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            texts.setdefault(month, hashlib.sha256()).update(digest.encode())
            months.setdefault(month, _Month(0, "")).rows += 1
    for month, text in texts.items():
        months[month].digest = text.hexdigest()
    return months


def _digests(connection: duckdb.DuckDBPyConnection, target: str, month: Month) -> dict[str, str]:
    query = (
        "SELECT key, digest FROM written WHERE target = $target AND digest IS NOT NULL"
        " AND month IS NOT DISTINCT FROM $month"
    )
    rows = connection.execute(query, {"target": target, "month": month}).fetchall()
    return dict(rows)
