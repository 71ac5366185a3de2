"""The state of a sink: its current plan, the process that writes it, and a requested wait.

A plan is made for one state of the service, its *base*: the revision, which changes whenever a plan
is started, and the number of completed requests. A plan with another base is refused, unless it is
the plan that was started, which continues.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import SINK_REQUESTS as REQUESTS
from photo_assets.ledger.tables import SINK_STATES as STATES
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.system.processes import describe_process, is_gone, is_here, process_identity

HELD_S: Final = 60.0
"""How long after its last heartbeat a writer on another machine is considered alive, seconds."""

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class PlanRefusedError(PhotoAssetsError):
    """The plan was made for an earlier state of the sink; nothing was sent."""

    exit_code = ExitCode.CONFLICT


class SinkHeldError(PhotoAssetsError):
    """Another process writes this sink now."""

    exit_code = ExitCode.ATTENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkState:
    """The state of one sink. `done` is the number of the last completed request."""

    sink: str
    destination: str
    revision: str
    plan_id: str | None
    begun_at: str | None
    finished_at: str | None
    not_before: str | None
    holder: str | None
    held_until: str | None
    detail: Mapping[str, Any]
    done: int

    @property
    def base(self) -> str:
        """The base of a plan that is made now."""
        return f"{self.revision}:{self.done}"


class SinkStates:
    """The states of all sinks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, sink: str) -> SinkState | None:
        """Return the state of `sink`, None if it was never recorded."""
        with self._ledger.reading() as connection:
            return _state(connection, sink)

    def settle(
        self, sink: str, destination: str | None, detail: Mapping[str, Any] | None = None
    ) -> SinkState:
        """Return the state of `sink` at `destination`, reset if the destination has changed.

        `destination` None keeps the stored one; `detail`, if given, replaces the sink's own notes.
        """
        seen = self.get(sink)
        if seen is not None and _says(seen, destination, detail):
            return seen  # without the write lock
        with self._ledger.writing() as connection:
            current = _state(connection, sink)  # another process may have settled it meanwhile
            if current is None:
                connection.execute(
                    insert(STATES).values(
                        sink=sink, place=destination or "", revision=secrets.token_hex(16)
                    )
                )
            elif destination not in (None, current.destination):
                connection.execute(
                    update(STATES)
                    .where(STATES.c.sink == sink)
                    .values(
                        place=destination,
                        revision=secrets.token_hex(16),
                        plan_id=None,
                        begun_at=None,
                        finished_at=None,
                        not_before=None,
                    )
                )
            if detail is not None:
                connection.execute(
                    update(STATES)
                    .where(STATES.c.sink == sink)
                    .values(detail=canonical(dict(detail)))
                )
            state = _state(connection, sink)
        assert state is not None
        return state

    def note(self, sink: str, changes: Mapping[str, Any]) -> None:
        """Change some of the sink's own notes and keep the others; None removes a note.

        Does nothing for a sink without a state.
        """
        with self._ledger.writing() as connection:
            state = _state(connection, sink)
            if state is None:
                return
            notes = {**state.detail, **changes}
            kept = {name: value for name, value in notes.items() if value is not None}
            if kept != state.detail:
                connection.execute(
                    update(STATES).where(STATES.c.sink == sink).values(detail=canonical(kept))
                )

    def hold(self, sink: str, plan_id: str, base: str, destination: str) -> None:
        """Hold the sink for this process, if it could start this plan now.

        The plan is not started: the last written plan can still be undone. Raises as `begin`.
        """
        self._take(sink, plan_id, base, destination, begins=False)

    def begin(self, sink: str, plan_id: str, base: str, destination: str) -> SinkState:
        """Hold the sink for this process and this plan; return its state.

        Raises `PlanRefusedError` if the plan was made for another state, `SinkHeldError` if another
        living process writes.
        """
        return self._take(sink, plan_id, base, destination, begins=True)

    def _take(
        self, sink: str, plan_id: str, base: str, destination: str, *, begins: bool
    ) -> SinkState:
        with self._ledger.writing() as connection:
            state = _state(connection, sink)
            if state is None or state.destination != destination:
                there = f"{state.destination!r}" if state and state.destination else "nowhere yet"
                raise PlanRefusedError(
                    f"Plan {plan_id} was made for {destination!r}, but {sink} is set up for "
                    f"{there}.",
                    hint="Nothing was sent. Make a new plan: photosync replicate",
                )
            now = self._ledger.now()
            _require_free(state, now)
            values: dict[str, Any] = _hold(now)
            if state.plan_id != plan_id:
                if state.base != base:
                    raise PlanRefusedError(
                        f"Plan {plan_id} is out of date: {sink} was written after it was made "
                        f"(by plan {state.plan_id}).",
                        hint="Nothing was sent. Make a new plan: photosync replicate",
                    )
                values |= _begun(plan_id, now) if begins else {}
            connection.execute(update(STATES).where(STATES.c.sink == sink).values(**values))
            taken = _state(connection, sink)
        assert taken is not None
        return taken

    def alive(self, sink: str) -> bool:
        """Record that this process still writes; return False if another one holds the sink."""
        with self._ledger.writing() as connection:
            changed = connection.execute(
                update(STATES)
                .where(STATES.c.sink == sink, STATES.c.holder == process_identity())
                .values(**_hold(self._ledger.now()))
            )
        return changed.rowcount > 0

    def end(self, sink: str, *, finished: bool, not_before: datetime | None = None) -> None:
        """Release the sink. `finished`: every request of its plan is done."""
        later = None if not_before is None else not_before.astimezone(UTC).strftime(_FORM)
        values: dict[str, Any] = {"holder": None, "held_until": None, "not_before": later}
        with self._ledger.writing() as connection:
            if finished:
                values["finished_at"] = self._ledger.now()
            connection.execute(
                update(STATES)
                .where(STATES.c.sink == sink, STATES.c.holder == process_identity())
                .values(**values)
            )


