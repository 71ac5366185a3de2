"""A capture time that a person corrected is shown, and the original is not a conflict."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from photo_assets.media.exif.record import ExifRecord
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability, CaptureKind, Precision
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, fields_asked, item, one

LIGHTROOM = ("lightroom", "main", "1")
OLD = datetime(2013, 12, 1, 22, 39, 9)
NEW = OLD + timedelta(hours=7)
EXIF = ExifRecord(capture_time=OLD, capture_precision=Precision.SECOND)


def taken(source: str, time: datetime, native_id: str = "1", **more: Any) -> Item:
    values: dict[str, Any] = {
        "capture_time": time,
        "capture_kind": CaptureKind.WALL,
        "capture_precision": Precision.SECOND,
    }
    return item(source, native_id, **{**values, **more})


def rules_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(p["source"], p["rule"]) for p in row["provenance"] if p["field"] == "capture_time"]


CORRECTED = taken("lightroom", NEW, capture_corrected_from=OLD)


def test_the_original_time_does_not_contradict_its_correction(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, CORRECTED, exif={LIGHTROOM: EXIF})
    assert (row["capture_time"], conflicts) == (NEW, [])
    assert rules_of(row) == [("lightroom", "first"), ("exif", "not chosen: a person corrected it")]


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (taken("folders", OLD), False),
        (taken("folders", NEW), False),
        (taken("eagle", OLD + timedelta(seconds=1)), False),  # a rounded sub-second
        (taken("google_takeout", OLD, capture_kind=CaptureKind.UTC), False),
        (taken("folders", OLD, capture_precision=Precision.DAY), False),
        (taken("lightroom", OLD, catalog="old"), False),  # a catalog from before the correction
        (taken("folders", OLD - timedelta(hours=1)), True),
        (taken("eagle", NEW + timedelta(days=1)), True),
        (taken("folders", NEW, capture_precision=Precision.YEAR), False),
    ],
    ids=[
        *("old", "new", "a second off", "old in UTC", "old day", "old catalog", "third", "later"),
        "year",
    ],
)
def test_only_the_corrected_time_is_ignored(tmp_path: Path, other: Item, asked: bool) -> None:
    row, conflicts = one(tmp_path, CORRECTED, other, exif={LIGHTROOM: EXIF})
    assert fields_asked(conflicts) == ({"capture_time"} if asked else set())
    assert row["capture_time"] == NEW


def test_the_correction_is_shown_in_any_source_order(tmp_path: Path) -> None:
    order = dataclasses.replace(default_rules(), source_order=("exif", "folders", "lightroom"))
    row, conflicts = one(
        tmp_path, taken("folders", OLD), CORRECTED, exif={LIGHTROOM: EXIF}, rules=order
    )
    assert (row["capture_time"], conflicts) == (NEW, [])


def test_two_different_corrections_are_a_conflict(tmp_path: Path) -> None:
    other = taken("lightroom", NEW + timedelta(days=1), catalog="b", capture_corrected_from=OLD)
    row, conflicts = one(tmp_path, CORRECTED, other, exif={LIGHTROOM: EXIF})
    assert fields_asked(conflicts) == {"capture_time"}
    (conflict,) = conflicts
    assert [value["source"] for value in conflict["values"]] == ["lightroom", "lightroom"]
    assert row["capture_time"] == NEW


def test_a_correction_and_its_reversal_are_a_conflict(tmp_path: Path) -> None:
    back = taken("lightroom", OLD, catalog="b", capture_corrected_from=NEW)
    _, conflicts = one(tmp_path, CORRECTED, back, exif={LIGHTROOM: EXIF})
    assert fields_asked(conflicts) == {"capture_time"}


def test_a_correction_in_the_trash_has_no_effect(tmp_path: Path) -> None:
    trashed = taken("lightroom", NEW, capture_corrected_from=OLD, availability=Availability.TRASHED)
    row, conflicts = one(tmp_path, taken("folders", OLD), trashed)
    assert (row["capture_time"], conflicts) == (OLD, [])


def test_a_correction_only_applies_to_its_own_photo(tmp_path: Path) -> None:
    collection = Collection(
        [
            [CORRECTED, taken("folders", OLD, "a")],
            [taken("lightroom", NEW, "2"), taken("folders", OLD, "b")],
            [taken("lightroom", NEW, "3", capture_corrected_from=OLD), taken("folders", OLD, "c")],
        ]
    )
    tables = collection.build(tmp_path)
    assert [c["photo_id"] for c in tables.conflicts.to_pylist()] == [collection.photo_id(1)]


GUESS = {"capture_kind": CaptureKind.FILE}


def test_a_file_time_never_overrides_or_contradicts_a_statement(tmp_path: Path) -> None:
    statements = (
        taken("google_takeout", OLD, capture_kind=CaptureKind.UTC),
        taken("folders", OLD, capture_precision=Precision.YEAR),
        taken("folders", OLD, availability=Availability.TRASHED),
    )
    for number, other in enumerate(statements):
        row, conflicts = one(tmp_path / str(number), taken("lightroom", NEW, **GUESS), other)
        assert (row["capture_time"], conflicts) == (OLD, []), other.source
        assert ("lightroom", "not chosen: a guess") in rules_of(row)
    row, conflicts = one(
        tmp_path / "exif", taken("lightroom", NEW, **GUESS), exif={LIGHTROOM: EXIF}
    )
    assert (row["capture_time"], row["capture_kind"], conflicts) == (OLD, "wall", [])


def test_a_file_time_is_used_without_a_statement(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        taken("lightroom", NEW, **GUESS),
        taken("eagle", OLD, **GUESS),
        item("folders"),
    )
    assert (row["capture_time"], row["capture_kind"]) == (NEW, "file")
    assert conflicts == []
    named = taken("folders", OLD, capture_kind=CaptureKind.NAME)
    row, conflicts = one(tmp_path / "name", taken("lightroom", NEW, **GUESS), named)
    assert (row["capture_time"], row["capture_kind"], conflicts) == (OLD, "name", [])
