"""The open conflicts as `metadata/conflicts` holds them, for whoever lists or counts them.

Finding conflicts belongs to `questions`; what is said of them, and where, is decided elsewhere.
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
    """Return the rows of `CONFLICTS`, or these columns of them; none before the first join.

    Raises `StorageError` when a table is damaged and `SchemaMismatchError` when another version
    wrote it, unless such tables are to be passed over.
    """
    none = pa.Table.from_batches([], CONFLICTS.schema)  # `empty_table` brings pandas with it
    tables = [none if columns is None else none.select(columns)]
    for name in lake.names(_ASSET):
        try:
            tables.append(lake.read(_ASSET, name, CONFLICTS, columns))
        except StorageError:
            if not pass_over_damaged:
                raise
    return pa.concat_tables(tables)
