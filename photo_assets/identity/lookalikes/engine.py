"""The DuckDB connection of one run: bounded, spilling to a folder of its own, without network."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.identity.lookalikes.inputs import LookalikeInputs
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import TableKind


@contextmanager
def engine(inputs: LookalikeInputs) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection. Raises `StorageError` when a table cannot be read or memory runs out."""
    if inputs.temp_directory is not None:
        inputs.temp_directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lookalikes-", dir=inputs.temp_directory) as folder:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": inputs.memory_limit,
                "temp_directory": folder,
                "threads": inputs.threads,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
            },
        )
        try:
            yield connection
        except duckdb.Error as error:
            raise StorageError(
                f"Looking for look-alikes failed: {str(error).splitlines()[0]}",
                hint="Photos, fingerprints and items are derived: materialize the table it names "
                "again. When memory ran out, raise the memory limit.",
            ) from error
        finally:
            connection.close()


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
    # Quotes in a name are doubled, and DuckDB's own wildcards escaped.
    names = ", ".join(f"'{_literal(file)}'" for file in present)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _literal(file: Path) -> str:
    name = "".join(f"[{char}]" if char in "*?[" else char for char in str(file))
    return name.replace("'", "''")
