"""Storing answers: appended decisions, alone or many at once, and their undoing.

Which answers a question may have is checked here; what an answer changes is decided by the package
that found the question.
"""

import getpass
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from photo_assets.ledger import Decision, Decisions, MadeBy
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.metadata.values import from_json, to_json
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.questions.losses import confirm_loss
from photo_assets.questions.question import (
    DIFFERENT,
    LOOKALIKE,
    LOST_ITEMS,
    REVIEWED,
    SAME,
    Question,
    as_master,
)
from photo_assets.questions.undoing import effective, undoes, undoing
from photo_assets.workspace import Workspace


class AnswerError(PhotoAssetsError):
    """The answer does not fit the question, or nothing can be undone."""

    exit_code = ExitCode.USAGE


class Answering:
    """Answers questions in the name of one person."""

    def __init__(self, workspace: Workspace, who: str | None = None) -> None:
        self._ledger = workspace.ledger
        self._decisions = Decisions(workspace.ledger)
        self._who = who or getpass.getuser()

    def answer(
        self,
        question: Question,
        answer: Mapping[str, Any],
        why: str | None = None,
    ) -> Decision:
        """Store a person's answer, see `checked`.

        Raises `AnswerError` if it does not fit the question, and `DecisionChangedError` if the
        question was answered since it was read; nothing is stored then. The answer about lost items
        is a confirmation: it is returned as a decision without a number, and cannot be undone.
        """
        if question.kind == LOST_ITEMS:
            return self._confirm(question, checked(question, answer))
        (stored,) = self._append([(question, answer)], why, None, MadeBy.PERSON)
        return stored

    def _confirm(self, question: Question, answer: Mapping[str, Any]) -> Decision:
        given = confirm_loss(self._ledger, question, self._who)
        return Decision(
            conflict_id=question.id,
            evidence_digest=question.evidence_digest,
            values_seen=question.seen,
            answer=canonical(answer),
            who=given.who,
            at=given.at,
        )

    def answer_all(
        self,
        answers: Iterable[tuple[Question, Mapping[str, Any]]],
        made_by: MadeBy,
        why: str,
    ) -> list[Decision]:
        """Store answers as one batch, which can be undone as one: all of them or none.

        Raises as `answer`.
        """
        return self._append(answers, why, str(uuid.uuid4()), made_by)

    def undo(self, decision_id: int) -> list[Decision]:
        """Undo a decision, or its whole batch, by further decisions; return these.

        What was valid before is valid again, the answer to the same evidence for values. Undoing
        the decision that is returned repeats the first one, undoing the answer that is valid again
        goes further back. Raises `AnswerError` if there is no such decision or
        a later one stands, and `DecisionChangedError` if another was stored meanwhile.
        """
        decision = self._decisions.find(decision_id)
        if decision is None:
            raise AnswerError(f"There is no decision {decision_id}.")
        if decision.batch is not None:
            return self.undo_batch(decision.batch)
        return self._undo([decision])

    def undo_batch(self, batch: str) -> list[Decision]:
        """Undo the decisions of a batch, except those that were replaced since. As `undo`."""
        return self._undo(self._decisions.of_batch(batch))

    def undo_last(self) -> list[Decision]:
        """Undo what this person decided last and did not undo yet. As `undo`."""
        found = self.last()
        if found is None:
            raise AnswerError("There is nothing to undo: no decision of yours stands.")
        return self.undo(found.decision_id or 0)

    def last(self, standing: Mapping[str, Decision] | None = None) -> Decision | None:
        """Return what this person decided last and did not undo, None for nothing.

        `standing`: question -> its current decision, where it is known already.
        """
        current = (self._decisions.standing() if standing is None else standing).values()
        valid = [
            effective(self._decisions.history(one.conflict_id)) if undoes(one) else one
            for one in current
            if not one.withdrawn
        ]
        mine = [one for one in valid if one is not None and one.who == self._who]
        return max(mine, key=lambda one: one.decision_id or 0, default=None)

    def _undo(self, made: Sequence[Decision]) -> list[Decision]:
        found = [undoing(one, self._decisions.history(one.conflict_id), self._who) for one in made]
        stored = [one for one in found if one is not None]
        if not stored:
            raise AnswerError(
                "A later decision about the same question stands.",
                hint="Nothing was stored. Undo that one first.",
            )
        batch = str(uuid.uuid4()) if len(stored) > 1 else None
        return self._decisions.append_all([replace(one, batch=batch) for one in stored])

    def _append(
        self,
        answers: Iterable[tuple[Question, Mapping[str, Any]]],
        why: str | None,
        batch: str | None,
        made_by: MadeBy,
    ) -> list[Decision]:
        return self._decisions.append_all(
            [
                Decision(
                    conflict_id=question.id,
                    evidence_digest=question.evidence_digest,
                    values_seen=question.seen,
                    answer=canonical(checked(question, answer)),
                    who=self._who,
                    why=why,
                    supersedes=question.standing,
                    batch=batch,
                    made_by=made_by,
                )
                for question, answer in answers
            ]
        )


def checked(question: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer as it is stored. Raises `AnswerError` with the reason.

    For values that disagree it is `{"value": …}`, null for none; for look-alikes `SAME` or
    `DIFFERENT`; for files `REVIEWED`, or `as_master` of an entry whose file is there.
    """
    if question.kind == ConflictKind.METADATA_MISMATCH:
        fact = FACT_BY_NAME[question.field or ""]
        if answer.keys() != {"value"}:
            raise AnswerError(f"The answer about {fact.words} must be one value.")
        try:
            value = to_json(fact, from_json(fact, answer["value"]))
            orjson.dumps(value)
        except (ValueError, TypeError) as error:
            raise AnswerError(f"That is no answer: {error}", hint="Nothing was stored.") from error
        return {"value": value}
    allowed = [SAME, DIFFERENT] if question.kind == LOOKALIKE else [REVIEWED]
    allowed += [as_master(one) for one in question.other_masters()]
    if answer not in allowed:
        names = " or ".join(canonical(one) for one in allowed)
        raise AnswerError(f"A question of the kind {question.kind} is answered by {names}.")
    return dict(answer)
