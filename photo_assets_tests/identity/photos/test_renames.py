"""A file renamed in a folder tree, from the walk to the join: not decoded again, its photo stays."""

from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.catalogs.folders import FoldersCatalog
from photo_assets.identity.fingerprints import (
    FingerprintOptions,
    FingerprintRun,
    fingerprint_items,
)
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.monthly import MonthMaker, Report, due_months
from photo_assets.identity.photos import MasterHierarchy, PhotoInputs, build_photos
from photo_assets.store.configuration.catalogs import FoldersSettings
from photo_assets.store.fingerprint_cache import FingerprintCache
from photo_assets.store.lake import Lake
from photo_assets.store.ledger import Ledger, PhotoRegistry
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small
from photo_assets_tests.identity.photos.making import ids


class Pipeline:
    """A tree of photos and all that is made of it."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.root = root
        self.lake = Lake(root / "lake")
        self.cache = FingerprintCache(root / "cache.sqlite")
        self.registry = PhotoRegistry(ledger)
        self.runs: list[FingerprintRun] = []

    def run(self) -> dict[str, str]:
        """Discover, fingerprint and join; return native id -> photo."""
        catalog = FoldersCatalog("nas", FoldersSettings(path=self.root / "tree"))
        assert discover(catalog, self.root / "staging").held is None
        staged = load_staged(self.root / "staging", "folders")
        for month in pending_months(staged, self.lake):
            write_month(staged, self.lake, month)
        self.runs = []
        months = due_months(self.lake, {})
        maker = MonthMaker(self.lake, months, self._read, {}, lambda _done, _total: None)
        for month in months:
            maker.make(month)
        inputs = PhotoInputs(
            items=tuple((self.lake.root / "catalog").rglob("*.parquet")),
            fingerprints=tuple((self.lake.root / "identity").rglob("*.parquet")),
            threads=1,
        )
        tables = build_photos(inputs, self.registry, MasterHierarchy())
        return {native_id: photo for (_, _, native_id), photo in ids(tables).items()}

    def _read(self, items: pa.Table, _report: Report, _recall: Recall) -> FingerprintRun:
        self.runs.append(fingerprint_items(items, self.cache, FingerprintOptions(threads=1)))
        return self.runs[-1]


def test_a_renamed_file_keeps_its_photo_and_is_read_for_its_digests_alone(
    tmp_path: Path, ledger: Ledger
) -> None:
    tree = tmp_path / "tree"
    for number in range(24):
        place(tree, f"trip/{number:02d}.jpg", small(number), SETTLED_NS + number + 1)
    pipeline = Pipeline(tmp_path, ledger)
    before = pipeline.run()
    assert len(set(before.values())) == 24
    (tree / "best").mkdir()
    (tree / "trip" / "07.jpg").rename(tree / "best" / "sunset.jpg")
    after = pipeline.run()
    assert after["best/sunset.jpg"] == before["trip/07.jpg"]
    assert {name: after[name] for name in before} == before, "the old entry is kept, as missing"
    assert sum(run.moved for run in pipeline.runs) == 1
    size = (tree / "best" / "sunset.jpg").stat().st_size
    assert sum(run.bytes_read for run in pipeline.runs) == size
    pipeline.cache.close()


def test_a_renamed_folder_is_not_read_at_all(tmp_path: Path, ledger: Ledger) -> None:
    tree = tmp_path / "tree"
    for number in range(24):
        folder = "trip" if number else "first"
        place(tree, f"{folder}/{number:02d}.jpg", small(number), SETTLED_NS + number + 1)
    pipeline = Pipeline(tmp_path, ledger)
    before = pipeline.run()
    (tree / "first").rename(tree / "1st")
    after = pipeline.run()
    assert after["1st/00.jpg"] == before["first/00.jpg"]
    assert sum(run.moved for run in pipeline.runs) == 1
    assert sum(run.bytes_read for run in pipeline.runs) == 0
    pipeline.cache.close()
