"""The DuckDB connection of one search, and the ways to ask it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.identity.lookalikes.inputs import LookalikeInputs
from photo_assets.model.tables import TableKind
from photo_assets.store.query_engine import query_database, query_memory_mib


@contextmanager
def engine(inputs: LookalikeInputs) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection. Raises `StorageError` when a table cannot be read or memory runs out."""
    with query_database(
        "Looking for look-alikes failed",
        inputs.temp_directory,
        query_memory_mib("lookalikes", inputs.memory_mib),
        threads=inputs.threads,
        hint="Photos, fingerprints and items are derived: materialize the table it names again.",
    ) as opened:
        yield opened.connection


def arrow(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return what a SELECT yields as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def relation(
    connection: duckdb.DuckDBPyConnection, kind: TableKind, files: tuple[Path, ...]
) -> str:
    """Return what stands after FROM: the files, read lazily, or an empty table of that kind."""
    present = sorted(file for file in files if file.is_file())
    if not present:
        name = f"no_{kind.name}"
        connection.register(name, kind.schema.empty_table())
        return name
    return stored_files(present)


def stored_files(files: Iterable[Path], *options: str) -> str:
    """Return what stands after FROM: the files, read lazily, with more options of DuckDB."""
    # Quotes in a name are doubled, and DuckDB's own wildcards escaped.
    names = ", ".join(f"'{_literal(file)}'" for file in files)
    return f"read_parquet({', '.join([f'[{names}]', 'hive_partitioning = false', *options])})"


def _literal(file: Path) -> str:
    name = "".join(f"[{char}]" if char in "*?[" else char for char in str(file))
    return name.replace("'", "''")
