"""What the last scan has to say by name: discards, failures, files that moved, losses that wait."""

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
            Column("ref", pa.string(), "what it is, in the catalog's own words", nullable=False),
            Column("reason", pa.string(), "short stable word", nullable=False),
            Column("detail", pa.string(), "a sentence for people"),
        )
    ),
)


REPORT_LIMIT = 10_000
"""Entries kept by name for people; beyond it only the counts grow."""

HELD, MOVED = "held: gone", "moved: same file"
"""Outcome and reason of what is gone and waits for a person, and of what moved."""

_BUFFER = 5_000


class Notes:
    """Discards and failures in the order they came, each with the number of its branch."""

    def __init__(self, limit: int | None = None) -> None:
        self._room = limit
        self._tables: list[pa.Table] = []
        self._rows: list[dict[str, object]] = []

    def add(self, branch: int, event: Discarded | Failed) -> None:
        """Take one; beyond the limit it is forgotten."""
        if self._room == 0:
            return
        if self._room is not None:
            self._room -= 1
        self._rows.append(
            {
                "branch": branch,
                "outcome": "failed" if isinstance(event, Failed) else "discarded",
                # Whatever a failed entry is called, naming it must not fail too.
                "ref": clean_text(event.ref),
                "reason": event.reason,
                "detail": None if event.detail is None else clean_text(event.detail),
            }
        )
        if len(self._rows) >= _BUFFER:
            self._flush()

    def table(self) -> pa.Table:
        """Return all of them, `memory.NOTES`."""
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

    `held`: native ids of what is gone and waits for a person; `moved`: new native id -> old one.
    """
    said = [_entry(HELD, native_id, "Its row stays as it was.") for native_id in sorted(held)]
    said += [_entry(MOVED, new, f"It was {old}.") for new, old in sorted(moved.items())]
    notes = notes.select(REPORT.schema.names).cast(REPORT.schema)
    table = pa.concat_tables([notes, pa.Table.from_pylist(said, schema=REPORT.schema)])
    Lake(folder).write(("report", "last"), "scan", REPORT, table.slice(0, REPORT_LIMIT))


def _entry(what: str, ref: str, detail: str) -> dict[str, str]:
    outcome, reason = what.split(": ")
    return {"outcome": outcome, "ref": ref, "reason": reason, "detail": detail}


def read_report(folder: Path) -> pa.Table:
    """Return the last scan's report; empty before the first scan."""
    return Lake(folder).read(("report", "last"), "scan", REPORT)
