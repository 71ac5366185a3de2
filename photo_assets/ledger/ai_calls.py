"""Calls of AI models: reserved before they are sent, settled after the reply. Appended only.

A request is asked once: a call without an outcome was interrupted, and may have been charged, so it
counts with all that it reserved and is not repeated by itself. What is asked belongs to `ai`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, and_, case, func, insert, select

from photo_assets.ledger.ai_proposals import Proposal, add_proposal
from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import AI_CALLS, AI_OUTCOMES, AI_PROPOSALS

MICROS: Final = 1_000_000
"""Amounts of money are counted in millionths of the currency."""


class Outcome(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    REFUSED = "refused"  # the model declined to describe the picture
    INVALID = "invalid"  # the reply does not fit the schema
    REJECTED = "rejected"  # the endpoint will never accept the request
    NOT_SENT = "not_sent"  # the endpoint certainly did nothing: it may be asked again
    UNKNOWN = "unknown"  # it may have been answered, and charged


class Known(StrEnum):
    """Why a request is not sent."""

    ANSWERED = "answered"
    ASKED = "asked"  # without a usable reply, or with an unknown outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """An amount of use: calls, tokens, and millionths of the currency."""

    calls: int = 0
    tokens: int = 0
    micros: int = 0

    def exceeds(self, ceiling: "Usage") -> str | None:
        """Return the name of the first part that is above the ceiling's, None if none is."""
        for name, own, most in (
            ("photos", self.calls, ceiling.calls),
            ("tokens", self.tokens, ceiling.tokens),
            ("money", self.micros, ceiling.micros),
        ):
            if own > most:
                return name
        return None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            micros=self.micros + other.micros,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A call that may be sent now, exactly once, with the most that it may use."""

    request: str
    attempt: int
    photo_id: str
    model: str
    usage: Usage


class CeilingReachedError(Exception):
    """The call could use more than is left. `part`: photos, tokens or money."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The outcome of one call. `reason` is a stable code and never a part of the reply."""

    kind: Outcome
    input_tokens: int = 0
    output_tokens: int = 0
    micros: int = 0
    reason: str | None = None


class AiCalls:
    """All calls of all processes that share a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def reserve(
        self,
        request: str,
        photo_id: str,
        model: str,
        *,
        most: Usage,
        ceiling: Usage,
        again: bool = False,
    ) -> Reservation | Known:
        """Reserve a call, or return why the request is not sent.

        `again`: a person wants requests without a usable reply to be repeated. Raises
        `CeilingReachedError`, and reserves nothing, if all calls together could exceed the ceiling.
        """
        with self._ledger.writing() as connection:
            attempt, last = _last(connection, request)
            if last is Outcome.ANSWERED:
                return Known.ANSWERED
            if attempt and last is not Outcome.NOT_SENT and not again:
                return Known.ASKED
            if part := (_used(connection) + most).exceeds(ceiling):
                raise CeilingReachedError(part)
            reserved = Reservation(
                request=request, attempt=attempt + 1, photo_id=photo_id, model=model, usage=most
            )
            row = {"request": request, "attempt": attempt + 1, "photo_id": photo_id}
            amounts = {"model": model, "tokens": most.tokens, "micros": most.micros}
            connection.execute(insert(AI_CALLS).values(**row, **amounts, at=self._ledger.now()))
            return reserved

    def settle(
        self, reserved: Reservation, settled: Settled, proposal: Proposal | None = None
    ) -> None:
        """Record the outcome of a call, with its proposal, in one transaction."""
        with self._ledger.writing() as connection:
            now = self._ledger.now()
            connection.execute(
                insert(AI_OUTCOMES).values(
                    request=reserved.request,
                    attempt=reserved.attempt,
                    kind=settled.kind.value,
                    input_tokens=settled.input_tokens,
                    output_tokens=settled.output_tokens,
                    micros=settled.micros,
                    reason=settled.reason,
                    at=now,
                )
            )
            if proposal is not None:
                add_proposal(connection, proposal, now)

    def used(self) -> Usage:
        """Return what all calls used; a call without an outcome counts with its reservation."""
        with self._ledger.reading() as connection:
            return _used(connection)

    def used_by_month(self) -> dict[tuple[str, str], Usage]:
        """Return (month of the call `YYYY-MM`, model) -> what its calls used."""
        month = func.substr(AI_CALLS.c.at, 1, 7)
        with self._ledger.reading() as connection:
            rows = connection.execute(
                select(month, AI_CALLS.c.model, *_SUMS)
                .select_from(_JOINED)
                .group_by(month, AI_CALLS.c.model)
                .order_by(month, AI_CALLS.c.model)
            )
            return {(row[0], row[1]): _usage(*row[2:]) for row in rows}

    def outcomes(self) -> dict[str, Settled]:
        """Return request -> the outcome of its last call.

        A call without an outcome, which was interrupted or is under way, is `UNKNOWN`, with what it
        reserved.
        """
        outcome = (AI_OUTCOMES.c[name] for name in _SETTLED)
        query = select(AI_CALLS.c.request, AI_CALLS.c.tokens, AI_CALLS.c.micros, *outcome)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.select_from(_JOINED).order_by(AI_CALLS.c.attempt))
            return {row[0]: _settled(*row[1:]) for row in rows}


_SETTLED = ("kind", "input_tokens", "output_tokens", "micros", "reason")
_SAME = and_(
    AI_CALLS.c.request == AI_OUTCOMES.c.request, AI_CALLS.c.attempt == AI_OUTCOMES.c.attempt
)
_JOINED = AI_CALLS.outerjoin(AI_OUTCOMES, _SAME)
_SENT = case((AI_OUTCOMES.c.kind == Outcome.NOT_SENT.value, 0), else_=1)
_SUMS = (
    func.sum(_SENT),
    func.sum(
        func.coalesce(AI_OUTCOMES.c.input_tokens + AI_OUTCOMES.c.output_tokens, AI_CALLS.c.tokens)
    ),
    func.sum(func.coalesce(AI_OUTCOMES.c.micros, AI_CALLS.c.micros)),
)


def _settled(
    tokens: int, reserved: int, kind: str | None, sent: int, got: int, micros: int, reason: str
) -> Settled:
    if kind is None:
        return Settled(
            kind=Outcome.UNKNOWN, input_tokens=tokens, micros=reserved, reason="no_reply"
        )
    return Settled(
        kind=Outcome(kind), input_tokens=sent, output_tokens=got, micros=micros, reason=reason
    )


def _used(connection: Connection) -> Usage:
    return _usage(*connection.execute(select(*_SUMS).select_from(_JOINED)).one())


def _usage(calls: int | None, tokens: int | None, micros: int | None) -> Usage:
    return Usage(calls=int(calls or 0), tokens=int(tokens or 0), micros=int(micros or 0))


def _last(connection: Connection, request: str) -> tuple[int, Outcome | None]:
    """Return the number of the last attempt, 0 without any, and its outcome if it has one.

    A proposal without a call is one that a restore brought back.
    """
    if connection.scalar(
        select(AI_PROPOSALS.c.proposal).where(AI_PROPOSALS.c.request == request).limit(1)
    ):
        return 0, Outcome.ANSWERED
    row = connection.execute(
        select(AI_CALLS.c.attempt, AI_OUTCOMES.c.kind)
        .select_from(_JOINED)
        .where(AI_CALLS.c.request == request)
        .order_by(AI_CALLS.c.attempt.desc())
        .limit(1)
    ).first()
    if row is None:
        return 0, None
    return int(row[0]), Outcome(row[1]) if row[1] else None
