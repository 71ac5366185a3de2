"""The partitions of what sinks should hold: photos by their months, and what is of no photo.

What a partition's rows say is the business of each sink.
"""

from collections.abc import Collection, Iterable, Iterator

import pyarrow as pa

from photo_assets.model.plans import DESIRED, NO_MONTH
from photo_assets.model.tables import PHOTOS, UNIFIED
from photo_assets.store.lake import Lake
from photo_assets.store.lake.inputs import photo_table


def names_of(lake: Lake) -> set[str]:
    """Return the partitions of photos that there are."""
    assets = (photo_table(PHOTOS), ("metadata", "unified"), ("metadata", "conflicts"))
    return {name for asset in assets for name in lake.names(asset)}


def split(
    lake: Lake, tables: Iterable[pa.Table], partitions: Collection[str]
) -> Iterator[tuple[str, pa.Table]]:
    """Yield rows of `model.plans.DESIRED` by their partitions."""
    homes: dict[str, str] = {}
    for kind, asset in ((UNIFIED, ("metadata", "unified")), (PHOTOS, photo_table(PHOTOS))):
        for name in lake.names(asset):
            ids = lake.read(asset, name, kind, ["photo_id"])["photo_id"].to_pylist()
            homes |= dict.fromkeys(ids, name)
    found: dict[str, list[dict[str, object]]] = {}
    for table in tables:
        for row in table.to_pylist():
            month = homes.get(row["photo_id"])
            found.setdefault(month or NO_MONTH, []).append({**row, "month": month})
    for name in sorted(found.keys() & set(partitions)):
        yield name, pa.Table.from_pylist(found[name], schema=DESIRED.schema)
