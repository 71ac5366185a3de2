"""Ours: the very function `identity/fingerprints` calls, on photos as a folder reader lists them."""

import dataclasses
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.thumbnails.tree import ThumbnailTree
from photo_assets_tests.bench.cost import Cost, cost_of
from photo_assets_tests.identity.fingerprints.material import item_of, table_of


@dataclasses.dataclass(frozen=True, slots=True)
class OurRun:
    """What came of a run, and what it cost."""

    cost: Cost
    result: FingerprintRun
    thumbnails: ThumbnailTree | None


def items_table(photos: Iterable[Path]) -> pa.Table:
    """Return the items a `folders` catalog would have of these files."""
    return table_of(item_of(path.absolute()) for path in photos)


def fingerprint_photos(items: pa.Table, folder: Path, *, threads: int, thumbnails: bool) -> OurRun:
    """Fingerprint `items` with a fresh cache in the empty or new `folder`.

    What is timed is all of it: starting the workers, the cache on disk, the table.
    """
    tree = ThumbnailTree(folder / "thumbs") if thumbnails else None
    options = FingerprintOptions(threads=threads, thumbnails=tree)
    with closing(FingerprintCache(folder / "fingerprints.sqlite")) as cache:
        cost, result = cost_of(lambda: fingerprint_items(items, cache, options))
    return OurRun(cost, result, tree)
