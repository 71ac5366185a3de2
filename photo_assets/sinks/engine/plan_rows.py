"""The rows of a plan: the content and reason of each planned write, and the counts by kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.lake.query_engine import Database
from photo_assets.model.plans import CREATE, PLAN, RETIRE, UPDATE, content_digest
from photo_assets.sinks.engine.manifest import GONE, PartCounts, PlanPart
from photo_assets.sinks.engine.ordering import TextsOf, in_order
from photo_assets.sinks.engine.storing import PART
from photo_assets.sinks.protocol import Sink

_BY_PART = ("part", "target_index", "shown")
_IN_ORDER = ("target_index", "month")
_SCHEMA = PLAN.schema.append(pa.field(PART, pa.string()))


@dataclass(slots=True)
class PlanSummary:
    """The counts of a plan's rows by target and action.

    `unchanged` rows need no write; `held` rows would be retired if a person allowed it; `notes`
    rows could not be represented in full; `repeated` rows were wanted twice under one key.
    `compared` partitions were compared; `left_alone` partitions are the same as in the previous
    plan.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    held: int = 0
    notes: int = 0
    repeated: int = 0
    compared: int = 0
    left_alone: int = 0

    def add(self, parts: Iterable[PlanPart]) -> None:
        """Count the rows of the parts of a plan."""
        for part in parts:
            self.notes += part.notes
            self.reasons.update(part.reasons)
            for action, rows in part.actions.items():
                self.rows[part.target, action] += rows

    def count(self, action: str) -> int:
        """Return the number of rows with this action."""
        return sum(count for (_, found), count in self.rows.items() if found == action)


class PlanRows:
    """The rows of a plan by part, in the order of each part, and their counts.

    Reads the tables of `comparing`.
    """

    def __init__(
        self, sink: Sink, counts: PartCounts, aliases: Callable[[], Mapping[str, str]]
    ) -> None:
        self._sink = sink
        self._counts = counts
        self._aliases = aliases
        self._found: Mapping[str, str] | None = None

    def tables(
        self, opened: Database, desired: Sequence[Path], written: Sequence[Path]
    ) -> Iterator[pa.Table]:
        """Yield the rows as `model.plans.PLAN`, with their part: different rows, then gone rows.

        `desired` and `written` are the files of the texts to which the connection's tables refer.
        """
        after = TextsOf("after_row", {"content": "after", "note": "note"}, desired)
        before = TextsOf("before_row", {"content": "was"}, written)
        for table in in_order(opened, "different", _BY_PART, (after, before)):
            rows = [self._write(row) for row in table.to_pylist()]
            yield pa.Table.from_pylist(rows, schema=_SCHEMA)
        for part, make in zip(GONE, (self._retire, self._hold, self._retire), strict=True):
            for table in in_order(opened, part, _IN_ORDER, (before,)):
                found = (make({**row, PART: part}) for row in table.to_pylist())
                rows = [row for row in found if row is not None]
                yield pa.Table.from_pylist(rows, schema=_SCHEMA)

    def _write(self, row: dict[str, Any]) -> dict[str, Any]:
        action, before = (UPDATE if row["known"] else CREATE), _there(row)
        if row["withheld"]:
            action, reason = RETIRE, "must not be sent"
            before = row["sent"] if before is None else before
        elif row["drift"] is not None:
            reason = row["drift"]
        elif not row["known"]:
            reason = "new"
        elif row["retired"]:
            reason = "restored"
        elif before is None:
            reason = "found in the service, content unknown"
        else:
            reason = self._sink.changed(before, row["after"])
        return self._row(row, action, before, row["after"], reason, row["note"])

    def _retire(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return the row marked as retired; None if it is already marked."""
        self._found = self._aliases() if self._found is None else self._found
        successor = self._found.get(row["photo_id"] or "")
        said = _said(row)
        after = self._sink.retired(row["target"], row["key"], said, successor)
        if after is None:
            return None
        reason = "merged into another photo" if successor else "no longer in the view"
        if row["retired"]:
            if row["drift"] is None and after == said:
                return None
            reason = row["drift"] or self._sink.changed(said, after)
        return self._again(row, RETIRE, after, reason)

    def _hold(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return the withdrawal of content from a row that waits for retirement, or None."""
        said = _said(row)
        after = self._sink.allowed(row["target"], row["key"], said)
        if _there(row) is None or after == said:
            return None
        return self._again(row, UPDATE, after, self._sink.changed(said, after))

    def _again(self, row: dict[str, Any], action: str, after: str, reason: str) -> dict[str, Any]:
        """Return a row whose content differs from the last written content."""
        old = {**row, "digest": content_digest(after), "before_digest": row["digest"]}
        return self._row(old, action, _there(row), after, reason, None)

    def _row(
        self,
        row: Mapping[str, Any],
        action: str,
        before: str | None,
        after: str,
        reason: str,
        note: str | None,
    ) -> dict[str, Any]:
        made = {
            PART: row[PART],
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
        self._counts.add(row[PART], made, withheld=bool(row.get("withheld")))
        return made


def _said(row: Mapping[str, Any]) -> str:
    """Return the content that was last written, or may have been."""
    text: str = row["was"] if row["said"] is None else row["said"]
    return text


def _there(row: Mapping[str, Any]) -> str | None:
    """Return the known content in the service: the verified one, or the last written one."""
    text: str | None = row["found"] if row["is_found"] else row["was"]
    return text
