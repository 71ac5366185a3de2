"""Partitioned tables as one relation of a plan's connection.

The caller selects the partitions and the queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.lake.views import stored_rows
from photo_assets.model.plans import NO_MONTH
from photo_assets.model.tables import TableKind
from photo_assets.sinks.engine.database import run

RETIRED: Final = "retired"
"""The partition of the written rows that are marked as gone and not wanted.

It is read for every plan: such a row may be wanted again in any month, and the content that may
remain may change. It sorts after all others.
"""

PART_OF: Final = f"coalesce(month, '{NO_MONTH}')"
"""The partition of a row according to the row itself, as SQL."""

# DuckDB restarts the row number in each file.
_VIEW = """
CREATE OR REPLACE VIEW {view} AS
SELECT r.* EXCLUDE (file_index, file_row_number), p.part,
       p.first_row + r.file_row_number AS stored_row
FROM (SELECT *, file_index, file_row_number FROM {rows}) r
JOIN {view}_parts p ON r.file_index = p.file_index
"""
_EMPTY = """
CREATE OR REPLACE VIEW {view} AS
SELECT *, NULL::VARCHAR AS part, NULL::BIGINT AS stored_row FROM {view}_of_no_part
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """Stored partitions of one asset, and their files."""

    names: tuple[str, ...]
    files: tuple[Path, ...]

    @classmethod
    def of(cls, lake: Lake, asset: AssetPath, names: Iterable[str]) -> "Parts":
        """Return the stored partitions among those given, by name."""
        found = [(name, lake.path(asset, name)) for name in sorted(set(names))]
        stored = [(name, path) for name, path in found if path.exists()]
        return cls(tuple(name for name, _ in stored), tuple(path for _, path in stored))


def view_parts(
    connection: duckdb.DuckDBPyConnection, view: str, kind: TableKind, parts: Parts
) -> None:
    """Make the view of all rows, with their `part` and, counted through the files, `stored_row`.

    An existing view of that name is replaced. Raises `duckdb.Error`.
    """
    if not parts.files:
        connection.register(f"{view}_of_no_part", kind.schema.empty_table())
        run(connection, _EMPTY.format(view=view))
        return
    first, firsts = 0, []
    for path in parts.files:
        firsts.append(first)
        first += pq.read_metadata(path).num_rows
    table = pa.table(
        {
            "file_index": pa.array(range(len(firsts)), pa.uint64()),
            "first_row": pa.array(firsts, pa.int64()),
            "part": pa.array(parts.names, pa.string()),
        }
    )
    connection.register(f"{view}_parts", table)
    run(connection, _VIEW.format(view=view, rows=stored_rows(parts.files)))
