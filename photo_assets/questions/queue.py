"""The open questions: the stored conflicts and look-alikes without those answered since.

Nothing is computed here that the tables or the ledger do not hold.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from photo_assets.ledger import Decision, Decisions
from photo_assets.metadata.open_conflicts import open_conflicts
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import ExitCode, PhotoAssetsError, StorageError
from photo_assets.questions.lookalikes import Lookalikes
from photo_assets.questions.losses import held_losses
from photo_assets.questions.question import (
    KINDS,
    LOOKALIKE,
    LOST_ITEMS,
    Question,
    Reopened,
    Stated,
)
from photo_assets.workspace import Workspace

Row = dict[str, Any]


class UnknownQuestionError(PhotoAssetsError):
    """No open question has that id: it was answered, or its values changed."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which questions; None matches any. `month` is YYYY-MM or a year, `photo_id` a whole id."""

    kind: str | None = None
    field: str | None = None
    month: str | None = None
    photo_id: str | None = None

    def takes(self, question: Question) -> bool:
        """Return whether a question matches."""
        return self._takes(question.kind, question.field, question.month, question.photo_ids)

    def takes_row(self, row: Row) -> bool:
        """Return whether a row of the table of conflicts matches."""
        return self._takes(row["kind"], row["field"], row["month"], (row["photo_id"],))

    def _takes(
        self, kind: str, field: str | None, month: str | None, photo_ids: Sequence[str]
    ) -> bool:
        return (
            self.kind in (None, kind)
            and self.field in (None, field)
            and (self.month is None or (month or "unknown").startswith(self.month))
            and (self.photo_id is None or self.photo_id in photo_ids)
        )


class Queue:
    """The open questions of a library, as they are stored when the queue is made."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lake = workspace.lake
        self._standing = Decisions(workspace.ledger).standing()

    def counts(self, *, pass_over_damaged: bool = False) -> dict[str, int]:
        """Return the number of open questions by kind, in the order in which they are asked.

        Raises `StorageError` if a table cannot be read, unless `pass_over_damaged`: then its
        questions are not counted.
        """
        columns = ["conflict_id", "kind", "evidence_digest"]
        rows = self._rows(columns, pass_over_damaged=pass_over_damaged)
        counts = Counter(row["kind"] for row in rows)
        counts[LOST_ITEMS] = len(held_losses(self._workspace))
        with contextlib.suppress(*([StorageError] if pass_over_damaged else [])):
            counts[LOOKALIKE] = self._lookalikes().count()
        return {kind: counts[kind] for kind in KINDS if counts[kind]}

    def conflicts(self, choice: Choice = Choice()) -> list[Row]:
        """Return the matching rows of the table of conflicts. Raises as `counts`."""
        return [row for row in self._rows() if choice.takes_row(row)]

    def questions(self, choice: Choice = Choice()) -> list[Question]:
        """Return the matching questions by kind, field, month and id. Raises as `counts`."""
        rows = sorted(self.conflicts(choice), key=_order)
        others = [*held_losses(self._workspace), *self._alike(choice)]
        return [*filter(choice.takes, others), *map(self._question, rows)]

    def find(self, question_id: str) -> Question:
        """Return one open question. Raises `UnknownQuestionError`, and as `counts`."""
        for row in self._rows():
            if row["conflict_id"] == question_id:
                return self._question(row)
        for question in (*held_losses(self._workspace), *self._lookalikes().questions()):
            if question.id == question_id:
                return question
        raise UnknownQuestionError(
            f"No open question has the id {question_id}.",
            hint="It was answered or its values changed. List the open ones again.",
        )

    def _lookalikes(self) -> Lookalikes:
        return Lookalikes(self._workspace, self._standing)

    def _alike(self, choice: Choice) -> list[Question]:
        """Return the pairs that may match, in the order in which they are asked."""
        wanted = choice.kind in (None, LOOKALIKE) and choice.field is None
        return self._lookalikes().questions(choice.photo_id) if wanted else []

    def _rows(
        self, columns: list[str] | None = None, *, pass_over_damaged: bool = False
    ) -> Iterator[Row]:
        """Yield the stored conflicts, as far as they were not answered since."""
        stored = open_conflicts(self._lake, columns, pass_over_damaged=pass_over_damaged)
        for row in _in_batches(stored):
            decision = self._standing.get(row["conflict_id"])
            evidence = row["evidence_digest"].hex()
            if decision is None or decision.withdrawn or decision.evidence_digest != evidence:
                yield row

    def _question(self, row: Row) -> Question:
        values = tuple(
            Stated(
                one["source"],
                one["catalog"],
                one["native_id"],
                json.loads(one["value"]),
                one["stated_at"],
            )
            for one in row["values"]
        )
        decision = self._standing.get(row["conflict_id"])
        return Question(
            id=row["conflict_id"],
            kind=row["kind"],
            photo_ids=(row["photo_id"],),
            month=row["month"],
            detail=row["detail"],
            evidence_digest=row["evidence_digest"].hex(),
            field=row["field"],
            values=values,
            proposal=json.loads(row["proposal"]),
            rule=row["rule"],
            standing=decision.decision_id if decision else None,
            reopened=_reopened(decision, values),
            seen=canonical([one.to_json() for one in values]),
        )


def _in_batches(table: pa.Table) -> Iterator[Row]:
    for batch in table.to_batches(max_chunksize=4_096):
        yield from batch.to_pylist()


def _order(row: Row) -> tuple[int, str, str, str]:
    return KINDS.index(row["kind"]), row["field"] or "", row["month"] or "", row["conflict_id"]


def _reopened(decision: Decision | None, values: tuple[Stated, ...]) -> Reopened | None:
    """Return why a question that was answered is open."""
    if decision is None or decision.withdrawn:
        return None
    seen = json.loads(decision.values_seen)
    before = {_said(one) for one in seen} if isinstance(seen, list) else set()
    now = {_said(one.to_json()) for one in values}
    return Reopened(
        decision.at or "",
        decision.who,
        json.loads(decision.answer),
        [one for one in values if _said(one.to_json()) not in before],
        [one for one in seen if _said(one) not in now] if isinstance(seen, list) else [],
    )


def _said(stated: Mapping[str, Any]) -> tuple[str, str]:
    return f"{stated.get('source')}/{stated.get('catalog')}", canonical(stated.get("value"))
