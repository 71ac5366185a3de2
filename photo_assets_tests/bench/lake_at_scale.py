"""Writes a synthetic lake of N items: catalog months and fingerprints, ready for the joins.

    python -m photo_assets_tests.bench.lake_at_scale 1000000 FOLDER [--revision 1]

Four sources, 300 months, three fifths as many photos as items; the same in every run. With
`--revision 1` the lake already there becomes what it would be a while later: `lake.plan` says
what changed; months without a change keep their files.
"""

import argparse
import time
from pathlib import Path

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets_tests.bench.lake.items import item_table
from photo_assets_tests.bench.lake.plan import SOURCES, Plan
from photo_assets_tests.bench.lake.prints import print_table


def write_lake(lake: Lake, plan: Plan) -> None:
    """Write the months of `plan`, one after the other: memory does not grow with the lake."""
    for month in range(plan.months):
        items = plan.items_of(month)
        if not len(items):
            continue
        name = plan.month(month)
        prints = []
        for source, word in enumerate(SOURCES):
            mine = items.take(items.source == source)
            if len(mine):
                lake.write(("catalog", word), name, ITEMS, item_table(source, mine))
                prints.append(print_table(source, mine))
        lake.write(("identity", "fingerprints"), name, FINGERPRINTS, pa.concat_tables(prints))


def main() -> None:
    """Read the arguments and write the lake."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path, help="the root of the lake")
    parser.add_argument("--revision", type=int, default=0, choices=(0, 1))
    asked = parser.parse_args()
    started = time.monotonic()
    plan = Plan(asked.items, revision=asked.revision)
    write_lake(Lake(asked.folder), plan)
    seconds = time.monotonic() - started
    print(f"{plan.all_items:,} items, {plan.photos:,} photos in {seconds:.0f} s: {asked.folder}")


if __name__ == "__main__":
    main()
