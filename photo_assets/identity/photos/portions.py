"""Sorting the rows of a query outside DuckDB, one portion at a time.

DuckDB 2.0.0 cannot sort rows that together exceed its memory. It therefore divides the rows into
consecutive portions without sorting them, and each portion is sorted alone. Which rows, and in
which order, is decided by the caller.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.photos.engine import batches, count
from photo_assets.lake.query_engine import Database
from photo_assets.lake.spill import Spill

_LEAST_ROWS: Final = 16_384
_MOST_PORTIONS: Final = 64  # every batch of rows is divided into so many pieces
_SAMPLE: Final = 100  # values per portion

# Read as a whole: a filter would otherwise be applied to the sample.
_SOME = "SELECT {column} FROM (FROM ({query}) USING SAMPLE reservoir({rows} ROWS)) ORDER BY 1"
_DIVIDED = """
SELECT *, len(list_filter($bounds::VARCHAR[], lambda bound: bound <= {column}))::INTEGER AS chunk
FROM ({query})
"""


def portion_rows(rows: int) -> int:
    """Return how many of so many rows one portion should have."""
    return max(_LEAST_ROWS, -(-rows // _MOST_PORTIONS))


def portions(
    opened: Database, query: str, order: Sequence[str], **parameters: object
) -> Iterator[pa.Table]:
    """Yield the rows of a query sorted by `order`, one portion at a time.

    Its column `chunk` is the number of each row's portion, counted from 0 in that order. The query
    is complete when the first portion is read.
    """
    path, last = opened.folder / "portions", -1
    spill: Spill | None = None
    by = [(name, "ascending") for name in order]
    try:
        for batch in batches(opened.connection, query, **parameters):
            if spill is None:
                spill = Spill(path, batch.schema)
                path.unlink()  # it ends when it is closed; another may be opened before that
            spill.add(batch)
            last = max(last, pc.max(batch["chunk"]).as_py())
        for chunk in range(last + 1):
            assert spill is not None
            yield spill.read(chunk).sort_by(by).drop_columns("chunk")
    finally:
        if spill is not None:
            spill.close()


def in_order(opened: Database, query: str, column: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a query sorted by a text column without repeated values.

    The bounds of the portions are taken from a sample of the values.
    """
    rows = count(opened.connection, f"SELECT count(*) FROM ({query})")  # noqa: S608
    number = -(-rows // portion_rows(rows))
    bounds: list[str] = []
    if number > 1:
        some = _SOME.format(column=column, query=query, rows=number * _SAMPLE)
        values = [value for (value,) in opened.connection.execute(some).fetchall()]
        bounds = [values[len(values) * n // number] for n in range(1, number)]
    divided = _DIVIDED.format(column=column, query=query)
    for table in portions(opened, divided, [column], bounds=bounds):
        yield from table.to_batches()
