"""The DuckDB connection of one search, and functions to query it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.identity.lookalikes.inputs import LookalikeInputs
from photo_assets.lake.query_engine import query_database
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import TableKind


@contextmanager
def engine(inputs: LookalikeInputs) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection. Raises `StorageError` when a table cannot be read or memory runs out."""
    with query_database(
        "lookalikes",
        "The search for look-alikes failed",
        inputs.temp_directory,
        inputs.memory_mib,
        threads=inputs.threads,
        hint="Photos, fingerprints and items are derived data: materialize the named table again.",
    ) as opened:
        yield opened.connection


def arrow(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return the result of a SELECT as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def relation(
    connection: duckdb.DuckDBPyConnection, kind: TableKind, files: tuple[Path, ...]
) -> str:
    """Return the name of a new view of the rows of those files that exist, read lazily."""
    name = f"stored_{kind.name}"
    view_stored(connection, name, kind, sorted(file for file in files if file.is_file()))
    return name