def require_held(connection: Connection, sink: str) -> None:
    """Raise `SinkHeldError` unless this process holds the sink, inside the caller's transaction.

    A process that was suspended for long may resume after another one has continued its plan.
    """
    holder = connection.execute(select(STATES.c.holder).where(STATES.c.sink == sink)).scalar()
    if holder != process_identity():
        who = "another process" if holder is None else describe_process(holder)
        raise SinkHeldError(
            f"{sink} is now written by {who}, because this process stopped responding.",
            hint="Nothing is lost: that process or the next run writes the rest of the plan.",
        )


def _require_free(state: SinkState, now: str) -> None:
    if state.holder in (None, process_identity()):
        return
    assert state.holder is not None
    dead = is_gone(state.holder)
    silent = not is_here(state.holder) and (state.held_until or "") < now
    if not dead and not silent:
        who = describe_process(state.holder)
        raise SinkHeldError(
            f"{who[0].upper()}{who[1:]} is writing {state.sink} now.",
            hint="Wait until it ends. The next run writes the rest of its plan.",
        )


def _says(state: SinkState, destination: str | None, detail: Mapping[str, Any] | None) -> bool:
    return destination in (None, state.destination) and detail in (None, state.detail)


def _begun(plan_id: str, now: str) -> dict[str, str | None]:
    return {
        "plan_id": plan_id,
        "revision": secrets.token_hex(16),
        "begun_at": now,
        "finished_at": None,
    }


def _hold(now: str) -> dict[str, str]:
    until = datetime.strptime(now, _FORM).replace(tzinfo=UTC) + timedelta(seconds=HELD_S)
    return {"holder": process_identity(), "held_until": until.strftime(_FORM)}


def _state(connection: Connection, sink: str) -> SinkState | None:
    row = connection.execute(select(STATES).where(STATES.c.sink == sink)).mappings().first()
    if row is None:
        return None
    done = connection.execute(
        select(func.max(REQUESTS.c.done_number)).where(REQUESTS.c.sink == sink)
    ).scalar()
    values = {**row, "detail": json.loads(row["detail"] or "{}"), "done": done or 0}
    return SinkState(destination=values.pop("place"), **values)
