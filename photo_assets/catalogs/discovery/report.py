"""The report of the last scan: discards, failures, moved files, losses awaiting confirmation."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.memory import NOTES
from photo_assets.lake import Lake
from photo_assets.model.events import Discarded, Failed
from photo_assets.model.names import clean_text
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

REPORT = TableKind(
    "scan_report",
    1,
    build_schema(
        (
            Column("outcome", pa.string(), "discarded, failed, moved or held", nullable=False),
            Column("ref", pa.string(), "the entry, in the catalog's own terms", nullable=False),
            Column("reason", pa.string(), "stable code", nullable=False),
            Column("detail", pa.string(), "description, one sentence"),
        )
    ),
)


REPORT_LIMIT = 10_000
"""Maximum number of entries in the report; further entries are only counted."""

HELD, MOVED = "held: gone", "moved: same file"
"""Outcome and reason of losses awaiting confirmation, and of moved files."""

_BUFFER = 5_000


class Notes:
    """Discards and failures in scan order, each with the number of its branch."""

    def __init__(self, limit: int | None = None) -> None:
        self._room = limit
        self._tables: list[pa.Table] = []
        self._rows: list[dict[str, object]] = []

    def add(self, branch: int, event: Discarded | Failed) -> None:
        """Add one; beyond the limit it is ignored."""
        if self._room == 0:
            return
        if self._room is not None:
            self._room -= 1
        self._rows.append(
            {
                "branch": branch,
                "outcome": "failed" if isinstance(event, Failed) else "discarded",
                # The name of a failed entry may contain anything; storing it must not fail.
                "ref": clean_text(event.ref),
                "reason": event.reason,
                "detail": None if event.detail is None else clean_text(event.detail),
            }
        )
        if len(self._rows) >= _BUFFER:
            self._flush()

    def table(self) -> pa.Table:
        """Return all entries, `memory.NOTES`."""
        self._flush()
        return pa.concat_tables([NOTES.schema.empty_table(), *self._tables])

    def _flush(self) -> None:
        if self._rows:
            self._tables.append(pa.Table.from_pylist(self._rows, schema=NOTES.schema))
            self._rows = []


def write_report(
    folder: Path, notes: pa.Table, held: Iterable[str], moved: Mapping[str, str]
) -> None:
    """Store the report of a scan beside its parts; `notes` are `memory.NOTES`, in order.

    `held`: native ids of losses awaiting confirmation; `moved`: new native id -> old one.
    """
    entries = [_entry(HELD, native_id, "Its row is kept.") for native_id in sorted(held)]
    entries += [_entry(MOVED, new, f"It was {old}.") for new, old in sorted(moved.items())]
    notes = notes.select(REPORT.schema.names).cast(REPORT.schema)
    table = pa.concat_tables([notes, pa.Table.from_pylist(entries, schema=REPORT.schema)])
    Lake(folder).write(("report", "last"), "scan", REPORT, table.slice(0, REPORT_LIMIT))


def _entry(what: str, ref: str, detail: str) -> dict[str, str]:
    outcome, reason = what.split(": ")
    return {"outcome": outcome, "ref": ref, "reason": reason, "detail": detail}


def read_report(folder: Path) -> pa.Table:
    """Return the last scan's report; empty before the first scan."""
    return Lake(folder).read(("report", "last"), "scan", REPORT)
