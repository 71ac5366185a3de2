"""Writing the rows of one request so that a row that cannot be stored costs itself alone.

Every write is by key and says everything the row holds, so doing it twice is like doing it once.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson

from photo_assets.service_calls import (
    AmbiguousServiceError,
    Fault,
    FaultKind,
    PermanentServiceError,
)
from photo_assets.sinks.protocol import PlanRow, RowOutcome, RowState, SinkNotReadyError
from photo_assets.sinks.supabase.client import Row, TableClient
from photo_assets.sinks.supabase.judging import hint_for, is_of_a_row
from photo_assets.sinks.supabase.tables import KEY_OF


def send_rows(client: TableClient, rows: Sequence[PlanRow]) -> list[RowOutcome]:
    """Write the rows, all of one table, and return what became of each.

    Raises what `RateLimitedCaller.call` raises when it is not the rows' own fault, and
    `SinkNotReadyError` when the tables or the right to write them are missing.
    """
    return [outcome for group in _alike(rows) for outcome in _send(client, group)]


class _Prepared:
    """A row of the plan and what is sent of it."""

    __slots__ = ("body", "row")

    def __init__(self, row: PlanRow) -> None:
        self.row = row
        content: dict[str, Any] = orjson.loads(row.after)
        self.body: Row = {**content, "row_digest": row.digest}


def _alike(rows: Sequence[PlanRow]) -> Iterator[list[_Prepared]]:
    """Yield the rows by what columns they have.

    PostgREST writes the columns of all rows of a request into each of them: a row that lacks one
    would lose what the table holds there.
    """
    prepared = [(sorted(one.body), one) for one in map(_Prepared, rows)]
    prepared.sort(key=lambda pair: pair[0])  # stable: alike rows keep their order
    for _, group in groupby(prepared, key=lambda pair: pair[0]):
        yield [one for _, one in group]


def _send(client: TableClient, rows: Sequence[_Prepared]) -> list[RowOutcome]:
    target = rows[0].row.target
    key = KEY_OF[target]
    try:
        changed = client.upsert(target, [one.body for one in rows], key)
    except PermanentServiceError as error:
        hint = hint_for(error.fault)
        if hint is not None:  # every other request would fail as well
            raise SinkNotReadyError(error.message, hint=hint) from None
        if not is_of_a_row(error.fault):
            raise
        if len(rows) == 1:
            return [_failed(rows[0], error.fault.message)]
        half = len(rows) // 2
        return [*_send(client, rows[:half]), *_send(client, rows[half:])]
    by_key = {str(row.get(key)): row for row in changed}
    there = _digests(client, target, [one for one in rows if one.row.key not in by_key])
    return [_outcome(one, by_key.get(one.row.key), there, client) for one in rows]


def _digests(client: TableClient, target: str, rows: Sequence[_Prepared]) -> dict[str, str]:
    """Return what is there of rows that the database did not touch: they were there already."""
    key = KEY_OF[target]
    found = client.find(target, key, [one.row.key for one in rows], key, "row_digest")
    return {str(row[key]): str(row["row_digest"]) for row in found}


def _outcome(
    one: _Prepared, changed: Row | None, there: dict[str, str], client: TableClient
) -> RowOutcome:
    row = one.row
    if changed is not None:
        new = changed.get("created_at") == changed.get("updated_at")
        return RowOutcome(
            row=row.row, state=RowState.CREATED if new else RowState.UPDATED, note=row.note
        )
    if there.get(row.key) != row.digest:
        raise AmbiguousServiceError(
            client.caller.service,
            Fault(FaultKind.AMBIGUOUS, f"{row.target} {row.key} was written but is missing"),
        )
    return RowOutcome(row=row.row, state=RowState.UNCHANGED, note=row.note)


def _failed(one: _Prepared, why: str) -> RowOutcome:
    return RowOutcome(row=one.row.row, state=RowState.FAILED, error=why, note=one.row.note)
