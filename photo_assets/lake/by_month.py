"""Writing rows that are ordered by month as one table per month, whatever the size of a month.

The caller decides which rows there are and which month each belongs to.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import numpy as np
import pyarrow as pa

from photo_assets.lake.lake import Lake, Written
from photo_assets.lake.stored import AssetPath
from photo_assets.model.tables import TableKind

NO_EXTRA: Mapping[str, str] = {}


def write_by_month(
    lake: Lake,
    asset: AssetPath,
    kind: TableKind,
    tables: Iterable[pa.Table],
    *,
    by: str = "month",
    extra: Mapping[str, str] = NO_EXTRA,
) -> dict[str, Written]:
    """Store the rows of `tables` as one table per month; return the written tables by month.

    `tables` have the columns of `kind` and are ordered by the column `by`, the month of each row. A
    month is never held in memory as a whole. `extra` goes into every footer. Raises `StorageError`;
    then no month was replaced, unless the disk failed while replacing them.
    """
    slices = (part for table in tables for part in months_of(table, by, kind.schema.names))
    with lake.together() as together:
        return {
            month: together.write(asset, month, kind, (part for _, part in parts), extra=extra)
            for month, parts in groupby(slices, key=lambda part: part[0])
        }


def months_of(table: pa.Table, by: str, names: list[str]) -> Iterator[tuple[str, pa.Table]]:
    """Yield each run of rows of one month as the month and its rows with the columns `names`."""
    if not table.num_rows:
        return
    months = table[by].combine_chunks()
    codes = months.dictionary_encode().indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    for start, end in zip(starts, [*starts[1:], table.num_rows], strict=True):
        yield months[int(start)].as_py(), table.slice(start, end - start).select(names)
