"""Intents and outcomes of sinks: one row per request, written before and after the call.

A request with an intent but no outcome was interrupted: it is unknown whether it arrived.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, update

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.sink_pages import PageWritten, put_pages
from photo_assets.ledger.sink_states import require_held
from photo_assets.ledger.tables import SINK_REQUESTS as REQUESTS

INTENDED: Final = "intended"
DONE: Final = "done"
FAILED: Final = "failed"
SUPERSEDED: Final = "superseded"

_LONGEST_ERROR = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkRequest:
    """One request of a plan: its rows and its outcome.

    `failed` maps row numbers to reasons; `done_number` counts up in order of completion.
    """

    sink: str
    plan_id: str
    request: int
    target: str
    first_row: int
    rows: int
    attempts: int
    state: str
    intended_at: str
    ended_at: str | None
    created: int
    updated: int
    unchanged: int
    failed: Mapping[int, str]
    error: str | None
    done_number: int | None


class SinkRequests:
    """The requests of all sinks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def intend(
        self, sink: str, plan_id: str, request: int, *, target: str, first_row: int, rows: int
    ) -> bool:
        """Record the intent; return whether an earlier attempt was interrupted.

        If so, look the rows up first. Raises `SinkHeldError` if this process does not hold the
        sink.
        """
        with self._ledger.writing() as connection:
            require_held(connection, sink)
            one = _is(sink, plan_id, request)
            known = connection.execute(
                select(REQUESTS.c.state, REQUESTS.c.attempts).where(*one)
            ).first()
            now = self._ledger.now()
            if known is None:
                connection.execute(
                    insert(REQUESTS).values(
                        sink=sink,
                        plan_id=plan_id,
                        request=request,
                        target=target,
                        first_row=first_row,
                        rows=rows,
                        attempts=1,
                        state=INTENDED,
                        intended_at=now,
                        created=0,
                        updated=0,
                        unchanged=0,
                    )
                )
                return False
            connection.execute(
                update(REQUESTS)
                .where(*one)
                .values(attempts=known.attempts + 1, state=INTENDED, intended_at=now)
            )
            return bool(known.state == INTENDED)

    def ended(
        self,
        sink: str,
        plan_id: str,
        request: int,
        *,
        counts: Mapping[str, int],
        failed: Mapping[int, str],
        destination: str,
        pages: Sequence[PageWritten],
    ) -> None:
        """Record the outcome and the written pages in one transaction."""
        with self._ledger.writing() as connection:
            number = connection.execute(
                select(func.max(REQUESTS.c.done_number)).where(REQUESTS.c.sink == sink)
            ).scalar()
            now = self._ledger.now()
            connection.execute(
                update(REQUESTS)
                .where(*_is(sink, plan_id, request))
                .values(
                    state=FAILED if failed else DONE,
                    ended_at=now,
                    created=counts.get("created", 0),
                    updated=counts.get("updated", 0),
                    unchanged=counts.get("unchanged", 0),
                    failed=_reasons(failed),
                    error=None,
                    done_number=(number or 0) + 1,
                )
            )
            put_pages(connection, sink, destination, pages, now)

    def interrupted(self, sink: str, plan_id: str, request: int, error: str, *, sent: bool) -> None:
        """Record why a request failed. `sent`: it may have arrived, so look it up next time."""
        with self._ledger.writing() as connection:
            values: dict[str, Any] = {"error": error[:_LONGEST_ERROR]}
            if not sent:
                values["state"] = "waiting"
            connection.execute(
                update(REQUESTS).where(*_is(sink, plan_id, request)).values(**values)
            )

    def of_plan(self, sink: str, plan_id: str) -> dict[int, SinkRequest]:
        """Return request number -> request, for all that were ever started."""
        return {found.request: found for found in self._read(*_of(sink, plan_id))}

    def progress(self, sink: str, plan_id: str) -> tuple[int, int]:
        """Return how many rows of a plan are in completed requests, and how many were refused."""
        ended = (*_of(sink, plan_id), REQUESTS.c.state.in_((DONE, FAILED)))
        with self._ledger.reading() as connection:
            rows = connection.execute(select(func.sum(REQUESTS.c.rows)).where(*ended)).scalar()
            refused = select(REQUESTS.c.failed).where(*ended, REQUESTS.c.failed.is_not(None))
            return int(rows or 0), sum(len(json.loads(one)) for one in connection.scalars(refused))

    def done_after(self, sink: str, number: int) -> list[SinkRequest]:
        """Return the requests that completed after number `number`, in order of completion."""
        found = self._read(REQUESTS.c.sink == sink, REQUESTS.c.done_number > number)
        return sorted(found, key=lambda one: one.done_number or 0)

    def cut_short(self, sink: str, *, but: str) -> list[SinkRequest]:
        """Return the interrupted requests of plans other than `but`."""
        return self._read(
            REQUESTS.c.sink == sink, REQUESTS.c.state == INTENDED, REQUESTS.c.plan_id != but
        )

    def supersede(self, sink: str, *, but: Collection[str]) -> None:
        """Close the open requests of plans other than `but`: a later completed plan covers them."""
        with self._ledger.writing() as connection:
            connection.execute(
                update(REQUESTS)
                .where(
                    REQUESTS.c.sink == sink,
                    REQUESTS.c.plan_id.not_in(but),
                    or_(REQUESTS.c.state == INTENDED, REQUESTS.c.state == "waiting"),
                )
                .values(state=SUPERSEDED)
            )

    def _read(self, *conditions: Any) -> list[SinkRequest]:
        query = select(REQUESTS).where(*conditions).order_by(REQUESTS.c.plan_id, REQUESTS.c.request)
        with self._ledger.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            SinkRequest(
                **{
                    **row,
                    "failed": {int(k): v for k, v in json.loads(row["failed"] or "{}").items()},
                }
            )
            for row in rows
        ]


def _of(sink: str, plan_id: str) -> tuple[Any, ...]:
    return (REQUESTS.c.sink == sink, REQUESTS.c.plan_id == plan_id)


def _is(sink: str, plan_id: str, request: int) -> tuple[Any, ...]:
    return (*_of(sink, plan_id), REQUESTS.c.request == request)


def _reasons(failed: Mapping[int, str]) -> str | None:
    if not failed:
        return None
    return json.dumps({str(row): why[:_LONGEST_ERROR] for row, why in failed.items()})
