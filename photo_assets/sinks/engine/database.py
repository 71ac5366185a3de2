"""A DuckDB connection in memory, bounded, that spills into a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.model.errors import StorageError

_MEMORY_MIB = 640
_BATCH = 8192


@contextmanager
def scratch_database(scratch: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Yield a connection and its folder; both are gone after the block.

    Raises `StorageError` when the disk has no room for what spills.
    """
    folder = Path(tempfile.mkdtemp(prefix="plan-", dir=scratch))
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{_MEMORY_MIB}MiB",
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": "false",
    }
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            yield connection, folder
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise StorageError(
            f"The plan could not be worked out in {scratch}: {str(error).splitlines()[0]}.",
            hint="Nothing was sent; what was stored stands. Make room on the disk and run again.",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None
) -> list[tuple[Any, ...]]:
    """Run a query to its end: DuckDB refuses other work while a result is unfinished."""
    return connection.execute(query, parameters).fetchall()


def batches(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the result in batches."""
    relation = connection.sql(query, params=dict(parameters) if parameters else None)
    yield from relation.to_arrow_reader(_BATCH)
