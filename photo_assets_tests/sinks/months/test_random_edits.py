"""For any changes of a collection, updating it month by month equals a full pass."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.configuration.sinks import Sinks
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets_tests.sinks.months.library import (
    MONTHS,
    OPEN,
    PLAIN,
    Follower,
    Library,
    id_of,
    photo,
)

WORDS = ("sea", "fog", "ice", "rain", "Rain", "Zorah Quimby")
PEOPLE = ("Ada", "Bo Bell", "Zorah Quimby", "Rain")
ALBUMS = ("Trips/Lofoten", "Best", "Zorah Quimby/Home")
KINDS = (LinkKind.EDIT_OF, LinkKind.RAW_JPEG_PAIR, LinkKind.STACKED_UNDER)

Edit = Callable[[Library], None]

NUMBERS = st.integers(0, 7)
MONTH = st.sampled_from(MONTHS)


def some(of: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Return some of these, each once."""
    return st.lists(st.sampled_from(of), max_size=3, unique=True)


def of_photo(change: Callable[[Library, int], None], number: int) -> Edit:
    """Return an edit of a photo, if it is there."""

    def edit(library: Library) -> None:
        if number in library.photos:
            change(library, number)

    return edit


@st.composite
def statements(draw: st.DrawFn) -> Edit:
    """A unified row changes."""
    marked = draw(st.sampled_from(WORDS))
    mark = {"path": [marked], "person": draw(st.booleans()), "private": draw(st.booleans())}
    what: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"caption": f"With {draw(st.sampled_from(PEOPLE))} at sea."},
                {"rating": draw(st.integers(0, 5))},
                {"keywords": [[word] for word in draw(some(WORDS))]},
                {"keywords": [["People", draw(st.sampled_from(PEOPLE))]]},
                {"marked_keywords": [mark]},
                {"people": draw(some(PEOPLE))},
                {"guessed_people": draw(some(PEOPLE))},
                {"albums": draw(some(ALBUMS))},
                {"visibility": draw(st.sampled_from(["locked", "public", None, "unheard of"]))},
                {"archived": draw(st.booleans())},
                {"availability": draw(st.sampled_from(["online", "trashed"]))},
                {"lens": draw(st.sampled_from(["wide", "Wide", "long", None]))},
            ]
        )
    )
    return of_photo(lambda library, number: library.say(number, **what), draw(NUMBERS))


@st.composite
def moves(draw: st.DrawFn) -> Edit:
    """A photo, its entry or its row of the view comes to lie elsewhere, or goes, or comes."""
    month, other = draw(MONTH), draw(MONTH)
    number = draw(NUMBERS)
    change: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"month": month, "viewed": month, "item_month": other},
                {"month": month},
                {"item_month": month},
                {"viewed": draw(st.sampled_from([*MONTHS, None]))},
                {"albums": tuple(draw(some(ALBUMS)))},
                {"availability": draw(st.sampled_from([*Availability]))},
                {"drawn": draw(st.booleans())},
                {"conflict": draw(st.booleans())},
            ]
        )
    )
    come = st.just(lambda library: library.photos.setdefault(number, photo(month)))
    go = st.just(lambda library: library.photos.pop(number, None))
    edit = of_photo(lambda library, number: library.edit(number, **change), number)
    found: Edit = draw(st.one_of(st.just(edit), st.just(edit), come, go))
    return found


@st.composite
def relations(draw: st.DrawFn) -> Edit:
    """Two photos come to belong together, or no longer do."""
    relation = (draw(st.sampled_from(KINDS)), draw(NUMBERS), draw(NUMBERS))
    return lambda library: library.relations.symmetric_difference_update({relation})


EDITS = st.one_of(statements(), statements(), moves(), relations())


def histories(steps: int) -> st.SearchStrategy[list[list[Edit]]]:
    """Return up to so many steps of a few edits each."""
    return st.lists(st.lists(EDITS, min_size=1, max_size=4), min_size=1, max_size=steps)


@given(histories(2), st.sampled_from([PLAIN, OPEN]))
@settings(max_examples=2)
def test_cached_facts_equal_a_full_pass(steps: list[list[Edit]], sinks: Sinks) -> None:
    follow(steps, [sinks])


@pytest.mark.slow
@given(histories(6))
@settings(max_examples=20)
def test_cached_facts_equal_a_full_pass_after_many_steps(steps: list[list[Edit]]) -> None:
    follow(steps, [PLAIN, OPEN])


def follow(steps: list[list[Edit]], policies: Sequence[Sinks]) -> None:
    """Follow a library through its edits, with both sinks of each policy."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        for number in range(6):
            library.photos[number] = photo(MONTHS[number // 2])
        followers = [
            Follower(library, sinks, name, folder=f"{name}-{number}")
            for number, sinks in enumerate(policies)
            for name in ("notion", "supabase")
        ]
        for number, edits in enumerate([[], *steps]):
            for edit in edits:
                edit(library)
            library.write()
            for follower in followers:
                follower.follow()
                assert follower.kept == follower.whole(Path(folder, "whole", str(number)))
                _require_one_partition_a_key(follower)
                _require_nothing_of_locked_photos(library, follower)


def _require_one_partition_a_key(follower: Follower) -> None:
    keys = [(row["target"], row["key"]) for row in follower.rows()]
    assert len(set(keys)) == len(keys)
    for name, (_, table) in follower.kept.items():
        assert set(table["month"].to_pylist()) <= {name if name in MONTHS else None}


def _require_nothing_of_locked_photos(library: Library, follower: Follower) -> None:
    locked = set(map(id_of, library.locked()))
    for row in follower.rows():
        if row["photo_id"] in locked:
            assert row["withheld"], row
            content = orjson.loads(row["content"])
            assert not {"title", "caption", "rating"} & {k for k, v in content.items() if v}
