"""Who sees each photo where: levels, discrepancies and what closes them, decisions, approvals."""

import dataclasses
import re
from collections.abc import Collection as Some
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from photo_assets.catalogs.registry import SPECS
from photo_assets.catalogs.registry import VISIBILITY as SERVICES
from photo_assets.metadata import DECISION_SCHEMA
from photo_assets.metadata.visibility import VisibilityStream, VisibilitySummary
from photo_assets.model.item import Item
from photo_assets.model.permits import Level
from photo_assets.model.visibility import LEVELS, exposure
from photo_assets.model.vocabulary import Availability, Visibility
from photo_assets_tests.metadata.collection import Collection, item

PAGE = Path(__file__).parents[2] / "docs" / "visibility.md"


def seen(source: str, word: str | None, **more: Any) -> Item:
    """Return an item whose service says `word`, by default a word of its table."""
    stated = SERVICES[source].stated(word)
    return item(source, visibility=stated.level, visibility_stated=stated.words, **more)


def rows_of(
    folder: Path,
    *photos: list[Item],
    answers: pa.Table | None = None,
    approved: Mapping[str, Some[Level]] | None = None,
) -> tuple[list[dict[str, Any]], VisibilitySummary]:
    folder.mkdir(parents=True, exist_ok=True)
    inputs = Collection([*photos]).write(folder)
    total, rows = VisibilitySummary(), []
    for month, tables, summary in VisibilityStream(inputs, SERVICES, answers, approved).months():
        for table in tables:
            found = table.to_pylist()
            assert {row["month"] for row in found} == {month}
            rows += found
        total.effective += summary.effective
        total.stated += summary.stated
        total.discrepancies += summary.discrepancies
        total.decided |= summary.decided
        total.photos += summary.photos
    return rows, total


def row_of(folder: Path, *items: Item, **more: Any) -> dict[str, Any]:
    rows, _ = rows_of(folder, [*items], **more)
    (row,) = rows
    return row


def closes(row: dict[str, Any]) -> list[str]:
    return [one["close"] for one in row["discrepancies"]]


def photo_id() -> str:
    return Collection([]).photo_id(0)


def test_the_page_has_what_each_service_can_say() -> None:
    table = re.findall(r"^\| ([^|]+) \| `([^`]+)` \| (\w+) \|$", PAGE.read_text(), re.MULTILINE)
    said = [(s.title, w, level.value) for s in SPECS for w, level in s.visibility.levels.items()]
    assert table == said
    for spec in SPECS:
        assert f"- *{spec.title}*: {spec.visibility.note}\n" in PAGE.read_text()
        assert spec.visibility.note, "what nothing stated means there"
        assert spec.visibility.always_states == (len(spec.visibility.levels) > 1)


def test_the_most_restrictive_level_applies_and_the_most_visible_is_named(tmp_path: Path) -> None:
    day = datetime(2026, 11, 3, tzinfo=UTC)
    public = seen("flickr", "public", native_id="f1", modified_time=day)
    row = row_of(tmp_path, item("lightroom"), seen("immich", "archive"), public)
    assert (row["effective"], row["highest"], row["highest_at"]) == (
        "private", "public", ["flickr/main"],
    )  # fmt: skip
    assert [(one["source"], one["stated"]) for one in row["items"]] == [
        ("flickr", "public"), ("immich", "archive"),
    ]  # fmt: skip
    (found,) = row["discrepancies"]
    assert (found["kind"], found["level"], found["stated"]) == ("too_visible", "public", "public")
    assert found["native_id"] == "f1"
    assert found["close"] == "Make it private at flickr/main, or approve public for it there."


def test_one_level_everywhere_or_no_statement_is_no_discrepancy(tmp_path: Path) -> None:
    rows, total = rows_of(
        tmp_path,
        [seen("flickr", "family"), seen("smugmug", "Password")],
        [item("lightroom"), item("eagle")],
        [seen("smugmug", "Public", native_id="2")],
    )
    assert sorted(row["effective"] for row in rows) == ["friends", "public"]
    assert not any(row["discrepancies"] for row in rows)
    assert (total.photos, total.discrepancies.total()) == (2, 0)
    assert total.stated["smugmug/main: public"] == 1


@pytest.mark.parametrize(
    ("strange", "word"),
    [
        (seen("smugmug", "Secret"), "Secret"),
        (seen("smugmug", None), "not stated"),
        (item("smugmug"), "not stated"),  # a row of an earlier reader
    ],
    ids=["another word", "no word", "no statement"],
)
def test_what_is_unknown_is_shown_least_and_audited_most(
    tmp_path: Path, strange: Item, word: str
) -> None:
    row = row_of(tmp_path, strange, seen("flickr", "public"))
    assert (row["effective"], row["highest"]) == ("unknown", "unknown")
    (found,) = row["discrepancies"]
    assert (found["kind"], found["level"], found["stated"]) == ("unknown", "unknown", word)
    assert closes(row) == [
        f"Make it public at smugmug/main, where “{word}” does not tell who sees it, or approve "
        "public for it there."
    ]
    level = Level(photo_id=photo_id(), target="smugmug/main", level=Visibility.PUBLIC)
    approved = row_of(tmp_path / "b", strange, approved={photo_id(): {level}})
    assert approved["discrepancies"] == [], "approved to be public, whatever it is"


