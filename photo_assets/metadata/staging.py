"""Reading the stored tables once and handing them out as chunks of whole photos.

A chunk holds about `CHUNK_ITEMS` items, so memory depends on the chunk and not on the collection.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from photo_assets.metadata import staging_sql
from photo_assets.metadata.assembly import assemble
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, PHOTOS, TableKind
from photo_assets.store.lake.views import view_stored
from photo_assets.store.query_engine import query_error, query_memory_mib
from photo_assets.store.spill import Spill

CHUNK_ITEMS = 49_152
BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some photos (rows of identity/photos, by month and id) and all statements about them.

    `damage` has a row for each of their files that gives no picture (`staging_sql.join_damage`).
    """

    photos: pa.Table
    statements: pa.Table
    damage: pa.Table


class Stage:
    """The joined input, spilled to a temporary folder that goes away with the `with` block."""

    def __init__(
        self, inputs: MetadataInputs, source_order: Sequence[str], chunk_items: int = CHUNK_ITEMS
    ) -> None:
        self._inputs = inputs
        self._memory_mib = query_memory_mib("metadata", inputs.memory_mib)
        self._order = source_order
        self._chunk_items = chunk_items
        self._spills: list[Spill] = []

    def __enter__(self) -> Self:
        scratch = self._inputs.scratch
        if scratch is not None:
            scratch.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="metadata-", dir=scratch))
        try:
            self._connection = _connect(self._folder, self._memory_mib)
            self._stage()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def chunks(self) -> Iterator[Chunk]:
        """Yield the photos by month, and within one in order of their ids."""
        last = self._one("SELECT max(chunk) FROM photo")
        for number in range(0 if last is None else last + 1):
            photos = self._photos_of(number)
            if photos.num_rows:
                items, further, files = (
                    spill.read(number) for spill in (self._items, self._further, self._files)
                )
                damage = self._damage.read(number).sort_by("number")
                statements = assemble(items, further, files, self._order)
                yield Chunk(photos, statements, damage)

    def _stage(self) -> None:
        tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
            ("photos", PHOTOS, self._inputs.photos),
            ("members", MEMBERS, self._inputs.members),
            ("items", ITEMS, self._inputs.items),
            ("files", FINGERPRINTS, self._inputs.fingerprints),
        )
        for name, kind, files in tables:
            with self._explained():
                view_stored(self._connection, name, kind, files)
        self._run(staging_sql.STAGE_PHOTOS, {"chunk_items": self._chunk_items})
        self._run(staging_sql.STAGE_MEMBERS)
        self._items = self._spill("items", staging_sql.join_items())
        self._further = self._spill("further", staging_sql.join_further())
        self._files = self._spill("files", staging_sql.join_files())
        self._damage = self._spill("damage", staging_sql.join_damage())
        self._run("DROP TABLE member")

    def _spill(self, name: str, query: str) -> Spill:
        """Hand the query's rows out to chunks."""
        with self._explained():
            reader = _reader(self._connection.sql(query))
        spill = Spill(self._folder / name, reader.schema)
        self._spills.append(spill)
        for batch in self._batches(reader):
            with _scratch_explained():
                spill.add(batch)
        with _scratch_explained():
            spill.flush()
        return spill

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while True:
            with self._explained():
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
            yield batch

    def _photos_of(self, number: int) -> pa.Table:
        query = "SELECT * FROM photo WHERE chunk = $chunk ORDER BY p"
        with self._explained():
            return self._connection.sql(query, params={"chunk": number}).to_arrow_table()

    def _run(self, query: str, parameters: object = None) -> list[tuple[Any, ...]]:
        # Fetching to the end: DuckDB 2 refuses other work while a result is unfinished.
        with self._explained():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn errors of reading into ones that say what a person can do."""
        try:
            yield
        # What fails after the first rows comes through Arrow, as its own error or as an OSError.
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise query_error(
                "The metadata could not be merged",
                error,
                self._folder,
                self._memory_mib,
                "The table it names is derived: materialize the asset that wrote it again.",
            ) from error

    def _one(self, query: str) -> Any:
        return self._run(query)[0][0]

    def _close(self) -> None:
        connection = getattr(self, "_connection", None)
        for opened in (connection, *self._spills):
            if opened is not None:
                opened.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _reader(relation: duckdb.DuckDBPyRelation) -> pa.RecordBatchReader:
    # The method's name depends on the version of DuckDB.
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    return read(BATCH_ROWS)


@contextmanager
def _scratch_explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The scratch folder of the metadata could not be written: {error}.",
            hint="Free space on the disk of the scratch folder.",
        ) from error


def _connect(folder: Path, memory_limit_mib: int) -> duckdb.DuckDBPyConnection:
    # In memory, spilling to the folder: DuckDB reads "?" in a database's path as an option mark.
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_limit_mib}MiB",
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
            "partitioned_write_flush_threshold": "8192",
        },
    )
    # Joins are written with the narrow side on the right: that side is held in memory.
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'").fetchall()
    connection.execute("SET TimeZone = 'UTC'").fetchall()
    return connection
