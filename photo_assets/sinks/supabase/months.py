"""Open months of the collection with the items and fingerprints of their photos."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from photo_assets.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.sinks.disclosing import Collection, shown_months

FINGERPRINTED: Final[AssetPath] = ("identity", "fingerprints")
_CANNOT: Final = "The rows for the database cannot be computed"


def catalog_assets(lake: Lake) -> list[AssetPath]:
    """Return the assets with items."""
    return [("catalog", source) for source in lake.catalogs()]


@contextmanager
def opened_months(
    collection: Collection, months: Several[str], policy: DisclosurePolicy
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open months as `sinks.disclosing.shown_months`, with the views `items` and `fingerprints`.

    These contain all rows of the months of the photos' items. Raises `StorageError`.
    """
    joined = collection.joined
    of_items = {one for month in months for one in collection.item_months(month)}
    with shown_months(_CANNOT, collection, months, policy) as connection:
        joined.view(connection, "items", ITEMS, catalog_assets(joined.lake), of_items)
        joined.view(connection, "fingerprints", FINGERPRINTS, [FINGERPRINTED], of_items)
        yield connection
