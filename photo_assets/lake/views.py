"""Stored tables as DuckDB views with the columns of this version, whichever version wrote them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.lake.footer import read_footer
from photo_assets.lake.query_engine import files_text
from photo_assets.model.errors import StorageError
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
    older = {file for file in files if _is_read_as_older(file, kind)}
    latest = [file for file in files if file not in older]
    rows = [f"FROM {empty}"] if older or not files else []
    rows += [_rows_of(latest, partitioned=partitioned, grown=False)] if latest else []
    rows += [_rows_of(sorted(older), partitioned=partitioned, grown=True)] if older else []
    query = " UNION ALL BY NAME ".join(rows)
    connection.execute(f"CREATE VIEW {name} AS {query}").fetchall()


def _rows_of(files: Sequence[Path], *, partitioned: bool, grown: bool) -> str:
    if not partitioned:
        return f"FROM {stored_rows(files, grown=grown)}"
    named = stored_rows(files, grown=grown, named=True)
    partition = "parse_filename(filename, true) AS partition"
    return f"SELECT * EXCLUDE filename, {partition} FROM {named}"  # noqa: S608


def _is_read_as_older(file: Path, kind: TableKind) -> bool:
    """Return whether a file may lack columns of `kind`, which are then null.

    A version that is not read any more is not among them: its missing columns make the query fail.
    Other files do not need `union_by_name`, with which DuckDB 2.0 opens all files at once and keeps
    their footers: 230 MiB for 1,200 files of items, and, with 100,000 items in them, twice the
    processor time of a query.
    """
    if kind.reads_from is None:
        return False
    try:
        footer = read_footer(file)
    except StorageError:
        return True  # the query reports what is wrong with it
    if footer is None or footer.table != kind.name:
        return True
    return kind.reads_from <= footer.schema_version < kind.version


def stored_rows(
    files: Sequence[Path], *, grown: bool = False, named: bool = False, numbered: bool = False
) -> str:
    """Return the rows of the files as SQL; `grown`: columns may be missing in some files.

    `named`: with their file's path, `filename`. `numbered`: with their `file_row_number`.
    """
    options = f"union_by_name = {grown}, hive_partitioning = false, filename = {named}"
    return f"read_parquet({files_text(files)}, {options}, file_row_number = {numbered})"
