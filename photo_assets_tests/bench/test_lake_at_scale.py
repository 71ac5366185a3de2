"""The synthetic lake is what its plan says: rows a reader could have written, photos as planted."""

from datetime import date, datetime
from pathlib import Path

import orjson
import pytest

from photo_assets.identity.photos import PhotoInputs, build_photos
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files, item_files
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets.media.exif.record import ExifRecord
from photo_assets.model.canonical import canonical_json
from photo_assets.model.months import partition_month
from photo_assets.model.rows import row_to_item
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets_tests.bench.lake.plan import SOURCES, Plan
from photo_assets_tests.bench.lake_at_scale import write_lake
from photo_assets_tests.configured import default_hierarchy, photo_inputs

PLAN = Plan(2_000, months=6)
TODAY = date(2026, 1, 31)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    write_lake(lake, PLAN)
    return lake


def inputs(lake: Lake) -> PhotoInputs:
    return photo_inputs(items=item_files(lake), fingerprints=fingerprint_files(lake), threads=1)


def test_every_row_is_an_item_of_its_month(lake: Lake) -> None:
    seen = 0
    for source in SOURCES:
        for month in lake.names(("catalog", source)):
            for row in lake.read(("catalog", source), month, ITEMS).to_pylist():
                item = row_to_item(row)
                found, basis = partition_month(item, TODAY)
                assert (found, basis.value) == (row["month"], row["month_basis"])
                seen += 1
    assert seen == PLAN.items


def test_exif_is_what_the_program_writes(lake: Lake) -> None:
    rows = lake.read(("identity", "fingerprints"), PLAN.month(0), FINGERPRINTS).to_pylist()
    stated = [row["exif"] for row in rows if row["exif"] is not None]
    assert len(stated) > 100
    for text in stated:
        record = orjson.loads(text)
        if record["capture_time"] is not None:
            record["capture_time"] = datetime.fromisoformat(record["capture_time"])
        assert orjson.loads(canonical_json(ExifRecord(**record))) == orjson.loads(text)


def test_the_join_finds_the_planted_photos_and_a_later_lake_merges_none(
    lake: Lake, tmp_path: Path
) -> None:
    registry = PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
    first = build_photos(inputs(lake), registry, default_hierarchy()).summary
    assert (first.items, first.photos) == (PLAN.items, PLAN.photos)
    assert set(first.items_by_step) == {0, 1, 2, 3}
    assert set(first.relations) == {
        "live_video_of",
        "raw_jpeg_pair",
        "stacked_under",
        "virtual_copy_of",
    }
    later = Plan(PLAN.items, PLAN.months, revision=1)
    write_lake(lake, later)
    second = build_photos(inputs(lake), registry, default_hierarchy()).summary
    assert (second.items, second.photos) == (later.all_items, later.photos)
    assert second.new_photos == later.photos - PLAN.photos
    assert (second.merged_photos, second.split_photos) == (0, 0)
    assert second.keys_written > second.new_photos  # files were rewritten, too


def test_the_same_plan_gives_the_same_lake(lake: Lake, tmp_path: Path) -> None:
    again = Lake(tmp_path / "again")
    write_lake(again, PLAN)
    for source in SOURCES:
        asset = ("catalog", source)
        assert [lake.digest(asset, m) for m in lake.names(asset)] == [
            again.digest(asset, m) for m in again.names(asset)
        ]
