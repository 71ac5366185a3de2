"""The named discards and failures of the last scan: what was met, why it is no row."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from photo_assets.model.events import Discarded, Failed
from photo_assets.model.names import clean_text
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind
from photo_assets.store.lake import Lake

REPORT = TableKind(
    "scan_report",
    1,
    build_schema(
        (
            Column("outcome", pa.string(), "discarded or failed", nullable=False),
            Column("ref", pa.string(), "what it is, in the catalog's own words", nullable=False),
            Column("reason", pa.string(), "short stable word", nullable=False),
            Column("detail", pa.string(), "a sentence for people"),
        )
    ),
)


def write_report(folder: Path, events: Sequence[Discarded | Failed]) -> None:
    """Store the report of a scan beside its parts."""
    rows = [
        {
            "outcome": "failed" if isinstance(event, Failed) else "discarded",
            # Whatever a failed entry is called, naming it must not fail too.
            "ref": clean_text(event.ref),
            "reason": event.reason,
            "detail": None if event.detail is None else clean_text(event.detail),
        }
        for event in events
    ]
    table = pa.Table.from_pylist(rows, schema=REPORT.schema)
    Lake(folder).write(("report", "last"), "scan", REPORT, table)


def read_report(folder: Path) -> pa.Table:
    """Return the last scan's report; empty before the first scan."""
    return Lake(folder).read(("report", "last"), "scan", REPORT)
