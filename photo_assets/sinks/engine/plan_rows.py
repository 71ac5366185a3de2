"""The rows of a plan: what each intended write says, why, and how many there are of which kind."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.model.plans import CREATE, PLAN, RETIRE, UPDATE, content_digest
from photo_assets.sinks.engine.database import batches
from photo_assets.sinks.protocol import Sink

_RETIRED = "(SELECT * FROM gone WHERE target NOT IN (SELECT target FROM held))"
_HELD_BACK = "(SELECT * FROM gone WHERE target IN (SELECT target FROM held))"
_STANDING = """(
  SELECT k.* FROM known k ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
  WHERE k.retired AND k.drift IS NULL AND k.said IS NOT NULL
)"""
_IN_ORDER = "SELECT * FROM {} ORDER BY list_position($targets, target), month, key"
# What has to be taken back comes first: a run may end before its last row.
_WITHHELD_FIRST = """
SELECT * FROM different ORDER BY list_position($targets, target), NOT withheld, month, key
"""


@dataclass(slots=True)
class PlanSummary:
    """What a plan holds, by target and action.

    `unchanged` rows need nothing; `held` ones would be retired if somebody allowed it; of `notes`
    rows something could not be said in full; `repeated` were wanted twice under one key.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    held: int = 0
    notes: int = 0
    repeated: int = 0

    def count(self, action: str) -> int:
        """Return the number of rows with this action."""
        return sum(count for (_, found), count in self.rows.items() if found == action)


class PlanRows:
    """The rows of a plan, in their order, counted on the way.

    Made from the tables `different`, `gone`, `held`, `known` and `desired` of `planning`.
    """

    def __init__(
        self, sink: Sink, summary: PlanSummary, aliases: Callable[[], Mapping[str, str]]
    ) -> None:
        self._sink = sink
        self._summary = summary
        self._aliases = aliases
        self._found: Mapping[str, str] | None = None
        self._next = 0

    def tables(self, connection: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
        """Yield the rows as `model.plans.PLAN`."""
        targets = {"targets": list(self._sink.targets)}
        for batch in batches(connection, _WITHHELD_FIRST, targets):
            yield self._table([self._write(row) for row in batch.to_pylist()])
        for found, make in (
            (_RETIRED, self._retire),
            (_HELD_BACK, self._hold),
            (_STANDING, self._retire),
        ):
            for batch in batches(connection, _IN_ORDER.format(found), targets):
                rows = (make(row) for row in batch.to_pylist())
                yield self._table([row for row in rows if row is not None])

    def _write(self, row: dict[str, Any]) -> dict[str, Any]:
        action = UPDATE if row["known"] else CREATE
        if row["withheld"]:
            action, reason = RETIRE, "not to be sent"
        elif row["drift"] is not None:
            reason = row["drift"]
        elif not row["known"]:
            reason = "new"
        elif row["retired"]:
            reason = "back again"
        elif row["before"] is None:
            reason = "found there, content unknown"
        else:
            reason = self._sink.changed(row["before"], row["content"])
        return self._row(row, action, row["before"], row["content"], reason, row["note"])

    def _retire(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return the row as one that is no longer true; None when it is marked already."""
        self._found = self._aliases() if self._found is None else self._found
        successor = self._found.get(row["photo_id"] or "")
        after = self._sink.retired(row["target"], row["key"], row["said"], successor)
        if after is None:
            return None
        reason = "its photo went up in another one" if successor else "no longer in the view"
        if row["retired"]:
            if row["drift"] is None and after == row["said"]:
                return None
            reason = row["drift"] or self._sink.changed(row["said"], after)
        return self._again(row, RETIRE, after, reason)

    def _hold(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is to be taken back of a row that waits for somebody to let it be marked."""
        after = self._sink.allowed(row["target"], row["key"], row["said"])
        if row["content"] is None or after == row["said"]:
            return None
        return self._again(row, UPDATE, after, self._sink.changed(row["said"], after))

    def _again(self, row: dict[str, Any], action: str, after: str, reason: str) -> dict[str, Any]:
        """Return a row that says something else than what was written last."""
        old = {**row, "digest": content_digest(after), "before_digest": row["digest"]}
        return self._row(old, action, row["content"], after, reason, None)

    def _row(
        self,
        row: Mapping[str, Any],
        action: str,
        before: str | None,
        after: str,
        reason: str,
        note: str | None,
    ) -> dict[str, Any]:
        self._summary.rows[row["target"], action] += 1
        self._summary.reasons[reason] += 1
        self._summary.notes += note is not None
        return {
            "target": row["target"],
            "key": row["key"],
            "photo_id": row["photo_id"],
            "month": row["month"],
            "action": action,
            "before": before,
            "after": after,
            "before_digest": row["before_digest"],
            "digest": row["digest"],
            "reason": reason,
            "note": note,
        }

    def _table(self, rows: list[dict[str, Any]]) -> pa.Table:
        numbers = range(self._next, self._next + len(rows))
        self._next += len(rows)
        named = [{"row": number, **row} for number, row in zip(numbers, rows, strict=True)]
        return pa.Table.from_pylist(named, schema=PLAN.schema)
