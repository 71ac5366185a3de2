"""Two concurrent runs over months of one collection share cache, thumbnails and lake."""

import dataclasses
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import MonthMaker, Report, due_months
from photo_assets.lake import Lake
from photo_assets.model.rows import items_to_table
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.fingerprints.material import TWO_WORKERS, item_of, photo

YEAR = [f"2020-{month:02d}-01" for month in range(1, 13)]


def make_catalog(home: Path) -> None:
    """A year of photos, some of them in every month, and the catalog's partitions."""
    common = photo(home / "photos", "common.jpg", 999)
    for n, month in enumerate(YEAR):
        folder = home / "photos" / month
        paths = [photo(folder, f"{k}.jpg", 10 * n + k) for k in range(6)]
        copy = folder / "common.jpg"
        copy.write_bytes(common.read_bytes())
        items = [item_of(path, f"{month}/{path.name}") for path in [*paths, copy]]
        table = items_to_table(items, date.fromisoformat(month))
        table = table.set_column(
            table.schema.get_field_index("month"), ITEMS.schema.field("month"), [[month] * 7]
        )
        lake(home).write(("catalog", "folders"), month, ITEMS, table)


def lake(home: Path) -> Lake:
    return Lake(home / "lake")


def make_months(home: Path, months: list[str]) -> None:
    cache = FingerprintCache(home / "cache.sqlite")
    options = dataclasses.replace(TWO_WORKERS, thumbnails=ThumbnailTree(home / "thumbs"))

    def read(items: pa.Table, report: Report, recall: Recall) -> FingerprintRun:
        return fingerprint_items(items, cache, options, report, recall)

    maker = MonthMaker(lake(home), months, read, {}, lambda _done, _total: None)
    for month in months:
        maker.make(month)
    cache.close()


def start(home: Path, months: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", __name__, os.fspath(home), *months])


def test_months_built_concurrently_equal_those_of_one_run(tmp_path: Path) -> None:
    make_catalog(tmp_path)
    # Both also build June: Dagster accepts two backfills over the same month.
    runs = [start(tmp_path, YEAR[:6]), start(tmp_path, YEAR[5:])]
    assert [run.wait() for run in runs] == [0, 0]
    assert due_months(lake(tmp_path), {}) == []
    tree = ThumbnailTree(tmp_path / "thumbs")
    for month in YEAR:
        rows = lake(tmp_path).read(ASSET, month, FINGERPRINTS).to_pylist()
        assert [row["status"] for row in rows] == ["ok"] * 7
        for row in rows:
            assert all(tree.path(size, row["sha256"]).stat().st_size for size in ThumbnailSize)
    digests = {month: lake(tmp_path).digest(ASSET, month) for month in YEAR}
    make_months(tmp_path, YEAR)
    assert {month: lake(tmp_path).digest(ASSET, month) for month in YEAR} == digests


if __name__ == "__main__":
    make_months(Path(sys.argv[1]), sys.argv[2:])
