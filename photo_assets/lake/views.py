"""Stored tables as DuckDB views with the columns of this version, whichever version wrote them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.lake.query_engine import files_text
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
    """Create a view of the rows of all `files`; without files it is empty.

    `partitioned`: with a column `partition`, the name of the table each row is in.

    Where older versions are read (`TableKind.reads_from`), columns missing from a file are null. By
    default, DuckDB uses the first file's columns for all files and drops additional ones, within
    lists of structs silently. Raises `duckdb.Error` if a file cannot be read.
    """
    empty = f"{name}_of_no_file"  # not `empty_table`, which imports pandas
    schema = kind.schema.append(_PARTITION) if partitioned else kind.schema
    connection.register(empty, pa.Table.from_batches([], schema))
    query = f"FROM {empty}"
    if files:
        grown = kind.reads_from is not None
        rows = stored_rows(files, grown=grown)
        if partitioned:
            named = stored_rows(files, grown=grown, named=True)
            partition = "parse_filename(filename, true) AS partition"
            rows = f"(SELECT * EXCLUDE filename, {partition} FROM {named})"  # noqa: S608
        query = f"{query} UNION ALL BY NAME FROM {rows}" if grown else f"FROM {rows}"
    connection.execute(f"CREATE VIEW {name} AS {query}").fetchall()


def stored_rows(
    files: Sequence[Path], *, grown: bool = False, named: bool = False, numbered: bool = False
) -> str:
    """Return the rows of the files as SQL; `grown`: columns may be missing in some files.

    `named`: with their file's path, `filename`. `numbered`: with their `file_row_number`.
    """
    options = f"union_by_name = {grown}, hive_partitioning = false, filename = {named}"
    return f"read_parquet({files_text(files)}, {options}, file_row_number = {numbered})"
