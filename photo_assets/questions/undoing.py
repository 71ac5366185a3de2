"""What undoing leads to: the answer that is valid again, and the decision that stores it.

Undoing goes back through the answers to a question, as often as it is repeated. Reading and storing
decisions belongs to `answering`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from photo_assets.identity.sides import photos_of
from photo_assets.ledger import WITHDRAWN, Decision


@dataclass(frozen=True, slots=True)
class Valid:
    """The valid answer to a question, and what was valid before it was given."""

    decision: Decision
    before: "Valid | None"


def effective(history: Sequence[Decision]) -> Decision | None:
    """Return the answer of a person that is valid after all undoings, None for none.

    `history`: all decisions about one question, oldest first.
    """
    _, now = _states(history)[-1] if history else (None, None)
    return now.decision if now else None


def undoing(decision: Decision, history: Sequence[Decision], who: str) -> Decision | None:
    """Return the decision that undoes one, None if a later answer is valid.

    To undo what itself undoes something repeats what was undone.
    """
    before, now = _states(history)[-1]
    last = history[-1]
    if last.decision_id == decision.decision_id:
        valid = before
    elif now is not None and now.decision.decision_id == decision.decision_id:
        valid = now.before  # all later answers were undone
    else:
        return None
    again = _fitting(valid, decision)
    return Decision(
        conflict_id=decision.conflict_id,
        evidence_digest=again.evidence_digest,
        values_seen=again.values_seen,
        answer=again.answer,
        who=who,
        why=_why(decision),
        supersedes=last.decision_id,
    )


def undoes(decision: Decision) -> bool:
    """Return whether a decision was stored to undo another one."""
    why = decision.why or ""
    return why.startswith(_UNDOES) and why.removeprefix(_UNDOES).removesuffix(".").isdecimal()


_UNDOES = "Undoes decision "


def _why(decision: Decision) -> str:
    return f"{_UNDOES}{decision.decision_id}."


def _states(history: Sequence[Decision]) -> list[tuple[Valid | None, Valid | None]]:
    """Return what was valid before and after each decision."""
    found: list[tuple[Valid | None, Valid | None]] = []
    now: Valid | None = None
    for place, one in enumerate(history):
        if place and one.why == _why(history[place - 1]):
            after, _ = found[-1]
        elif now is not None and one.why == _why(now.decision):
            after = now.before
        else:
            after = Valid(one, now)
        found.append((now, after))
        now = after
    return found


def _fitting(valid: Valid | None, undone: Decision) -> Decision:
    """Return the last answer to the same evidence as the undone one; else a withdrawal.

    An answer about look-alikes is valid whatever its evidence: only the question opens again.
    """
    always = photos_of(undone.conflict_id) is not None
    while valid is not None:
        if always or valid.decision.evidence_digest == undone.evidence_digest:
            return valid.decision
        valid = valid.before
    return replace(undone, answer=WITHDRAWN)