@pytest.mark.parametrize("availability", list(Availability))
def test_what_a_service_no_longer_shows_restricts_and_is_no_discrepancy(
    tmp_path: Path, availability: Availability
) -> None:
    shown = availability in {Availability.ONLINE, Availability.OFFLINE}
    public = seen("flickr", "public", availability=availability)
    private = seen("immich", "timeline")
    assert bool(closes(row_of(tmp_path / "a", private, public))) == shown
    gone = seen("immich", "timeline", availability=availability)
    row = row_of(tmp_path / "b", gone, seen("flickr", "public"))
    assert row["effective"] == "private", "a private copy stays private in the trash"
    assert len(row["discrepancies"]) == 1


def test_where_a_service_has_no_level_so_low_the_item_has_to_go(tmp_path: Path) -> None:
    locked = item("google_takeout", visibility=Visibility.LOCKED)
    row = row_of(tmp_path, locked, seen("flickr", "private"), seen("immich", "timeline"))
    assert closes(row) == [
        "Remove it from flickr/main, or approve private for it there.",
        "Make it locked at immich/main, or approve private for it there.",
    ]
    assert row["items"][1]["stated"] == "in the Locked Folder"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("target", ["flickr/main", "flickr/other", "immich/main", "notion"])
def test_an_approval_closes_exactly_its_level_at_its_target(
    tmp_path: Path, level: Visibility, target: str
) -> None:
    items = (seen("immich", "timeline"), seen("flickr", "public"))
    given = Level(photo_id=photo_id(), target=target, level=level)
    rows, total = rows_of(tmp_path, [*items], approved={photo_id(): {given}})
    is_it = (target, level) == ("flickr/main", Visibility.PUBLIC)
    assert bool(rows[0]["discrepancies"]) == (not is_it)
    assert rows[0]["effective"] == "private", "an approval changes nothing that is shown"
    assert total.decided == {photo_id()}


def decided(folder: Path, items: list[Item], level: str) -> pa.Table:
    """Return a person's answer to the conflict about the visibility of these items."""
    conflicts = Collection([items]).build(folder).conflicts.to_pylist()
    (asked,) = [one for one in conflicts if one["field"] == "visibility"]
    answer = {
        "conflict_id": asked["conflict_id"],
        "evidence_digest": asked["evidence_digest"],
        "answer": orjson.dumps({"value": level}).decode(),
        "decided_at": datetime(2026, 11, 2, tzinfo=UTC),
    }
    return pa.Table.from_pylist([answer], DECISION_SCHEMA)


@pytest.mark.parametrize("level", LEVELS)
def test_a_decision_lowers_what_is_intended_and_raises_nothing(
    tmp_path: Path, level: Visibility
) -> None:
    items = [seen("smugmug", "Password"), seen("flickr", "public", catalog="b")]
    answers = decided(tmp_path / "asked", items, level.value)
    rows, total = rows_of(tmp_path / "a", items, answers=answers)
    (row,) = rows
    assert (row["wanted"], row["effective"]) == (level.value, "friends")
    assert total.decided == {row["conflict_id"]} == {answers["conflict_id"][0].as_py()}
    lowered = exposure(level) < exposure(Visibility.FRIENDS)
    places = {f"{one['source']}/{one['catalog']}" for one in row["discrepancies"]}
    assert places == ({"smugmug/main", "flickr/b"} if lowered else {"flickr/b"})
    unified = Collection([items]).build(tmp_path / "u", decisions=answers).unified.to_pylist()
    assert unified[0]["visibility"] == (level.value if lowered else "friends")
    changed = [dataclasses.replace(items[0], visibility=Visibility.UNLISTED), items[1]]
    assert row_of(tmp_path / "b", *changed, answers=answers)["wanted"] is None, "new evidence"


def test_nobody_decides_for_unknown(tmp_path: Path) -> None:
    items = [seen("smugmug", "Private"), seen("flickr", "public")]
    answers = decided(tmp_path / "asked", items, "unknown")
    assert row_of(tmp_path / "a", *items, answers=answers)["wanted"] is None
    tables = Collection([items]).build(tmp_path / "u", decisions=answers)
    assert tables.unified.to_pylist()[0]["visibility"] == "private"
    assert tables.conflicts.num_rows, "the answer is no level: the question stays open"
