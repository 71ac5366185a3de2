"""The DuckDB connections of plans, and how to query them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.lake.inputs import item_rows
from photo_assets.lake.query_engine import Database, join_memory_mib, query_database
from photo_assets.workspace import Workspace

_BATCH = 8192


@contextmanager
def plan_database(workspace: Workspace) -> Iterator[Database]:
    """Open a connection for the engine's own work. Raises `StorageError` with a hint."""
    with query_database(
        "plans",
        "The plan could not be computed; nothing was sent",
        workspace.scratch_for("plans"),
        workspace.settings.query_memory_mib or join_memory_mib("plans", item_rows(workspace.lake)),
    ) as opened:
        yield opened


def run(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None
) -> list[tuple[Any, ...]]:
    """Run a query to completion: DuckDB refuses other work while a result is open."""
    return connection.execute(query, parameters).fetchall()


def batches(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, Any] | None = None,
    rows: int = _BATCH,
) -> Iterator[pa.RecordBatch]:
    """Yield the result in batches of `rows`."""
    relation = connection.sql(query, params=dict(parameters) if parameters else None)
    yield from relation.to_arrow_reader(rows)
