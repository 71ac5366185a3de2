"""The vectors of one model, month by month, as plain arrays that are compared without decoding.

They are copies of `ai/embeddings` in files that are mapped into memory: decoding the Parquet table
takes four times as long as comparing its vectors with a hundred others. They may be deleted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.ai.embeddings.monthly import ASSET
from photo_assets.ai.embeddings.vectors import Vector, matrix_of
from photo_assets.lake import Lake
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.embedding_table import EMBEDDINGS
from photo_assets.model.errors import StorageError
from photo_assets.system.durable import replacing

_COLUMNS: Final = ("photo_id", "model", "vector")


def plain_vectors(
    lake: Lake, folder: Path, month: str, model: str
) -> Iterator[tuple[pa.Array, Vector]]:
    """Yield photo ids and their vectors, a row each, in portions. Raises `StorageError`.

    `folder` keeps the copies. An array is valid until the next one is asked for.
    """
    path = folder / f"{month}-{inputs_digest([lake.digest(ASSET, month), model])[:32]}.arrow"
    if not _is_whole(path):
        _write(lake, path, month, model)
        for other in folder.glob(f"{month}-*.arrow"):
            if other != path:
                other.unlink(missing_ok=True)
    try:
        with pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                vectors = batch.column("vector")
                flat = vectors.flatten().to_numpy(zero_copy_only=True)
                yield batch.column("photo_id"), flat.reshape(len(vectors), -1)
    except (pa.ArrowException, OSError) as error:
        raise StorageError(
            f"{path} cannot be read: {error}", hint="Delete it; it is a copy."
        ) from error


def _is_whole(path: Path) -> bool:
    """Return whether a copy exists and ends as it should: a crash may leave it short."""
    try:
        with pa.memory_map(str(path)) as file:
            pa.ipc.open_file(file)
    except (pa.ArrowException, OSError):
        return False
    return True


def _write(lake: Lake, path: Path, month: str, model: str) -> None:
    with replacing(path) as stream:
        writer: pa.RecordBatchFileWriter | None = None
        for piece in lake.pieces(ASSET, month, EMBEDDINGS, _COLUMNS):
            rows = piece.filter(
                pc.and_(pc.equal(piece["model"], model), piece["vector"].is_valid())
            )
            if not rows.num_rows:
                continue
            batch = _batch(rows, month)
            writer = writer or pa.ipc.new_file(stream, batch.schema)
            writer.write_batch(batch)
        if writer is None:
            writer = pa.ipc.new_file(stream, pa.schema([]))
        writer.close()


def _batch(rows: pa.Table, month: str) -> pa.RecordBatch:
    dimension = len(rows["vector"][0])
    try:
        matrix = matrix_of(rows["vector"], dimension)
    except ValueError as error:
        raise StorageError(
            f"The vectors of {month} in ai/embeddings differ in length.",
            hint="Delete the table and run: photosync ai embed",
        ) from error
    flat = pa.array(np.ascontiguousarray(matrix).reshape(-1))
    vectors = pa.FixedSizeListArray.from_arrays(flat, dimension)
    return pa.record_batch({"photo_id": rows["photo_id"].combine_chunks(), "vector": vectors})
