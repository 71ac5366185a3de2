"""Human decisions about conflicts: appended, never edited. No function here changes one.

The database refuses changes too. A decision is replaced by appending one that supersedes it. The
caller compares `evidence_digest` to detect that new evidence reopens a conflict.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import DECISIONS
from photo_assets.model.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. `values_seen` and `answer` are JSON; `evidence_digest` is 64 hex digits.

    `supersedes` is the `decision_id` of the decision that this one replaces.
    """

    conflict_id: str
    evidence_digest: str
    values_seen: str
    answer: str
    who: str
    why: str | None = None
    supersedes: int | None = None
    decision_id: int | None = None  # given by the ledger
    at: str | None = None  # given by the ledger, UTC text


class Decisions:
    """All decisions ever made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def append(self, decision: Decision) -> Decision:
        """Store a new decision and return it with its id and time.

        Raises `StorageError` if the superseded decision is unknown, belongs to another conflict, or
        was superseded meanwhile.
        """
        values = {name: getattr(decision, name) for name in _GIVEN}
        with self._ledger.writing() as connection:
            if decision.supersedes is not None:
                c = DECISIONS.c
                conflict = connection.scalar(
                    select(c.conflict_id).where(c.decision_id == decision.supersedes)
                )
                later = connection.scalar(
                    select(c.decision_id).where(c.supersedes == decision.supersedes)
                )
                if conflict != decision.conflict_id or later is not None:
                    raise StorageError(
                        f"Decision {decision.supersedes} cannot be superseded for conflict "
                        f"{decision.conflict_id}: it is not the current decision.",
                        hint="Nothing was stored. Check the conflict again.",
                    )
            at = self._ledger.now()
            stored = connection.execute(
                insert(DECISIONS).values(**values, at=at).returning(DECISIONS.c.decision_id)
            ).scalar_one()
        return Decision(**values, at=at, decision_id=stored)

    def history(self, conflict_id: str) -> list[Decision]:
        """Return every decision about one conflict, oldest first."""
        return self._read(conflict_id)

    def all(self) -> list[Decision]:
        """Return every decision, oldest first."""
        return self._read(None)

    def standing(self) -> dict[str, Decision]:
        """Return conflict -> its current decision, which no later one supersedes."""
        decisions = self._read(None)
        replaced = {decision.supersedes for decision in decisions}
        return {d.conflict_id: d for d in decisions if d.decision_id not in replaced}

    def _read(self, conflict_id: str | None) -> list[Decision]:
        query = select(DECISIONS).order_by(DECISIONS.c.decision_id)
        if conflict_id is not None:
            query = query.where(DECISIONS.c.conflict_id == conflict_id)
        with self._ledger.reading() as connection:
            return [Decision(**row) for row in connection.execute(query).mappings()]


_GIVEN = ("conflict_id", "evidence_digest", "values_seen", "answer", "who", "why", "supersedes")
