"""Reading the open conflicts in `metadata/conflicts`, to list or count them.

Finding conflicts belongs to `questions`; presenting them is done elsewhere.
"""

from collections.abc import Sequence

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import CONFLICTS

_ASSET = ("metadata", "conflicts")


def open_conflicts(
    lake: Lake, columns: Sequence[str] | None = None, *, pass_over_damaged: bool = False
) -> pa.Table:
    """Return the rows of `CONFLICTS`, or only `columns`; empty before the first join.

    Raises `StorageError` if a table is damaged and `SchemaMismatchError` if another version wrote
    it, unless `pass_over_damaged`, which skips such tables.
    """
    none = pa.Table.from_batches([], CONFLICTS.schema)  # `empty_table` imports pandas
    tables = [none if columns is None else none.select(columns)]
    for name in lake.names(_ASSET):
        try:
            tables.append(lake.read(_ASSET, name, CONFLICTS, columns))
        except StorageError:
            if not pass_over_damaged:
                raise
    return pa.concat_tables(tables)
