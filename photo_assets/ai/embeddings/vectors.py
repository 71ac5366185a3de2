"""Vectors as arrays and as columns of tables. What they are of is not known here."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Vector = npt.NDArray[np.float32]
"""One vector of length 1, or a matrix of them, one a row."""


def normalized(vector: Vector) -> Vector:
    """Return the vector with length 1. Raises `ValueError` if it has no direction."""
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if vector.ndim != 1 or not np.isfinite(length) or length == 0:
        raise ValueError("not a vector")
    return (vector / length).astype(np.float32)


def column_of(vectors: Sequence[Vector | None]) -> pa.Array:
    """Return vectors of one length as a column of lists; None becomes null."""
    sizes = [0 if vector is None else len(vector) for vector in vectors]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    known = [vector for vector in vectors if vector is not None]
    values = np.concatenate(known) if known else np.empty(0, np.float32)
    missing = pa.array([vector is None for vector in vectors], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values), mask=missing)


def matrix_of(column: pa.ChunkedArray, dimension: int) -> Vector:
    """Return a column without nulls as a matrix. Raises `ValueError` if a length differs."""
    lengths = pc.list_value_length(column)
    if len(column) and pc.min_max(lengths).as_py() != {"min": dimension, "max": dimension}:
        raise ValueError("a vector of another length")
    flat = pc.list_flatten(column).combine_chunks()
    return np.asarray(flat.to_numpy(zero_copy_only=False)).reshape(-1, dimension)
