"""The parts of a plan: consecutive rows of one partition and target in one file.

A file is named by its content, so that plans share the rows of unchanged partitions. The content of
the rows is made in `plan_rows`; plans are stored by `plan_store`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake.footer import Footer, require_version, unreadable
from photo_assets.model.plans import PLAN, PLAN_PARTS

GONE: Final = ("retiring", "held_back", "standing")
"""Names of the parts with rows that are no longer wanted. They follow all other parts."""

_BATCH = 4096
_ONE_FILE = 1  # the version of `PLAN` in which one table was a whole plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """Rows of a plan: `rows` rows of `file`, starting at `offset`; `notes` of them have a note."""

    part: str
    target: str
    withheld: bool
    rows: int
    file: Path
    offset: int
    actions: Mapping[str, int]
    reasons: Mapping[str, int]
    notes: int

    def read(
        self, first: int, rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield `rows` rows of the part, starting at `first`. Raises `StorageError`."""
        at, begin, end = 0, self.offset + first, self.offset + first + rows
        try:
            with pq.ParquetFile(self.file, page_checksum_verification=True) as file:
                for batch in file.iter_batches(_BATCH, columns=columns):
                    before = max(begin - at, 0)
                    if before < batch.num_rows:
                        yield from batch.slice(before, max(end - at - before, 0)).to_pylist()
                    at += batch.num_rows
                    if at >= end:
                        return
            raise ValueError(f"it ends after {at:,} rows, not {end:,}")
        except (OSError, ValueError, pa.ArrowException) as error:
            raise unreadable(self.file, error) from error


@dataclass(slots=True)
class _Count:
    rows: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: int = 0


class PartCounts:
    """The counts of a plan's rows, per part, counted as they are made.

    The rows of each `part` are made in the order of the plan.
    """

    def __init__(self, targets: Sequence[str]) -> None:
        self._targets = targets
        self._counts: dict[tuple[str, str, bool], _Count] = {}

    def add(self, part: str, row: Mapping[str, Any], *, withheld: bool = False) -> None:
        """Count a row."""
        count = self._counts.setdefault((part, row["target"], withheld), _Count())
        count.rows += 1
        count.actions[row["action"]] += 1
        count.reasons[row["reason"]] += 1
        count.notes += row["note"] is not None

    def parts(self, files: Mapping[str, Path]) -> list[PlanPart]:
        """Return the parts in plan order; `files` maps each `part` to its file."""
        offsets: Counter[str] = Counter()
        found = []
        for part, target, withheld in sorted(self._counts, key=lambda key: self._rank(*key)):
            count = self._counts[part, target, withheld]
            found.append(
                PlanPart(
                    part=part,
                    target=target,
                    withheld=withheld,
                    rows=count.rows,
                    file=files[part],
                    offset=offsets[part],
                    actions=count.actions,
                    reasons=count.reasons,
                    notes=count.notes,
                )
            )
            offsets[part] += count.rows
        return found

    def in_order(self, parts: Sequence[PlanPart]) -> list[PlanPart]:
        """Return the parts, which may be of several plans, in plan order."""
        return sorted(parts, key=lambda one: self._rank(one.part, one.target, one.withheld))

    def _rank(self, part: str, target: str, withheld: bool) -> tuple[int, int, bool, str]:
        """Withdrawals come first, because a run may end before its last row."""
        section = GONE.index(part) + 1 if part in GONE else 0
        return section, self._targets.index(target), not withheld, part


def manifest_table(parts: Sequence[PlanPart]) -> pa.Table:
    """Return the parts as `model.plans.PLAN_PARTS`."""
    rows, first = [], 0
    for one in parts:
        rows.append(
            {
                "first_row": first,
                "rows": one.rows,
                "part": one.part,
                "target": one.target,
                "withheld": one.withheld,
                "digest": one.file.stem,
                "offset": one.offset,
                "actions": json.dumps(one.actions, sort_keys=True),
                "reasons": json.dumps(one.reasons, sort_keys=True),
                "notes": one.notes,
            }
        )
        first += one.rows
    return pa.Table.from_pylist(rows, schema=PLAN_PARTS.schema)


def read_parts(path: Path, footer: Footer, folder: Path) -> tuple[PlanPart, ...]:
    """Return the parts of the plan at `path`, whose files are in `folder`.

    Raises `StorageError` if the plan cannot be read or one of the files is missing.
    """
    if (footer.table, footer.schema_version) == (PLAN.name, _ONE_FILE):
        return _whole(path)
    require_version(path, footer, PLAN_PARTS)
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            rows = file.read().to_pylist()
        parts = tuple(
            PlanPart(
                part=row["part"],
                target=row["target"],
                withheld=row["withheld"],
                rows=row["rows"],
                file=folder / f"{row['digest']}.parquet",
                offset=row["offset"],
                actions=json.loads(row["actions"]),
                reasons=json.loads(row["reasons"]),
                notes=row["notes"],
            )
            for row in rows
        )
        for file in {part.file for part in parts}:
            file.stat()
        return parts
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise unreadable(path, error) from error


def _whole(path: Path) -> tuple[PlanPart, ...]:
    """Return the rows of a plan without parts (an older version): they are in the plan's file."""
    with pq.ParquetFile(path) as file:
        rows = file.read(columns=["action", "note"])
    actions = Counter(rows["action"].to_pylist())
    notes = rows.num_rows - rows["note"].null_count
    one = PlanPart(
        part="",
        target="",
        withheld=False,
        rows=rows.num_rows,
        file=path,
        offset=0,
        actions=actions,
        reasons={},
        notes=notes,
    )
    return (one,) if rows.num_rows else ()
