"""A renamed file from the walk to the join: it is not decoded again and keeps its photo."""

from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions, Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.monthly import MonthMaker, Report, due_months
from photo_assets.identity.photos import build_photos
from photo_assets.lake import Lake
from photo_assets.ledger import Ledger, PhotoRegistry, open_ledger
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small
from photo_assets_tests.configured import default_hierarchy, photo_inputs
from photo_assets_tests.identity.photos.making import ids
from photo_assets_tests.media.xmp.packets import packet
from photo_assets_tests.repetition import combinations


class Pipeline:
    """A tree of photos and all derived data."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.root = root
        self.lake = Lake(root / "lake")
        self.cache = FingerprintCache(root / "cache.sqlite")
        self.registry = PhotoRegistry(ledger)
        self.runs: list[FingerprintRun] = []

    def discover(self) -> None:
        catalog = FoldersCatalog("nas", FoldersSettings(path=self.root / "tree"))
        assert discover(catalog, self.root / "staging").held is None

    def run(self, *, reading: bool = True) -> dict[str, str]:
        """Discover, fingerprint (if `reading`) and join; return native id -> photo."""
        self.discover()
        staged = load_staged(self.root / "staging", "folders")
        for month in pending_months(staged, self.lake):
            write_month(staged, self.lake, month)
        self.runs = []
        months = due_months(self.lake, {})
        maker = MonthMaker(self.lake, months, self._read, {}, lambda _done, _total: None)
        for month in months if reading else ():
            maker.make(month)
        inputs = photo_inputs(
            items=tuple((self.lake.root / "catalog").rglob("*.parquet")),
            fingerprints=tuple((self.lake.root / "identity").rglob("*.parquet")),
            threads=1,
        )
        tables = build_photos(inputs, self.registry, default_hierarchy())
        return {native_id: photo for (_, _, native_id), photo in ids(tables).items()}

    def _read(self, items: pa.Table, _report: Report, _recall: Recall) -> FingerprintRun:
        self.runs.append(fingerprint_items(items, self.cache, FingerprintOptions(threads=1)))
        return self.runs[-1]


def test_a_renamed_file_keeps_its_photo_and_is_only_digested(
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
    del before["trip/07.jpg"]
    assert {name: after[name] for name in before} == before
    assert len(after) == 24, "it is one entry, in its new place"
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


@pytest.mark.parametrize(
    ("reading", "joining"),
    combinations((True, False), (True, False), everyday=[(True, True), (False, False)]),
)
def test_photos_follow_their_files(tmp_path: Path, reading: bool, joining: bool) -> None:
    """Whether or not the files were read, and whether or not a join ran between the moves."""
    tree = tmp_path / "tree"
    for number in range(9):
        place(tree, f"trip/{number}.CR2", small(number) + b"\0" * number, SETTLED_NS + number + 1)
        place(tree, f"trip/{number}_01.CR2.xmp", packet(), SETTLED_NS + number)
    pipeline = Pipeline(tmp_path, open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
    before = pipeline.run(reading=reading)
    assert len(set(before.values())) == 18
    moves = [
        ("trip", "Trip"),
        ("Trip/3.CR2", "Trip/best.CR2"),
        ("Trip/3_01.CR2.xmp", "Trip/best_01.CR2.xmp"),
        ("Trip", "2019/Trip"),
    ]
    for old, new in moves:
        (tree / new).parent.mkdir(exist_ok=True)
        (tree / old).rename(tree / new)
        if joining:
            pipeline.run(reading=reading)
        else:
            pipeline.discover()
    after = pipeline.run(reading=reading)
    expected = {
        old.replace("trip/", "2019/Trip/").replace("/3", "/best"): photo
        for old, photo in before.items()
    }
    assert after == expected
    # Renaming a file changes its change time, unlike renaming its folder: it is read once.
    renamed = (tree / "2019/Trip/best.CR2").stat().st_size if reading and not joining else 0
    assert sum(run.bytes_read for run in pipeline.runs) == renamed
    for name in ("0", "1"):
        (tree / f"2019/Trip/{name}.CR2").rename(tree / f"{name}.CR2")
    place(tree, "2019/Trip/0.CR2", small(77), SETTLED_NS + 77)
    later = pipeline.run(reading=reading)
    assert later["0.CR2"] == before["trip/0.CR2"]
    assert later["1.CR2"] == before["trip/1.CR2"]
    assert later["2019/Trip/0.CR2"] not in before.values()
    assert pipeline.run(reading=reading) == later
    pipeline.cache.close()
