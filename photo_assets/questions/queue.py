"""The open questions: the stored conflicts and look-alikes without those answered since.

Nothing is computed here that the tables or the ledger do not hold.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from photo_assets.ledger import Decision, Decisions
from photo_assets.metadata.open_conflicts import open_conflicts
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.questions.question import KINDS, Question, Reopened, Stated
from photo_assets.workspace import Workspace

Row = dict[str, Any]


class UnknownQuestionError(PhotoAssetsError):
    """No open question has that id: it was answered, or its values changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which questions; None matches any. `month` is YYYY-MM or a year, `photo_id` a whole id."""

    kind: str | None = None
    field: str | None = None
    month: str | None = None
    photo_id: str | None = None

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Return whether a conflict matches."""
        return (
            self.kind in (None, row["kind"])
            and self.field in (None, row["field"])
            and self.photo_id in (None, row["photo_id"])
            and (self.month is None or (row["month"] or "unknown").startswith(self.month))
        )


class Queue:
    """The open questions of a library, as they are stored when the queue is made."""

    def __init__(self, workspace: Workspace) -> None:
        self._lake = workspace.lake
        self._standing = Decisions(workspace.ledger).standing()

    def counts(self) -> dict[str, int]:
        """Return the number of open questions by kind and field (`Question.group`).

        Raises `StorageError` if a table cannot be read.
        """
        rows = self._conflicts(["conflict_id", "kind", "field", "evidence_digest"])
        names = (f"{row['kind']}: {row['field']}" if row["field"] else row["kind"] for row in rows)
        return dict(Counter(names))

    def questions(self, choice: Choice = Choice()) -> list[Question]:
        """Return the matching questions by kind, field, month and id. Raises as `counts`."""
        rows = [row for row in self._conflicts() if choice.takes(row)]
        return [self._question(row) for row in sorted(rows, key=_order)]

    def find(self, question_id: str) -> Question:
        """Return one open question. Raises `UnknownQuestionError`, and as `counts`."""
        for row in self._conflicts():
            if row["conflict_id"] == question_id:
                return self._question(row)
        raise UnknownQuestionError(
            f"No open question has the id {question_id}.",
            hint="It was answered or its values changed. List the open ones again.",
        )

    def _conflicts(self, columns: list[str] | None = None) -> Iterator[Row]:
        """Yield the stored conflicts, as far as they were not answered since."""
        for row in _rows(open_conflicts(self._lake, columns)):
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


def _rows(table: pa.Table) -> Iterator[Row]:
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
