"""People's answers are valid while their evidence is unchanged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from photo_assets.metadata import DECISION_SCHEMA
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability, CaptureKind, Visibility
from photo_assets_tests.metadata.collection import Collection, item, one

RATED = (item("lightroom", rating=3), item("eagle", rating=4))


def decide(conflict: dict[str, Any], answer: Any, at: datetime | None = None) -> dict[str, Any]:
    return {
        "conflict_id": conflict["conflict_id"],
        "evidence_digest": conflict["evidence_digest"],
        "answer": answer if isinstance(answer, str) else orjson.dumps(answer).decode(),
        "decided_at": at,
    }


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), DECISION_SCHEMA)


def ask(folder: Path, *items: Item) -> dict[str, Any]:
    _, conflicts = one(folder, *items)
    return conflicts[0]


def test_an_answer_wins_and_is_attributed_to_a_person(tmp_path: Path) -> None:
    asked = ask(tmp_path / "a", *RATED)
    when = datetime(2026, 1, 2, tzinfo=UTC)
    answers = table(decide(asked, {"value": 1}, when))
    row, conflicts = one(tmp_path / "b", *RATED, decisions=answers)
    assert (row["rating"], row["conflict_count"], conflicts) == (1, 0, [])
    entries = [p for p in row["provenance"] if p["field"] == "rating"]
    assert [(p["source"], p["rule"]) for p in entries] == [
        ("human", "human"),
        ("lightroom", "weighed: human"),
        ("eagle", "weighed: human"),
    ]
    assert entries[0]["native_id"] == asked["conflict_id"]
    assert entries[0]["stated_at"] == when


@pytest.mark.parametrize(
    "changed",
    [
        (item("lightroom", rating=5), item("eagle", rating=4)),
        (item("lightroom", rating=4), item("eagle", rating=3)),
        (*RATED, item("flickr", rating=1)),
        (*RATED, item("flickr", rating=4)),
    ],
    ids=["changed", "swapped", "a third value", "a third witness"],
)
def test_new_evidence_reopens_the_same_conflict_id(
    tmp_path: Path, changed: tuple[Item, ...]
) -> None:
    asked = ask(tmp_path / "a", *RATED)
    answers = table(decide(asked, {"value": 1}))
    row, conflicts = one(tmp_path / "b", *changed, decisions=answers)
    assert row["rating"] in {4, 5}
    (conflict,) = conflicts
    assert conflict["conflict_id"] == asked["conflict_id"]
    assert conflict["evidence_digest"] != asked["evidence_digest"]
    assert "decided before" in conflict["detail"]


@pytest.mark.parametrize(
    "same",
    [
        RATED[::-1],
        (item("lightroom", "re-imported", rating=3), RATED[1]),
        (item("lightroom", rating=3, title="other"), RATED[1]),
        (*RATED, item("flickr")),
        (*RATED, item("flickr", rating=5, availability=Availability.TRASHED)),
    ],
    ids=["order", "new native id", "another field", "a silent witness", "in the trash"],
)
def test_the_same_evidence_reopens_nothing(tmp_path: Path, same: tuple[Item, ...]) -> None:
    asked = ask(tmp_path / "a", *RATED)
    row, conflicts = one(tmp_path / "b", *same, decisions=table(decide(asked, {"value": 1})))
    assert (row["rating"], conflicts) == (1, [])


def test_the_last_answer_to_the_same_evidence_is_valid(tmp_path: Path) -> None:
    asked = ask(tmp_path / "a", *RATED)
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    answers = table(decide(asked, {"value": 2}, late), decide(asked, {"value": 1}, early))
    row, _ = one(tmp_path / "b", *RATED, decisions=answers)
    assert row["rating"] == 2


def test_null_clears_the_value(tmp_path: Path) -> None:
    asked = ask(tmp_path / "a", *RATED)
    row, conflicts = one(tmp_path / "b", *RATED, decisions=table(decide(asked, {"value": None})))
    assert (row["rating"], conflicts) == (None, [])


@pytest.mark.parametrize(
    "answer",
    ["not json", "[]", "{}", {"value": "four"}, {"value": 9}, {"value": True}, {"value": 1.5}],
)
def test_an_unusable_answer_leaves_the_conflict_open(tmp_path: Path, answer: Any) -> None:
    asked = ask(tmp_path / "a", *RATED)
    tables = Collection([list(RATED)]).build(tmp_path / "b", decisions=table(decide(asked, answer)))
    assert tables.conflicts.num_rows == 1
    assert tables.unified["rating"].to_pylist() == [4]
    assert tables.summary.unusable_decisions == 1


def test_answers_about_place_and_time(tmp_path: Path) -> None:
    items = (
        item(
            "lightroom",
            gps_latitude=1.0,
            gps_longitude=2.0,
            capture_time=datetime(2019, 1, 1),
            capture_kind=CaptureKind.WALL,
        ),
        item(
            "eagle",
            gps_latitude=50.0,
            gps_longitude=2.0,
            capture_time=datetime(2020, 6, 1),
            capture_kind=CaptureKind.WALL,
        ),
    )
    _, conflicts = one(tmp_path / "a", *items)
    time, place = conflicts
    answers = table(
        decide(place, {"value": {"latitude": 3.0, "longitude": 0}}),
        decide(time, {"value": {"time": "2018-05-01T10:00:00", "offset_min": 60}}),
    )
    row, conflicts = one(tmp_path / "b", *items, decisions=answers)
    assert conflicts == []
    assert (row["gps_latitude"], row["gps_longitude"]) == (3.0, 0.0)
    assert row["capture_time"] == datetime(2018, 5, 1, 10)
    assert (row["capture_offset_min"], row["capture_precision"]) == (60, "second")
    assert row["month"] == "2019-01-01"  # its photo's, whatever the answer


@pytest.mark.parametrize(
    ("wanted", "effective"),
    [("public", "friends"), ("unlisted", "friends"), (None, "friends"), ("private", "private")],
)
def test_no_answer_raises_visibility(tmp_path: Path, wanted: str | None, effective: str) -> None:
    items = (
        item("flickr", visibility=Visibility.PUBLIC),
        item("smugmug", visibility=Visibility.FRIENDS),
    )
    asked = ask(tmp_path / "a", *items)
    row, conflicts = one(tmp_path / "b", *items, decisions=table(decide(asked, {"value": wanted})))
    assert (row["visibility"], conflicts) == (effective, [])


def test_acknowledged_duplicates_stay_closed_until_another_appears(tmp_path: Path) -> None:
    two = [item(native_id=n) for n in "ab"]
    asked = ask(tmp_path / "a", *two)
    answers = table(decide(asked, {"keep": "all"}))
    assert one(tmp_path / "b", *two, decisions=answers)[1] == []
    _, conflicts = one(tmp_path / "c", *two, item(native_id="c"), decisions=answers)
    assert [c["kind"] for c in conflicts] == ["duplicate"]


def test_ids_and_digests_never_change_between_versions(tmp_path: Path) -> None:
    asked = ask(tmp_path, *RATED)
    assert asked["conflict_id"] == "81cef2c6-d4df-5c41-87e1-441f94b3557e"
    assert asked["evidence_digest"].hex()[:16] == "223c9ff2c3cf819a"
