"""Human decisions: appended, never edited. No function here changes one.

The database refuses changes too. A decision is replaced by appending one that supersedes it, and so
it is withdrawn. The caller compares `evidence_digest` to detect that new evidence reopens a
question.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import DECISIONS
from photo_assets.model.errors import ExitCode, StorageError

WITHDRAWN = '{"withdrawn":true}'
"""The answer that withdraws a decision: the question is open as if nobody had answered it."""


class MadeBy(StrEnum):
    """Who or what chose the answer; `Decision.who` is the person who asked for it."""

    PERSON = "person"
    RULE = "rule"  # a person applied a rule to many questions at once
    AUTOMATIC = "automatic"  # nothing could be lost by it


class DecisionChangedError(StorageError):
    """Another decision was stored in the meantime."""

    exit_code = ExitCode.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. `values_seen` and `answer` are JSON; `evidence_digest` is 64 hex digits.

    `conflict_id` is the id of the question: a conflict, or a pair of photos that look alike.
    `supersedes` is the `decision_id` of the decision that this one replaces. Decisions with the
    same `batch`, a UUID, were made at once.
    """

    conflict_id: str
    evidence_digest: str
    values_seen: str
    answer: str
    who: str
    why: str | None = None
    supersedes: int | None = None
    batch: str | None = None
    made_by: str = MadeBy.PERSON
    decision_id: int | None = None  # given by the ledger
    at: str | None = None  # given by the ledger, UTC text

    @property
    def withdrawn(self) -> bool:
        """Whether this only withdraws the decision that it supersedes."""
        return self.answer == WITHDRAWN


class Decisions:
    """All decisions ever made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def append(self, decision: Decision) -> Decision:
        """Store a new decision and return it with its id and time. Raises as `append_all`."""
        (stored,) = self.append_all([decision])
        return stored

    def append_all(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Store new decisions in one transaction, and return them with their ids and times.

        Raises `DecisionChangedError`, and stores none, if another decision about one of the
        questions stands than the one that is superseded: another program answered it meanwhile.
        """
        stored = []
        with self._ledger.writing() as connection:
            at = self._ledger.now()
            for decision in decisions:
                _require_current(connection, decision)
                values = {name: getattr(decision, name) for name in _GIVEN}
                number = connection.execute(
                    insert(DECISIONS).values(**values, at=at).returning(DECISIONS.c.decision_id)
                ).scalar_one()
                stored.append(replace(decision, at=at, decision_id=number))
        return stored

    def history(self, conflict_id: str) -> list[Decision]:
        """Return every decision about one question, oldest first."""
        return self._read(DECISIONS.c.conflict_id == conflict_id)

    def of_batch(self, batch: str) -> list[Decision]:
        """Return the decisions that were made at once, oldest first."""
        return self._read(DECISIONS.c.batch == batch)

    def find(self, decision_id: int) -> Decision | None:
        """Return one decision."""
        found = self._read(DECISIONS.c.decision_id == decision_id)
        return found[0] if found else None

    def all(self) -> list[Decision]:
        """Return every decision, oldest first; only read again if there are others."""
        c = DECISIONS.c
        with self._ledger.reading() as connection:
            extent = select(func.count(), func.max(c.decision_id), func.max(c.at))
            known = tuple(connection.execute(extent).one())
        return list(_all(self._ledger, known))

    def standing(self) -> dict[str, Decision]:
        """Return question -> its current decision, which no later one supersedes."""
        return standing(self.all())

    def answered(self) -> dict[str, int]:
        """Return how many questions have an answer, by who or what chose it (`MadeBy`)."""
        given = (one.made_by for one in self.standing().values() if not one.withdrawn)
        return dict(Counter(given))

    def standing_of(self, kind: str) -> dict[str, Decision]:
        """Return the current decisions about the questions whose ids begin with `kind` and `/`."""
        return standing(one for one in self.all() if one.conflict_id.startswith(f"{kind}/"))

    def _read(self, *where: ColumnElement[bool]) -> list[Decision]:
        return _read(self._ledger, *where)


@lru_cache(maxsize=1)
def _all(ledger: Ledger, _extent: tuple[object, ...]) -> tuple[Decision, ...]:
    """Return every decision, oldest first. A status reads them for several assets."""
    return tuple(_read(ledger))


def _read(ledger: Ledger, *where: ColumnElement[bool]) -> list[Decision]:
    query = select(DECISIONS).order_by(DECISIONS.c.decision_id).where(*where)
    with ledger.reading() as connection:
        return [Decision(**row) for row in connection.execute(query).mappings()]


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return question -> its current decision, of decisions that are given oldest first."""
    given = list(decisions)
    replaced = {decision.supersedes for decision in given}
    return {d.conflict_id: d for d in given if d.decision_id not in replaced}


def _require_current(connection: Connection, decision: Decision) -> None:
    """Raise if another decision than the superseded one stands, or any if none is superseded.

    Two may stand after a restore; the later one is valid.
    """
    c, later = DECISIONS.c, DECISIONS.alias()
    standing = connection.scalar(
        select(func.max(c.decision_id))
        .where(c.conflict_id == decision.conflict_id)
        .where(~exists().where(later.c.supersedes == c.decision_id))
    )
    if standing != decision.supersedes:
        raise DecisionChangedError(
            f"The question {decision.conflict_id} was answered meanwhile, or never as it was said.",
            hint="Nothing was stored. Look at the question again.",
        )


_GIVEN = (
    *("conflict_id", "evidence_digest", "values_seen", "answer", "who", "why", "supersedes"),
    *("batch", "made_by"),
)
