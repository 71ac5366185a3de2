"""People's answers to conflicts, and which of them are still valid.

An answer is valid while the conflict has the evidence digest it was given for. New evidence reopens
the conflict; if the earlier evidence returns, the answer is valid again. `{"withdrawn": true}`
takes back what was answered for its evidence.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from photo_assets.metadata.fields import Fact
from photo_assets.metadata.values import Columns, from_json
from photo_assets.model.schema import DIGEST
from photo_assets.model.schema import UTC as UTC_TIME

DECISION_SCHEMA = pa.schema(
    [
        ("conflict_id", pa.string()),
        ("evidence_digest", DIGEST),
        ("answer", pa.string()),
        ("decided_at", UTC_TIME),
        ("made_by", pa.string()),
    ]
)
"""`made_by`: person, rule or automatic; nothing counts as a person.

`answer` is JSON: `{"value": …}` for a metadata_mismatch (see `values`), any object otherwise. Of
several answers to one state of a conflict, the last by `decided_at` is valid, then by row.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer. `value` is the chosen value of a metadata_mismatch."""

    conflict_id: str
    answer: dict[str, Any]
    decided_at: datetime | None
    made_by: str = "person"

    def columns(self, fact: Fact) -> Columns:
        """Return the values for the fact's columns. Raises `ValueError` if the answer has none."""
        if "value" not in self.answer:
            raise ValueError("The answer contains no value.")
        return from_json(fact, self.answer["value"])


class Decisions:
    """All answers, by conflict and evidence."""

    def __init__(self, table: pa.Table | None = None) -> None:
        self._by_evidence: dict[tuple[str, bytes], Decision] = {}
        self._asked: set[str] = set()
        self.unreadable = 0
        for row in _in_order(table):
            self._asked.add(row["conflict_id"])
            try:
                answer = orjson.loads(row["answer"])
            except (orjson.JSONDecodeError, TypeError):
                answer = None
            if not isinstance(answer, dict):
                self.unreadable += 1
                continue
            key = (row["conflict_id"], row["evidence_digest"])
            if answer.get("withdrawn") is True:
                self._by_evidence.pop(key, None)
                continue
            decided_at = row.get("decided_at")
            self._by_evidence[key] = Decision(
                row["conflict_id"], answer, decided_at, row.get("made_by") or "person"
            )
        self._answered = {conflict_id for conflict_id, _ in self._by_evidence}

    def find(self, conflict_id: str, evidence_digest: bytes) -> Decision | None:
        """Return the valid answer for this evidence."""
        return self._by_evidence.get((conflict_id, evidence_digest))

    def was_answered(self, conflict_id: str) -> bool:
        """Return whether the conflict was ever answered, for any evidence."""
        return conflict_id in self._asked

    def is_answered(self, conflict_id: str) -> bool:
        """Return whether an answer stands that was not taken back, for any evidence."""
        return conflict_id in self._answered


_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def _in_order(table: pa.Table | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
    groups: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row.get("decided_at") or _LONG_AGO].append(row)
    return [row for moment in sorted(groups) for row in groups[moment]]
