"""Rows sorted into chunks as they arrive, kept in one file until their chunk is read.

Independent of the meaning of the rows.
"""

from array import array
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa

_NO_CHUNK = -1


class Spill:
    """A file of compressed record batches, one per chunk and added batch."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("w+b")
        self._schema = schema
        self._codec = pa.Codec("lz4")
        self._places: dict[int, array[int]] = defaultdict(lambda: array("q"))
        self._end = 0

    def add(self, batch: pa.RecordBatch) -> int:
        """Store the rows of `batch` by their `chunk`; return how many have none and are dropped."""
        chunks = batch["chunk"].fill_null(_NO_CHUNK).to_numpy(zero_copy_only=False)
        order = np.argsort(chunks, kind="stable")
        ordered, chunks = batch.take(pa.array(order)), chunks[order]
        starts = np.flatnonzero(np.diff(chunks, prepend=_NO_CHUNK))
        for start, count in zip(starts, np.diff(starts, append=len(chunks)), strict=True):
            self._store(int(chunks[start]), ordered.slice(start, count))
        return int(starts[0]) if len(starts) else len(chunks)

    def read(self, chunk: int) -> pa.Table:
        """Return the rows of one chunk, each column in one piece."""
        batches, places = [], self._places.get(chunk, array("q"))
        for offset, packed, size in zip(places[::3], places[1::3], places[2::3], strict=True):
            self._file.seek(offset)
            data = self._codec.decompress(self._file.read(packed), size)
            batches.append(pa.ipc.read_record_batch(data, self._schema))
        return pa.Table.from_batches(batches, self._schema).combine_chunks()

    def flush(self) -> None:
        """Write the rows still in memory. Raises `OSError` like `add`."""
        self._file.flush()

    def close(self) -> None:
        """Close the file; the caller removes it."""
        with suppress(OSError):  # unwritten rows are no longer needed
            self._file.close()

    def _store(self, chunk: int, rows: pa.RecordBatch) -> None:
        data = rows.serialize()
        packed = self._codec.compress(data)
        self._places[chunk].extend((self._end, packed.size, data.size))
        self._file.write(packed)
        self._end += packed.size
