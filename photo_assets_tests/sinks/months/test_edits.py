"""An edit changes only the affected partitions, and cached facts equal a full pass."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.model.plans import NO_MONTH
from photo_assets.model.tables import ITEMS
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets.sinks.disclosing import collection, facts
from photo_assets_tests.repetition import cases
from photo_assets_tests.sinks.months.library import (
    MONTHS,
    OPEN,
    PLAIN,
    Follower,
    Library,
    id_of,
    photo,
)

JANUARY, FEBRUARY, MARCH = MONTHS
ALL = {*MONTHS}
PERSON = {"path": ["Zorah Quimby"], "person": True, "private": False}
PRIVATE = {"path": ["Job 77"], "person": False, "private": True, "private_from": 0}


def of_three_months(folder: Path) -> Library:
    """Return two photos a month; a word, a person and an album that all have, and some of few."""
    library = Library(folder)
    for number in range(6):
        library.photos[number] = photo(MONTHS[number // 2])
    library.say(0, keywords=[["sea"], ["fog"]], people=["Ada", "Bo Bell"])
    library.edit(0, albums=("Trips/Lofoten", "Best"))
    library.relations.add((LinkKind.EDIT_OF, 0, 1))
    return library


Edit = Callable[[Library], object]

EDITS: dict[str, tuple[Edit, set[str], set[str]]] = {
    "caption": (lambda one: one.say(2, caption="At anchor."), {FEBRUARY}, {FEBRUARY}),
    "title": (lambda one: one.say(2, title="Another"), {FEBRUARY}, {FEBRUARY}),
    "rating": (lambda one: one.say(2, rating=4), {FEBRUARY}, {FEBRUARY}),
    "camera": (lambda one: one.say(2, camera_model="X-T3"), {FEBRUARY}, {FEBRUARY}),
    "keyword of another month": (
        lambda one: one.say(2, keywords=[["sea"], ["fog"]]),
        {FEBRUARY},
        {FEBRUARY},
    ),
    "keyword of no month": (
        lambda one: one.say(2, keywords=[["sea"], ["rain"]]),
        {FEBRUARY},
        {FEBRUARY},
    ),
    "person of another month": (
        lambda one: one.say(2, people=["Ada", "Bo Bell"]),
        {FEBRUARY},
        {FEBRUARY},
    ),
    "album of another month": (
        lambda one: one.edit(2, albums=("Trips/Lofoten", "Best")),
        set(),
        {FEBRUARY, NO_MONTH},
    ),
    "thumbnail": (lambda one: one.edit(2, drawn=False), {FEBRUARY}, set()),
    "conflict": (lambda one: one.edit(2, conflict=True), set(), {FEBRUARY}),
    "trashed entry": (
        lambda one: one.edit(2, availability=Availability.TRASHED),
        {FEBRUARY},
        {FEBRUARY, NO_MONTH},
    ),
    "another month": (
        lambda one: one.edit(2, month=MARCH, viewed=MARCH, item_month=MARCH),
        {FEBRUARY, MARCH},
        {FEBRUARY, MARCH},
    ),
    "another month, and the view is older": (
        lambda one: one.edit(2, month=MARCH, item_month=MARCH),
        {FEBRUARY, MARCH},
        {FEBRUARY, MARCH},
    ),
    "an entry's month alone": (
        lambda one: one.edit(2, item_month=MARCH),
        {FEBRUARY, MARCH},
        {FEBRUARY, MARCH},
    ),
    "relation": (
        lambda one: one.relations.add((LinkKind.EDIT_OF, 2, 4)),
        {FEBRUARY},
        {FEBRUARY},
    ),
    "locked": (
        lambda one: one.say(2, visibility="locked"),
        {FEBRUARY},
        {FEBRUARY, NO_MONTH},
    ),
    "a person nobody knew": (
        lambda one: one.say(2, people=["Ada", "Zorah Quimby"]),
        ALL,
        {*ALL, NO_MONTH},
    ),
    "a keyword that is marked as a person's": (
        lambda one: one.say(2, marked_keywords=[PERSON]),
        ALL,
        {*ALL, NO_MONTH},
    ),
    "a keyword that is kept from exports": (
        lambda one: one.say(2, marked_keywords=[PRIVATE]),
        ALL,
        {*ALL, NO_MONTH},
    ),
    "a person below a root": (
        lambda one: one.say(2, keywords=[["sea"], ["People", "Cy Cole"]]),
        ALL,
        {*ALL, NO_MONTH},
    ),
    "gone": (lambda one: one.photos.pop(2), {FEBRUARY}, {FEBRUARY, NO_MONTH}),
}


# One of each way in which an edit reaches a partition; the others are shown by `make test-slow`.
EVERY_WAY = (
    "caption", "keyword of no month", "album of another month", "thumbnail", "conflict",
    "another month", "relation", "locked", "a person nobody knew", "gone",
)  # fmt: skip


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> list[Follower]:
    """Both sinks, which followed one library; to be copied."""
    library = of_three_months(tmp_path_factory.mktemp("followed"))
    followers = [Follower(library, PLAIN, "notion"), Follower(library, PLAIN, "supabase")]
    library.write()
    assert [one.follow() for one in followers] == [ALL, {*ALL, NO_MONTH}]
    assert [one.follow() for one in followers] == [set(), set()]
    return followers


@pytest.mark.parametrize("name", cases(EDITS, EVERY_WAY))
def test_an_edit_changes_its_partitions_and_no_other(
    tmp_path: Path, followed: list[Follower], name: str
) -> None:
    edit, pages, rows = EDITS[name]
    library = followed[0].library.copied(tmp_path / "library")
    followers = [replace(one, library=library, kept=dict(one.kept)) for one in followed]
    edit(library)
    library.write()
    changed = [one.follow() for one in followers]
    for one in followers:
        assert one.kept == one.whole(tmp_path / "nothing kept" / one.name)
    assert changed == [pages, rows]


@pytest.mark.parametrize("name", ["notion", "supabase"])
def test_without_albums_or_photos_there_is_nothing_to_yield(tmp_path: Path, name: str) -> None:
    library = Library(tmp_path)
    follower = Follower(library, PLAIN, name)
    assert follower.follow() == ({NO_MONTH} if name == "supabase" else set())
    library.photos[0] = replace(photo(JANUARY), albums=())
    library.write()
    assert JANUARY in follower.follow()
    library.photos.clear()
    library.write()
    assert JANUARY in follower.follow()
    assert follower.rows() == []


@pytest.mark.parametrize("name", ["notion", "supabase"])
def test_where_people_are_shown_a_new_one_concerns_the_photos_month(
    tmp_path: Path, name: str
) -> None:
    library = of_three_months(tmp_path)
    library.write()
    follower = Follower(library, OPEN, name)
    follower.follow()
    library.say(2, people=["Ada", "Zorah Quimby"])
    library.write()
    assert follower.follow() == {FEBRUARY}
    assert follower.kept == follower.whole(tmp_path / "nothing kept")


@pytest.mark.parametrize("name", ["notion", "supabase"])
def test_a_lock_reaches_over_relations_into_other_months_and_leaves_them_again(
    tmp_path: Path, name: str
) -> None:
    """0 shows the same as 2, and 2 the same as 4; 5 lies in one stack with 4."""
    library = of_three_months(tmp_path)
    library.relations = {
        (LinkKind.RAW_JPEG_PAIR, 0, 2),
        (LinkKind.VIRTUAL_COPY_OF, 4, 2),
        (LinkKind.STACKED_UNDER, 5, 4),
    }
    library.write()
    follower = Follower(library, PLAIN, name)
    follower.follow()
    for visibility, shown in (("locked", {1, 3, 5}), (None, {*range(6)}), ("locked", {1, 3, 5})):
        library.say(0, visibility=visibility)
        library.write()
        assert follower.follow() >= ALL
        rows = [row for row in follower.rows() if not row["withheld"] and row["photo_id"]]
        assert {row["photo_id"] for row in rows} == set(map(id_of, shown))
        assert follower.kept == follower.whole(tmp_path / "nothing kept")


def test_an_option_that_loses_its_place_concerns_the_months_that_use_it(tmp_path: Path) -> None:
    """Three keywords find a place; of those used once it is the first by the alphabet."""
    library = of_three_months(tmp_path)
    for number, word in ((2, "ice"), (4, "mist")):
        library.say(number, keywords=[["sea"], [word]])
    library.write()
    follower = Follower(library, OPEN, "notion")
    follower.follow()
    library.say(5, keywords=[["sea"], ["mist"]])
    library.write()
    assert follower.follow() == {FEBRUARY, MARCH}
    assert follower.kept == follower.whole(tmp_path / "nothing kept")


def test_settings_change_every_partition(tmp_path: Path) -> None:
    library = of_three_months(tmp_path)
    library.write()
    for name, more in (("notion", set[str]()), ("supabase", {NO_MONTH})):
        follower = Follower(library, PLAIN, name)
        follower.follow()
        follower.sinks = OPEN
        assert follower.follow() == ALL | more


@pytest.mark.parametrize("name", ["notion", "supabase"])
def test_other_disclosure_rules_rebuild_everything(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = of_three_months(tmp_path)
    library.write()
    follower = Follower(library, PLAIN, name)
    follower.follow()
    for module in (facts, collection):
        monkeypatch.setattr(module, "rules_digest", lambda: "other rules")
    assert follower.follow() == ALL | ({NO_MONTH} if name == "supabase" else set())


def test_another_catalog_concerns_the_months_it_has_items_in(tmp_path: Path) -> None:
    library = of_three_months(tmp_path)
    library.write()
    follower = Follower(library, PLAIN, "supabase")
    follower.follow()
    items = library.lake.read(("catalog", "lightroom"), FEBRUARY, ITEMS)
    library.lake.write(("catalog", "eagle"), FEBRUARY, ITEMS, items.slice(0, 1))
    assert follower.follow() == {FEBRUARY}


def test_damaged_facts_are_rebuilt(tmp_path: Path) -> None:
    library = of_three_months(tmp_path)
    library.write()
    for name in ("notion", "supabase"):
        follower = Follower(library, PLAIN, name)
        follower.follow()
        kept = [path for path in (tmp_path / "kept" / name).rglob("*") if path.is_file()]
        assert len(kept) >= 2
        for path in kept:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        assert follower.follow() == set()
        assert follower.kept == follower.whole(tmp_path / "nothing kept" / name)
