"""Reading the stored tables once and providing them as chunks of complete photos.

A chunk has about `CHUNK_ITEMS` items, so memory depends on the chunk and not on the collection.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from photo_assets.lake.lake import DERIVED
from photo_assets.lake.query_engine import query_database
from photo_assets.lake.spill import Spill
from photo_assets.lake.views import view_stored
from photo_assets.metadata import staging_sql
from photo_assets.metadata.assembly import assemble
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, PHOTOS, TableKind

CHUNK_ITEMS = 12_288
BATCH_ROWS = 8_192


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some photos (rows of identity/photos, by month and id) and all statements about them.

    `damage` has a row for each of their undecodable files (`staging_sql.join_damage`).
    """

    photos: pa.Table
    statements: pa.Table
    damage: pa.Table


class Stage:
    """The joined input, spilled to a temporary folder that is removed after the `with` block."""

    def __init__(
        self, inputs: MetadataInputs, source_order: Sequence[str], chunk_items: int = CHUNK_ITEMS
    ) -> None:
        self._inputs = inputs
        self._order = source_order
        self._chunk_items = chunk_items

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            opened = stack.enter_context(
                query_database(
                    "metadata",
                    "The metadata could not be merged",
                    self._inputs.scratch,
                    self._inputs.memory_mib,
                    # Joins are written with the narrow side on the right: it is kept in memory.
                    disabled_optimizers="join_order,build_side_probe_side",
                    hint=DERIVED,
                )
            )
            self._folder, self._connection = opened.folder, opened.connection
            self._stage(stack)
            self._opened = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._opened.__exit__(kind, error, traceback)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the photos by month, and within a month by id."""
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

    def _stage(self, stack: ExitStack) -> None:
        self._run("SET TimeZone = 'UTC'")
        tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
            ("photos", PHOTOS, self._inputs.photos),
            ("members", MEMBERS, self._inputs.members),
            ("items", ITEMS, self._inputs.items),
            ("files", FINGERPRINTS, self._inputs.fingerprints),
        )
        for name, kind, files in tables:
            view_stored(self._connection, name, kind, files)
        self._run(staging_sql.STAGE_PHOTOS, {"chunk_items": self._chunk_items})
        self._run(staging_sql.STAGE_MEMBERS)
        self._items = self._spill(stack, "items", staging_sql.join_items())
        self._further = self._spill(stack, "further", staging_sql.join_further())
        self._files = self._spill(stack, "files", staging_sql.join_files())
        self._damage = self._spill(stack, "damage", staging_sql.join_damage())
        self._run("DROP TABLE member")

    def _spill(self, stack: ExitStack, name: str, query: str) -> Spill:
        """Sort the query's rows into chunks."""
        reader = self._connection.sql(query).to_arrow_reader(BATCH_ROWS)
        spill = stack.enter_context(closing(Spill(self._folder / name, reader.schema)))
        for batch in reader:
            with _scratch_explained():
                spill.add(batch)
        with _scratch_explained():
            spill.flush()
        return spill

    def _photos_of(self, number: int) -> pa.Table:
        query = "SELECT * FROM photo WHERE chunk = $chunk ORDER BY p"
        return self._connection.sql(query, params={"chunk": number}).to_arrow_table()

    def _run(self, query: str, parameters: object = None) -> list[tuple[Any, ...]]:
        # Fetch to the end: DuckDB 2 refuses other queries while a result is unfinished.
        return self._connection.execute(query, parameters).fetchall()

    def _one(self, query: str) -> Any:
        return self._run(query)[0][0]


@contextmanager
def _scratch_explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"Could not write to the scratch folder of the metadata: {error}.",
            hint="Free up space on the disk of the scratch folder.",
        ) from error
