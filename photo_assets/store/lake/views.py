"""Stored tables as views in DuckDB, with the columns of this version whatever wrote them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.model.tables import TableKind

_PARTITION = pa.field("partition", pa.string())


def view_stored(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    kind: TableKind,
    files: Sequence[Path],
    *,
    partitioned: bool = False,
) -> None:
    """Make a view of the rows of all `files`, none of no file.

    `partitioned`: with a column `partition`, the name of the table each row is in.

    Where older versions are read (`TableKind.reads_from`), what a file lacks is null. Left to
    itself DuckDB takes the first file's columns for those of all, and drops what the others have
    more, within lists of structs in silence. Raises `duckdb.Error` when a file cannot be read.
    """
    found = ", ".join(_literal(path) for path in files)
    empty = f"{name}_of_no_file"
    schema = kind.schema.append(_PARTITION) if partitioned else kind.schema
    connection.register(empty, schema.empty_table())
    query = f"FROM {empty}"
    if found:
        grown = kind.reads_from is not None
        options = f"union_by_name = {grown}, hive_partitioning = false"
        stored = f"FROM read_parquet([{found}], {options})"
        if partitioned:
            partition = "parse_filename(filename, true) AS partition"
            stored = (
                f"FROM read_parquet([{found}], {options}, filename = true)"
                f" SELECT * EXCLUDE filename, {partition}"
            )
        query = f"{query} UNION ALL BY NAME {stored}" if grown else stored
    connection.execute(f"CREATE VIEW {name} AS {query}").fetchall()


def _literal(path: Path) -> str:
    """Return the path as SQL text, with what DuckDB would take for a pattern made literal."""
    plain = "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
    return "'" + plain.replace("'", "''") + "'"
