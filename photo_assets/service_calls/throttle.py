"""A service's row in the ledger: when the next call may start, for all processes together.

The rate limit is GCRA: `next_at` is the next free slot, and taking one advances it. No call starts
before `open_until`, because the service requested a wait (`reason` LIMIT), the breaker is open
(BREAKER), or one call is testing whether it may close (PROBE). Every change is a single statement,
so it needs no separate lock, and the time is the database's if it has a clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from photo_assets.ledger import Ledger
from photo_assets.ledger.tables import API_THROTTLES
from photo_assets.service_calls.policy import Policy

LIMIT: Final = "limit"
BREAKER: Final = "breaker"
PROBE: Final = "probe"

_C = API_THROTTLES.c
_DOUBLINGS: Final = 6  # the breaker opens for at most 64 times its first duration


@dataclass(frozen=True, slots=True)
class Slot:
    """The start time of a call, s since 1970: `at` on the caller's clock, `row_at` on the row's."""

    at: float
    row_at: float
    failures: int

    def probes(self, policy: Policy) -> bool:
        """Whether this call is the probe that tests if the breaker may close."""
        return self.failures >= policy.breaker_failures


@dataclass(frozen=True, slots=True)
class ServiceState:
    """The state of a service: no call starts for `wait_s` seconds from now, if it is above 0."""

    wait_s: float
    open_until: float
    failures: int
    reason: str | None


class Throttle:
    """The row of one service. Safe for threads, processes and forks."""

    def __init__(
        self, ledger: Ledger, service: str, policy: Policy, clock: Callable[[], float]
    ) -> None:
        self._ledger = ledger
        self._service = service
        self._policy = policy
        self._clock = clock
        self._own_clock = ledger.dialect == "postgresql"

    def take(self, longest_wait_s: float, slots: int = 1) -> Slot | None:
        """Take the next free slot and the `slots` - 1 after it.

        None if no call is allowed for longer than `longest_wait_s`, or while the breaker is open.
        """
        policy, step = self._policy, self._policy.spacing_s * slots
        with self._ledger.throttling() as connection:
            now = self._now()
            # Not before the row can be read back: otherwise every slot that is free now is missed.
            earliest = now + policy.lateness_s / 2
            taken = self._max(earliest, _C.next_at, _C.open_until)
            half_open = _C.failures >= policy.breaker_failures
            insert = (postgresql if self._own_clock else sqlite).insert(API_THROTTLES)
            statement = insert.values(
                service=self._service, next_at=earliest + step, failures=0, open_until=0.0
            ).on_conflict_do_update(
                index_elements=[_C.service],
                set_={
                    "next_at": taken + step,
                    # If the probing process is killed, another one may probe after that time.
                    "open_until": case((half_open, taken + policy.timeout_s), else_=_C.open_until),
                    "reason": case((half_open, PROBE), else_=_C.reason),
                },
                where=and_(
                    _C.open_until - now <= longest_wait_s,
                    or_(not_(half_open), _C.open_until <= now),
                ),
            )
            returned = statement.returning(_C.next_at - step, _C.failures, self._now())
            row = connection.execute(returned).first()
            received = self._clock()
        if row is None:
            return None
        row_at, failures, row_now = (float(row[0]), int(row[1]), float(row[2]))
        return Slot(row_at + (received - row_now if self._own_clock else 0.0), row_at, failures)

    def state(self) -> ServiceState:
        """Return the state of the service. Takes no lock."""
        with self._ledger.reading() as connection:
            columns = (_C.open_until, _C.failures, _C.reason, self._now())
            query = select(*columns).where(_C.service == self._service)
            row = connection.execute(query).first()
        if row is None:
            return ServiceState(0.0, 0.0, 0, None)
        return ServiceState(float(row[0]) - float(row[3]), float(row[0]), int(row[1]), row[2])

    def failed(self, *, counts: bool, wait_s: float | None) -> None:
        """Record a failed call; `counts`: for the breaker. No call starts for `wait_s` seconds."""
        with self._ledger.throttling() as connection:
            self._change(connection, self._failure(counts, wait_s))

    def succeeded(self) -> None:
        """Close the breaker: the service works. A wait that it requested still applies."""
        limited = _C.reason == LIMIT
        changes = {
            "failures": literal(0),
            "open_until": case((limited, _C.open_until), else_=0.0),
            "reason": case((limited, LIMIT), else_=None),
        }
        with self._ledger.throttling() as connection:
            self._change(connection, changes)

    def reset_failures(self) -> None:
        """Reset the failure count, unless the breaker is open: only a probe closes it."""
        with self._ledger.throttling() as connection:
            counting = and_(_C.failures > 0, _C.failures < self._policy.breaker_failures)
            one = update(API_THROTTLES).where(_C.service == self._service, counting)
            connection.execute(one.values(failures=0))

    def give_up_probe(self, slot: Slot) -> None:
        """Let the next caller probe at once: the probe of `slot` missed its slot and is not made.

        Otherwise no call would start for the length of a timeout, and a caller that is often late
        would never close the breaker. A hold that another caller has taken since remains: it
        started at least one slot later.
        """
        of_slot = slot.row_at + self._policy.timeout_s + self._policy.spacing_s / 2
        own = and_(_C.service == self._service, _C.reason == PROBE, _C.open_until < of_slot)
        with self._ledger.throttling() as connection:
            connection.execute(update(API_THROTTLES).where(own).values(open_until=0.0, reason=None))

    def _failure(self, counts: bool, wait_s: float | None) -> dict[str, ColumnElement[Any]]:
        policy, now = self._policy, self._now()
        # Calls that were pending when the breaker opened add no information.
        counted = and_(
            literal(counts),
            not_(and_(func.coalesce(_C.reason, "") == BREAKER, _C.open_until > now)),
        )
        over = _C.failures + 1 - policy.breaker_failures
        opens = and_(counted, over >= 0)
        doublings = case((over > _DOUBLINGS, _DOUBLINGS), (over < 0, 0), else_=over)
        opened = now + policy.breaker_open_s * literal(1).bitwise_lshift(doublings)
        # The hold of a probe ends with its outcome.
        held = case((func.coalesce(_C.reason, "") == PROBE, 0.0), else_=_C.open_until)
        until = self._max(held, case((opens, opened), else_=0.0))
        still_limited = and_(_C.reason == LIMIT, _C.open_until > now)
        reason: ColumnElement[Any] = case(
            (still_limited, LIMIT), (opens, BREAKER), (held == 0.0, None), else_=_C.reason
        )
        if wait_s is not None:
            until, reason = self._max(until, now + wait_s), literal(LIMIT)
        return {
            "failures": case((counted, _C.failures + 1), else_=_C.failures),
            "open_until": until,
            "reason": reason,
        }

    def _change(self, connection: Connection, changes: dict[str, ColumnElement[Any]]) -> None:
        one = update(API_THROTTLES).where(_C.service == self._service)
        connection.execute(one.values(changes))

    def _now(self) -> ColumnElement[float]:
        """The current time of this row. For SQLite, the machine's, read under the write lock."""
        if self._own_clock:
            return cast(func.extract("epoch", func.clock_timestamp()), Double)
        return literal(self._clock(), Double)

    def _max(self, *values: ColumnElement[float]) -> ColumnElement[float]:
        largest = func.greatest if self._own_clock else func.max
        return largest(*values, type_=Double)
