"""The total number of rows of a monthly table, while a run writes its months.

`dagster/row_count` is what the UI shows as the size of the asset; a month's own rows are in
`dagster/partition_row_count`.
"""

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg

from photo_assets.lake import Lake, Snapshot
from photo_assets.model.errors import StorageError

PARTITION_ROWS: Final = "dagster/partition_row_count"
TOTAL_ROWS: Final = "dagster/row_count"


class RowTotals:
    """The rows of every stored month, from the footers: no row is read."""

    def __init__(self, lake: Lake, key: dg.AssetKey) -> None:
        layer, name = key.path
        self._rows: dict[str, int] = {}
        tables = Snapshot.of(lake)
        for month in tables.names((layer, name)):
            try:
                footer = tables.footer((layer, name), month)
            except StorageError:  # a damaged month counts once it is rewritten
                continue
            if footer is not None:
                self._rows[month] = footer.rows

    def with_month(self, month: str, metadata: Mapping[str, Any]) -> dict[str, int]:
        """Return the total once `month` has the rows that its metadata states."""
        if PARTITION_ROWS in metadata:
            self._rows[month] = metadata[PARTITION_ROWS]
        return {TOTAL_ROWS: sum(self._rows.values())}
