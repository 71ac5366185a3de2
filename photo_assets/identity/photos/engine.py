"""The DuckDB connection of one run, and functions to query it."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from photo_assets.identity.photos.inputs import PhotoInputs
from photo_assets.lake.query_engine import Database, query_database

_PART_ROWS = 8_192


@contextmanager
def engine(inputs: PhotoInputs) -> Iterator[Database]:
    """Open a connection. Raises `StorageError` if a file cannot be read or is not such a table."""
    with query_database(
        "photos",
        "The join of items to photos failed",
        inputs.temp_directory,
        inputs.memory_mib,
        threads=inputs.threads,
        hint="Items and fingerprints are derived data: materialize the named table again.",
    ) as opened:
        yield opened


def arrow(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> pa.Table:
    """Return the result of a SELECT as an Arrow table."""
    relation = connection.sql(query, params=parameters or None)
    assert relation is not None
    return relation.to_arrow_table()


def batches(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters: object
) -> Iterator[pa.RecordBatch]:
    """Yield the result of a SELECT in parts. The query runs when the first part is read.

    The connection cannot be used otherwise until the last part.
    """
    relation = connection.sql(query, params=parameters or None)
    assert relation is not None
    yield from relation.to_arrow_reader(_PART_ROWS)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the single number that a query returns."""
    # All rows are fetched: an unfinished result blocks the connection in DuckDB 2.
    ((number,),) = connection.execute(query).fetchall()
    return int(number or 0)
