"""The DuckDB connection of one run: in memory, bounded, without extensions or network."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.identity.photos.inputs import PhotoInputs
from photo_assets.model.errors import StorageError

_PART_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Engine:
    """A connection and the folder for its files, which is gone with it."""

    connection: duckdb.DuckDBPyConnection
    folder: Path


@contextmanager
def engine(inputs: PhotoInputs) -> Iterator[Engine]:
    """Open a connection that spills to a folder of its own, removed afterwards.

    Raises `StorageError` when a file cannot be read or is no Parquet table of its kind.
    """
    if inputs.temp_directory is not None:
        inputs.temp_directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="photos-", dir=inputs.temp_directory) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": inputs.memory_limit,
            "temp_directory": folder,
            # Without these a function of an extension makes DuckDB fetch it over the network.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Every result that leaves is ordered explicitly; this only costs memory.
            "preserve_insertion_order": "false",
        }
        if inputs.threads is not None:
            config["threads"] = inputs.threads
        connection = duckdb.connect(":memory:", config=config)
        try:
            yield Engine(connection, Path(folder))
        except duckdb.Error as error:
            raise StorageError(
                f"The join of items to photos failed: {str(error).splitlines()[0]}",
                hint="Items and fingerprints are derived: materialize the table it names again. "
                "When memory ran out, raise the memory limit.",
            ) from error
        finally:
            connection.close()


def arrow(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> pa.Table:
    """Return what a SELECT yields as an Arrow table."""
    relation = connection.sql(query, params=parameters or None)
    assert relation is not None
    return relation.to_arrow_table()


def batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    """Yield what a SELECT yields, part by part. Asked when the first part is taken.

    The connection can do nothing else until the last part.
    """
    relation = connection.sql(query)
    assert relation is not None
    yield from relation.to_arrow_reader(_PART_ROWS)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the single number a query yields."""
    # All rows are fetched: a result that is not finished blocks the connection in DuckDB 2.
    ((number,),) = connection.execute(query).fetchall()
    return int(number or 0)
