"""Naming the lake's Parquet files in a query."""

from pathlib import Path

import duckdb

from photo_assets.model.tables import TableKind


def relation(
    connection: duckdb.DuckDBPyConnection, name: str, kind: TableKind, files: tuple[Path, ...]
) -> str:
    """Return what stands after FROM: the files, read lazily, or an empty table of that kind."""
    if not files:
        connection.register(name, kind.schema.empty_table())
        return name
    # A list of names in the query text, since a view over a parameter is not prunable; quotes
    # in a name are doubled, and DuckDB's own wildcards escaped.
    names = ", ".join(f"'{_literal(file)}'" for file in sorted(files))
    return f"read_parquet([{names}], hive_partitioning = false)"


def _literal(file: Path) -> str:
    name = "".join(f"[{char}]" if char in "*?[" else char for char in str(file))
    return name.replace("'", "''")
