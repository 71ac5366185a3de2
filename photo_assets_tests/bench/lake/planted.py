"""Which photo every item of a plan is, to hold against what the join made of it."""

import pyarrow as pa

from photo_assets_tests.bench.lake.facts import Facts
from photo_assets_tests.bench.lake.items import catalog_names
from photo_assets_tests.bench.lake.native import native_ids
from photo_assets_tests.bench.lake.plan import SOURCES, Plan


def planted(plan: Plan) -> pa.Table:
    """Return (source, catalog, native_id, planted): the number of each item's photo."""
    parts = []
    for month in range(plan.months):
        items = plan.items_of(month)
        for source, word in enumerate(SOURCES):
            mine = items.take(items.source == source)
            columns = {
                "source": pa.repeat(word, len(mine)),
                "catalog": catalog_names(source, mine),
                "native_id": native_ids(source, mine, Facts(mine)),
                "planted": pa.array(mine.photo),
            }
            parts.append(pa.table(columns))
    return pa.concat_tables(parts)
