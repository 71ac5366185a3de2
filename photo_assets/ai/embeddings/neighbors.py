"""Exact nearest neighbors: every stored vector of one model is compared with each query.

Vectors are read and compared in portions, so memory does not grow with the collection.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from photo_assets.ai.embeddings.monthly import ASSET
from photo_assets.ai.embeddings.plain_vectors import plain_vectors
from photo_assets.ai.embeddings.vectors import Vector
from photo_assets.lake import Lake
from photo_assets.model.embedding_table import EMBEDDINGS
from photo_assets.model.errors import StorageError
from photo_assets.system.job_threads import in_parallel


@dataclass(frozen=True, slots=True)
class Match:
    """A photo and how similar it is to the query: the cosine, -1 to 1."""

    photo_id: str
    month: str
    score: float


def nearest(
    lake: Lake, cache: Path, model: str, queries: Vector, count: int, *, threads: int = 1
) -> list[list[Match]]:
    """Return the `count` most similar photos of each query (a row of length 1), best first.

    Only vectors of `model` are compared, from copies in the folder `cache`. Equal scores are in the
    order of ids. Raises
    `StorageError`.
    """
    best: list[list[Match]] = [[] for _ in queries]

    def of_month(month: str) -> Iterator[list[list[Match]]]:
        yield from _portions(lake, cache, month, model, queries, count)

    for portion in in_parallel(of_month, lake.names(ASSET), threads):
        for known, found in zip(best, portion, strict=True):
            known.extend(found)
            if len(known) > 8 * count:
                known[:] = _first(known, count)
    return [_first(known, count) for known in best]


def count_vectors(lake: Lake, model: str) -> int:
    """Return the number of photos with a vector of `model`. Raises `StorageError`."""
    table = lake.read_all(ASSET, EMBEDDINGS, ("model", "status"))
    mine = pc.and_(pc.equal(table["model"], model), pc.equal(table["status"], "embedded"))
    return int(pc.sum(mine).as_py() or 0)


def vector_of(lake: Lake, model: str, column: str, value: object) -> tuple[str, Vector] | None:
    """Return the first photo whose `column` (photo_id, sha256) has this value, and its vector.

    None if no photo has it, or the photo no vector of `model`. Raises `StorageError`.
    """
    for month in lake.names(ASSET):
        keys = lake.read(ASSET, month, EMBEDDINGS, (column, "model"))
        mine = pc.and_(pc.equal(keys[column], value), pc.equal(keys["model"], model))
        if pc.any(mine).as_py():
            rows = lake.read(ASSET, month, EMBEDDINGS, ("photo_id", "vector")).filter(mine)
            for row in rows.to_pylist():
                if row["vector"] is not None:
                    return row["photo_id"], np.asarray(row["vector"], np.float32)
    return None


def _portions(
    lake: Lake, cache: Path, month: str, model: str, queries: Vector, count: int
) -> Iterator[list[list[Match]]]:
    for ids, matrix in plain_vectors(lake, cache, month, model):
        if matrix.shape[1] != queries.shape[1]:
            raise StorageError(
                f"The vectors of {month} in ai/embeddings have {matrix.shape[1]} numbers, and that "
                f"of the query {queries.shape[1]}.",
                hint="The text side of ai.embeddings is of another model.",
            )
        scores = queries @ matrix.T
        best = _best(scores, min(count, len(matrix)))
        yield [
            [Match(ids[int(at)].as_py(), month, float(of_query[at])) for at in top]
            for of_query, top in zip(scores, best, strict=True)
        ]


def _best(scores: Vector, take: int) -> npt.NDArray[np.intp]:
    """Return the columns of the `take` best scores of each row, in no order."""
    if take == scores.shape[1]:
        return np.tile(np.arange(take), (len(scores), 1))
    return np.argpartition(scores, -take, axis=1)[:, -take:]


def _first(found: Sequence[Match], count: int) -> list[Match]:
    return sorted(found, key=lambda one: (-one.score, one.photo_id))[:count]
