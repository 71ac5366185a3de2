"""Write the rows of one request so that a row that cannot be stored affects only itself.

Every write is an upsert of the complete row by key, so it is idempotent.
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
from photo_assets.sinks.supabase.faults import hint_for, is_of_a_row
from photo_assets.sinks.supabase.tables import KEY_OF


def send_rows(client: TableClient, rows: Sequence[PlanRow]) -> list[RowOutcome]:
    """Write the rows, all of one table, and return the outcome of each.

    Raises the errors of `RateLimitedCaller.call` that the rows did not cause, and
    `SinkNotReadyError` if the tables or the permission to write them are missing.
    """
    return [outcome for group in _alike(rows) for outcome in _send(client, group)]


class _Prepared:
    """A row of the plan and the data to send."""

    __slots__ = ("body", "row")

    def __init__(self, row: PlanRow) -> None:
        self.row = row
        content: dict[str, Any] = orjson.loads(row.after)
        self.body: Row = {**content, "row_digest": row.digest}


def _alike(rows: Sequence[PlanRow]) -> Iterator[list[_Prepared]]:
    """Yield the rows grouped by their columns.

    PostgREST writes the columns of all rows of a request into each of them: a row without one of
    them would lose its value in the table.
    """
    prepared = [(sorted(one.body), one) for one in map(_Prepared, rows)]
    prepared.sort(key=lambda pair: pair[0])  # stable: rows with the same columns keep their order
    for _, group in groupby(prepared, key=lambda pair: pair[0]):
        yield [one for _, one in group]


def _send(client: TableClient, rows: Sequence[_Prepared]) -> list[RowOutcome]:
    target = rows[0].row.target
    key = KEY_OF[target]
    try:
        changed = client.upsert(target, [one.body for one in rows], key)
    except PermanentServiceError as error:
        hint = hint_for(error.fault)
        if hint is not None:  # every other request would fail too
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
    """Return the stored digests of the rows that the database did not change."""
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
