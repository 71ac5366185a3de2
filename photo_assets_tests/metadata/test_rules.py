"""The values in unified rows, and when they are conflicts."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.media.exif.record import ExifRecord
from photo_assets.metadata import FieldRules, build_metadata
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability, CaptureKind, Precision, Visibility
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, fields_asked, item, one

WALL, SECOND = CaptureKind.WALL, Precision.SECOND
LIGHTROOM = ("lightroom", "main", "1")


def rules(**settings: Any) -> FieldRules:
    return FieldRules.from_settings(MetadataSettings.model_validate(settings))


def taken(
    source: str, text: str, kind: CaptureKind = WALL, precision: Precision = SECOND, **more: Any
) -> Item:
    time = datetime.fromisoformat(text)
    return item(source, capture_time=time, capture_kind=kind, capture_precision=precision, **more)


def rule_of(row: dict[str, Any], field: str) -> list[tuple[str, str]]:
    return [(p["source"], p["rule"]) for p in row["provenance"] if p["field"] == field]


def test_different_ratings_are_a_conflict_and_max_is_only_proposed(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, item("lightroom", rating=3), item("eagle", rating=4))
    assert row["rating"] == 4
    assert rule_of(row, "rating") == [("eagle", "proposed: max")]
    assert row["conflict_count"] == 1
    (conflict,) = conflicts
    assert (conflict["kind"], conflict["field"]) == ("metadata_mismatch", "rating")
    assert (conflict["proposal"], conflict["rule"]) == ("4", "max")
    assert [(v["source"], v["value"]) for v in conflict["values"]] == [
        ("lightroom", "3"),
        ("eagle", "4"),
    ]
    assert conflict["detail"] == ("IMG_1.JPG: Rating: lightroom/main says 3 and eagle/main says 4.")


def test_an_enabled_rule_settles_and_lists_overruled_items(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        item("lightroom", rating=3),
        item("eagle", rating=4),
        rules=rules(settle=["rating"]),
    )
    assert (row["rating"], conflicts, row["conflict_count"]) == (4, [], 0)
    assert rule_of(row, "rating") == [("eagle", "settled: max"), ("lightroom", "overruled: max")]


def test_an_unstated_value_contradicts_nothing(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, item("lightroom"), item("eagle", rating=4))
    assert (row["rating"], conflicts) == (4, [])
    assert rule_of(row, "rating") == [("eagle", "max")]


def test_a_stated_rating_of_zero_is_a_value(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path / "a", item("lightroom"), item("eagle", rating=0))
    assert (row["rating"], conflicts) == (0, [])
    row, conflicts = one(
        tmp_path / "b",
        item("lightroom", rating=2),
        item("eagle", rating=0),
        rules=rules(unset_is_silent=[]),
    )
    assert (row["rating"], fields_asked(conflicts)) == (2, {"rating"})
    row, conflicts = one(
        tmp_path / "c",
        item("lightroom", rating=2),
        item("eagle", rating=0),
    )
    assert (row["rating"], conflicts) == (2, [])


def test_rating_pick_and_favourite_are_separate_facts(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        item("lightroom", pick=-1),
        item("eagle", rating=5),
        item("immich", favourite=True),
    )
    assert (row["rating"], row["pick"], row["favourite"]) == (5, -1, True)
    assert conflicts == []


def test_zero_stars_written_by_a_camera_are_not_a_rating(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path, item("lightroom", rating=3), exif={LIGHTROOM: ExifRecord(rating=0)}
    )
    assert (row["rating"], conflicts) == (3, [])
    row, _ = one(tmp_path / "b", item("lightroom"), exif={LIGHTROOM: ExifRecord(rating=0)})
    assert row["rating"] is None


def test_different_texts_are_a_conflict(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path, item("eagle", title="Secret A"), item("lightroom", title="Secret B")
    )
    assert row["title"] == "Secret B"  # first by source order, until decided
    assert rule_of(row, "title") == [("lightroom", "undecided: first")]
    (conflict,) = conflicts
    assert conflict["rule"] == "human"
    assert "Secret" not in conflict["detail"]


def test_exif_defaults_fill_and_do_not_contradict(tmp_path: Path) -> None:
    record = ExifRecord(caption="from the camera", creator="Camera Owner")
    row, conflicts = one(tmp_path, item(caption="mine"), exif={LIGHTROOM: record})
    assert (row["caption"], row["creator"], conflicts) == ("mine", "Camera Owner", [])
    assert ("exif", "not chosen: EXIF only fills gaps") in rule_of(row, "caption")


def test_exif_states_the_camera(tmp_path: Path) -> None:
    record = ExifRecord(camera_make="Canon", camera_model="EOS 5D", aperture=2.83, iso=100)
    row, conflicts = one(
        tmp_path,
        item(camera_model="Canon EOS 5D", aperture=2.8, iso=400),
        exif={LIGHTROOM: record},
    )
    assert (row["camera_make"], row["camera_model"]) == ("Canon", "Canon EOS 5D")
    assert fields_asked(conflicts) == {"iso"}
    assert ("exif", "agrees") in rule_of(row, "camera_model")
    assert ("exif", "agrees") in rule_of(row, "aperture")


@pytest.mark.parametrize(("other", "asked"), [(2.83, False), (3.2, True), (2.5, True)])
def test_apertures_agree_within_rounding_not_a_third_stop(
    tmp_path: Path, other: float, asked: bool
) -> None:
    _, conflicts = one(tmp_path, item(aperture=2.8), item("eagle", aperture=other))
    assert bool(conflicts) is asked


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_numbers_are_not_stated(tmp_path: Path, bad: float) -> None:
    row, conflicts = one(tmp_path, item(aperture=bad), item("eagle", aperture=4.0))
    assert (row["aperture"], conflicts) == (4.0, [])


def test_source_order_is_configurable_and_may_list_one_catalog(tmp_path: Path) -> None:
    items = (
        item("lightroom", "1", catalog="old", city="A"),
        item("lightroom", "1", catalog="new", city="B"),
        item("eagle", city="C"),
    )
    for number, (order, expected) in enumerate(
        {
            ("lightroom/new", "lightroom"): "B",
            ("lightroom/old", "lightroom/new"): "A",
            ("eagle",): "C",
            (): "A",  # no source listed: the master
        }.items()
    ):
        row, conflicts = one(tmp_path / str(number), *items, rules=rules(source_order=order))
        assert row["city"] == expected
        assert fields_asked(conflicts) == {"city"}


def test_latest_is_the_last_modified_entry(tmp_path: Path) -> None:
    old = item("lightroom", label="Red", modified_time=datetime(2020, 1, 1, tzinfo=UTC))
    new = item("eagle", label="Blue", modified_time=datetime(2021, 1, 1, tzinfo=UTC))
    never = item("immich", label="Green")
    row, _ = one(tmp_path, old, new, never, rules=rules(rules={"label": "latest"}))
    assert row["label"] == "Blue"
    stated = [p["stated_at"] for p in row["provenance"] if p["field"] == "label"]
    assert stated == [new.modified_time]


def test_labels_in_two_languages_agree(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, item(label="Rot"), item("eagle", label="red"))
    assert (row["label"], conflicts) == ("Rot", [])


def test_trashed_items_only_fill(tmp_path: Path) -> None:
    gone = item("lightroom", rating=5, city="Rome", availability=Availability.TRASHED)
    row, conflicts = one(tmp_path, item("eagle", rating=2), gone)
    assert (row["rating"], row["city"]) == (2, "Rome")
    assert conflicts == []
    assert ("lightroom", "not chosen: in the trash") in rule_of(row, "rating")


@pytest.mark.parametrize("away", [Availability.OFFLINE, Availability.MISSING])
def test_items_with_an_unavailable_file_count(tmp_path: Path, away: Availability) -> None:
    row, conflicts = one(
        tmp_path, item("eagle", rating=2), item("lightroom", rating=5, availability=away)
    )
    assert row["rating"] == 5
    assert fields_asked(conflicts) == {"rating"}


def test_visibility_is_the_most_restrictive_and_a_conflict(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        item("flickr", visibility=Visibility.PUBLIC),
        item("smugmug", visibility=Visibility.UNLISTED),
        item("immich"),
    )
    assert row["visibility"] == "unlisted"
    assert fields_asked(conflicts) == {"visibility"}


@pytest.mark.parametrize("where", [Availability.ONLINE, Availability.TRASHED])
def test_a_photo_with_one_locked_copy_is_locked(tmp_path: Path, where: Availability) -> None:
    """Otherwise a locked copy in the trash would not count, and the photo would be public."""
    row, conflicts = one(
        tmp_path,
        item("flickr", visibility=Visibility.PUBLIC),
        item("google_takeout", visibility=Visibility.LOCKED, availability=where),
    )
    assert row["visibility"] == "locked"
    assert fields_asked(conflicts) == {"visibility"}


@pytest.mark.parametrize(
    ("said", "archived", "asked"),
    [
        ((True, None), True, set()),
        ((None, None), None, set()),
        ((False, None), False, set()),
        ((True, False), True, {"archived"}),
    ],
)
def test_a_photo_is_archived_if_any_catalog_states_it(
    tmp_path: Path, said: tuple[bool | None, ...], archived: bool | None, asked: set[str]
) -> None:
    items = [item(s, archived=a) for s, a in zip(("eagle", "google_takeout"), said, strict=True)]
    row, conflicts = one(tmp_path, *items)
    assert row["archived"] is archived
    assert fields_asked(conflicts) == asked


def test_a_wall_clock_completes_a_year_and_a_zone(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        taken("lightroom", "2019-01-01", precision=Precision.YEAR),
        taken("google_takeout", "2019-08-04T18:28:12", kind=CaptureKind.UTC),
        exif={
            LIGHTROOM: ExifRecord(
                capture_time=datetime(2019, 8, 4, 11, 28, 12, 340000),
                capture_offset_min=-420,
                capture_precision=Precision.SUBSECOND,
            )
        },
    )
    assert conflicts == []
    assert row["capture_time"] == datetime(2019, 8, 4, 11, 28, 12, 340000)
    assert (row["capture_kind"], row["capture_offset_min"]) == ("wall", -420)
    assert row["month"] == "2019-01-01"  # that of its master
    assert rule_of(row, "capture_time") == [
        ("exif", "first, as told most precisely"),
        ("lightroom", "agrees"),
        ("google_takeout", "agrees"),
    ]


def test_a_corrected_catalog_wins_over_a_contradicting_file(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        taken("lightroom", "1985-06-01", precision=Precision.MONTH),
        exif={LIGHTROOM: ExifRecord(capture_time=datetime(2010, 1, 1, 9, 0, 0))},
    )
    assert row["capture_time"] == datetime(1985, 6, 1)
    assert row["month"] == "1990-01-01"
    assert fields_asked(conflicts) == {"capture_time"}
    assert "1985-06 and the file's EXIF" in conflicts[0]["detail"]


def test_agreement_of_capture_times_is_not_transitive(tmp_path: Path) -> None:
    _, conflicts = one(
        tmp_path,
        taken("lightroom", "2019-08-04T12:00:00"),
        taken("eagle", "2019-08-04T12:00:02"),
        taken("folders", "2019-08-04T12:00:04"),
    )
    assert fields_asked(conflicts) == {"capture_time"}


def place(source: str, latitude: float | None, longitude: float | None) -> Item:
    return item(source, gps_latitude=latitude, gps_longitude=longitude)


@pytest.mark.parametrize(
    ("a", "b", "shown", "asked"),
    [
        ((52.5, 13.4), (52.5001, 13.4), (52.5, 13.4), False),
        ((52.5, 13.4), (52.51, 13.4), (52.5, 13.4), True),
        ((0.0, 0.0), (52.5, 13.4), (52.5, 13.4), False),  # (0, 0) is not a place
        ((0.0, 13.4), (0.0005, 13.4), (0.0, 13.4), False),  # the equator is a place
        ((51.0, 0.0), (51.0, 0.001), (51.0, 0.0), False),  # and Greenwich
        ((-17.0, 179.9999), (-17.0, -179.9999), (-17.0, 179.9999), False),
        ((90.0, 10.0), (90.0, -100.0), (90.0, 10.0), False),
        ((91.0, 10.0), (52.5, 13.4), (52.5, 13.4), False),
        ((float("nan"), 10.0), (52.5, 13.4), (52.5, 13.4), False),
        ((52.5, None), (40.0, 3.0), (40.0, 3.0), False),  # half a place is not a place
    ],
)
def test_places(
    tmp_path: Path,
    a: tuple[float | None, float | None],
    b: tuple[float | None, float | None],
    shown: tuple[float, float],
    asked: bool,
) -> None:
    row, conflicts = one(tmp_path, place("lightroom", *a), place("eagle", *b))
    assert (row["gps_latitude"], row["gps_longitude"]) == shown
    assert fields_asked(conflicts) == ({"gps"} if asked else set())
    for conflict in conflicts:
        assert "52" not in conflict["detail"]
        assert "13.4" not in conflict["detail"]


def test_the_distance_tolerance_is_configurable(tmp_path: Path) -> None:
    _, conflicts = one(
        tmp_path,
        place("lightroom", 52.50000, 13.40001),
        place("eagle", 52.50010, 13.40001),
        rules=rules(gps_tolerance_m=5),
    )
    assert fields_asked(conflicts) == {"gps"}


def test_the_size_is_that_of_the_upright_master(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path,
        item("lightroom", width=4000, height=3000, orientation=6),
        item("flickr", width=1024, height=768),
    )
    assert (row["width"], row["height"], conflicts) == (3000, 4000, [])
    assert rule_of(row, "dimensions") == [("lightroom", "master"), ("flickr", "other rendition")]


def test_damaged_exif_text_affects_only_itself(tmp_path: Path) -> None:
    exif = {LIGHTROOM: ExifRecord(iso=100), ("eagle", "main", "1"): ExifRecord(iso=200)}
    inputs = Collection([[item(rating=1)], [item("eagle")]], exif=exif).write(tmp_path)
    prints = pq.read_table(inputs.fingerprints[0])
    broken = ['{"iso": 1', orjson.dumps({"iso": "many", "aperture": [], "lens": "X"}).decode()]
    position = prints.schema.get_field_index("exif")
    column = pa.array(broken[:: -1 if prints["source"][0].as_py() == "lightroom" else 1])
    pq.write_table(
        prints.set_column(position, prints.schema.field(position), column), inputs.fingerprints[0]
    )
    rows = {r["sources"][0]: r for r in build_metadata(inputs, default_rules()).unified.to_pylist()}
    assert rows["lightroom/main"]["rating"] == 1
    assert {rows["lightroom/main"]["lens"], rows["eagle/main"]["lens"]} == {"X", None}


def test_an_item_in_two_months_is_counted_once(tmp_path: Path) -> None:
    current = taken("lightroom", "2020-05-01T10:00:00", rating=4)
    stale = taken("lightroom", "2019-05-01T10:00:00", rating=1)
    inputs = Collection([[current]]).write(tmp_path / "now")
    before = Collection([[stale]]).write(tmp_path / "before")
    both = dataclasses.replace(inputs, items=[*before.items, *inputs.items])
    tables = build_metadata(both, default_rules())
    assert tables.unified["rating"].to_pylist() == [4]
    assert tables.conflicts.num_rows == 0
