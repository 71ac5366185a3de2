"""The ids by which each catalog knows its items, and where their files are."""

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets_tests.bench.lake.columns import hexadecimal, joined, uuids
from photo_assets_tests.bench.lake.facts import Facts
from photo_assets_tests.bench.lake.plan import EAGLE, FOLDERS, LIGHTROOM, TAKEOUT, Items

VOLUMES = {LIGHTROOM: "/Volumes/Photos/", FOLDERS: "/mnt/nas/photos/"}
TAKEOUT_ROOT = "Takeout/Google Photos/Photos from "


def native_ids(source: int, items: Items, facts: Facts) -> pa.Array:
    """Return the native ids of items of one source."""
    if source == LIGHTROOM:
        return pc.utf8_upper(uuids(items.draws.octets("lightroom", items.item, 16)))
    if source == EAGLE:
        octets = items.draws.octets("eagle", items.item, 6)
        return joined("K", pc.utf8_upper(hexadecimal(octets)))
    if source == TAKEOUT:
        return joined(
            TAKEOUT_ROOT, pc.utf8_slice_codeunits(facts.year_month, 0, 4), "/", facts.name
        )
    return joined(facts.year_month, "/", facts.name)


def paths(source: int, native: pa.Array, facts: Facts) -> pa.Array:
    """Return the absolute paths of the files, or of the archives that hold them."""
    if source == FOLDERS:
        return joined(VOLUMES[FOLDERS], native)
    if source == LIGHTROOM:
        return joined(VOLUMES[LIGHTROOM], facts.year_month, "/", facts.name)
    if source == EAGLE:
        return joined("/Users/mara/Inspiration.library/images/", native, ".info/", facts.name)
    year = pc.utf8_slice_codeunits(facts.year_month, 0, 4)
    return joined("/mnt/nas/takeout/takeout-20260102T030405Z-", year, ".zip")
