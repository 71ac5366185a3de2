"""Additional statements of an entry: a conflict unless stated elsewhere, and never lost."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from photo_assets.metadata import DECISION_SCHEMA
from photo_assets.model.also_stated import KEY, AlsoStated, from_extras, to_extras
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability, CaptureKind, Precision
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, fields_asked, item, one

BEFORE = datetime(2024, 6, 12, 10, 34, 30, tzinfo=UTC)
NOON = datetime(2023, 7, 1, 12, 0)


def beside(said: Item, **stated: Any) -> Item:
    """Return `said` as an entry that states this, too."""
    further = to_extras([AlsoStated(by="an earlier export", stated_at=BEFORE, **stated)])
    return dataclasses.replace(said, extras=orjson.dumps({"export": "x", KEY: further}).decode())


def google(**values: Any) -> Item:
    return item("google_takeout", "Takeout/a.jpg", **values)


def values_of(conflict: dict[str, Any]) -> list[Any]:
    return [orjson.loads(stated["value"]) for stated in conflict["values"]]


@pytest.mark.parametrize(
    ("stated", "field", "value"),
    [
        ({"caption": "The old pier"}, "caption", "The old pier"),
        ({"favourite": True}, "favourite", True),
        (
            {"gps_latitude": 52.5, "gps_longitude": 13.4},
            "gps",
            {"latitude": 52.5, "longitude": 13.4},
        ),
    ],
)
def test_a_withdrawn_value_is_shown_and_is_a_conflict(
    tmp_path: Path, stated: dict[str, Any], field: str, value: object
) -> None:
    row, conflicts = one(tmp_path, beside(google(), **stated))
    (conflict,) = conflicts
    assert (conflict["kind"], conflict["field"]) == ("metadata_mismatch", field)
    assert values_of(conflict) == [None, value]
    assert [said["native_id"] for said in conflict["values"]] == ["Takeout/a.jpg"] * 2
    assert [said["stated_at"] for said in conflict["values"]] == [None, BEFORE]
    assert orjson.loads(conflict["proposal"]) == value
    assert "google_takeout/main no longer has the value that it had" in conflict["detail"]
    assert "pier" not in conflict["detail"] and "52" not in conflict["detail"]
    assert (row["item_count"], row["conflict_count"]) == (1, 1)
    for name, said in stated.items():
        assert row[name] == said


def test_a_withdrawn_value_stated_by_another_item_is_not_a_conflict(tmp_path: Path) -> None:
    silent = beside(google(), caption="Pier")
    row, conflicts = one(tmp_path, silent, item("lightroom", caption="Pier"))
    assert (row["caption"], conflicts) == ("Pier", [])


def test_a_conflict_lists_all_statements(
    tmp_path: Path,
) -> None:
    silent = beside(google(), caption="Pier")
    row, (conflict,) = one(tmp_path, silent, item("lightroom", caption="Harbour"))
    assert row["caption"] == "Harbour"
    assert values_of(conflict) == ["Harbour", None, "Pier"]


def test_an_answer_stays_valid_until_a_new_value(tmp_path: Path) -> None:
    silent = beside(google(), caption="Pier")
    _, (conflict,) = one(tmp_path / "1", silent)
    for number, value in enumerate(("Pier", None)):
        answer = orjson.dumps({"value": value}).decode()
        decided = pa.Table.from_pylist(
            [
                {
                    "conflict_id": conflict["conflict_id"],
                    "evidence_digest": conflict["evidence_digest"],
                    "answer": answer,
                    "decided_at": BEFORE,
                }
            ],
            schema=DECISION_SCHEMA,
        )
        row, conflicts = one(tmp_path / f"2{number}", silent, decisions=decided)
        assert (row["caption"], conflicts) == (value, [])
        other = beside(google(), caption="Harbour")
        _, (again,) = one(tmp_path / f"3{number}", other, decisions=decided)
        assert again["conflict_id"] == conflict["conflict_id"]
        assert "decided before" in again["detail"]


def test_a_rule_may_settle_a_withdrawn_value(tmp_path: Path) -> None:
    rules = dataclasses.replace(default_rules(), settle=frozenset({"favourite"}))
    row, conflicts = one(tmp_path, beside(google(), favourite=True), rules=rules)
    assert (row["favourite"], conflicts) == (True, [])
    (told,) = (entry for entry in row["provenance"] if entry["field"] == "favourite")
    assert told["rule"].startswith("settled: ")


CLOCK: dict[str, Any] = {
    "capture_time": NOON,
    "capture_kind": CaptureKind.WALL,
    "capture_precision": Precision.SECOND,
}


@pytest.mark.parametrize(
    ("second", "asked"),
    [
        ({"capture_time": NOON.replace(hour=11), "capture_offset_min": 120}, True),
        ({"capture_time": NOON.replace(second=1), "capture_offset_min": 120}, False),
        ({"capture_time": NOON.replace(hour=10), "capture_kind": CaptureKind.UTC}, False),
        ({"capture_time": NOON.replace(hour=10, minute=7), "capture_kind": CaptureKind.UTC}, True),
    ],
)
def test_an_additional_capture_time_is_compared_like_any_other(
    tmp_path: Path, second: dict[str, Any], asked: bool
) -> None:
    both = beside(google(**CLOCK), **{**CLOCK, **second})
    row, conflicts = one(tmp_path, both)
    assert fields_asked(conflicts) == ({"capture_time"} if asked else set())
    assert (row["capture_time"].replace(second=0), row["capture_kind"]) == (NOON, "wall")


def test_an_additional_statement_is_not_another_item(tmp_path: Path) -> None:
    copies = [beside(item("eagle", n, path=f"/{n}"), caption="Pier") for n in ("a", "b")]
    tables = Collection([copies]).build(tmp_path)
    assert tables.summary.items == 2
    kinds = [conflict["kind"] for conflict in tables.conflicts.to_pylist()]
    assert kinds == ["duplicate", "metadata_mismatch"]
    (duplicate, mismatch) = tables.conflicts.to_pylist()
    assert "lists it 2 times" in duplicate["detail"]
    assert len(mismatch["values"]) == 4


def test_a_withdrawn_value_of_a_trashed_item_is_not_a_conflict(tmp_path: Path) -> None:
    gone = google(availability=Availability.TRASHED)
    _, conflicts = one(tmp_path, beside(gone, caption="Pier"), item("lightroom"))
    assert conflicts == []


@pytest.mark.parametrize(
    "extras",
    [
        '{"also_stated": ',
        '{"also_stated": 5}',
        '{"also_stated": [5, "x", null]}',
        '{"also_stated": [{"caption": {"a": 1}, "capture_time": "never", "favourite": "x"}]}',
        '{"also_stated": [{"gps_latitude": 91, "gps_longitude": 0}]}',
        '"also_stated"',
    ],
)
def test_unknown_extras_are_ignored(tmp_path: Path, extras: str) -> None:
    row, conflicts = one(tmp_path, google(caption="Kept", extras=extras))
    assert row["caption"] == "Kept"
    assert fields_asked(conflicts) <= {"caption"}


def test_statements_round_trip_through_json() -> None:
    said = [
        AlsoStated(by="x", stated_at=BEFORE, caption="a", favourite=True),
        AlsoStated(by="y", capture_time=NOON, capture_kind=CaptureKind.UTC, gps_latitude=1.5),
    ]
    extras = orjson.loads(orjson.dumps({KEY: to_extras(said)}))
    assert from_extras(extras) == said
    assert to_extras([]) is None
    assert from_extras({}) == []
