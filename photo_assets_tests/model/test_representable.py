"""Values that `unrepresentable_value` accepts are stored exactly; it names the others."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.model.item import (
    ITEM_FIELD_NAMES,
    Album,
    Item,
    Keyword,
    Link,
    Person,
    Region,
)
from photo_assets.model.representable import unrepresentable_value
from photo_assets.model.rows import items_to_table, row_to_item
from photo_assets.model.vocabulary import AlbumKind, LinkKind
from photo_assets_tests.model.generated import WILD, items

TODAY = date(2026, 6, 15)
BASE = Item(source="s", catalog="c", native_id="n", reader_version=1)
EAST = timezone(timedelta(hours=14))
WEST = timezone(timedelta(hours=-14))

wild_parts = st.one_of(
    st.builds(Keyword, path=WILD, person=WILD, synonyms=WILD),
    st.builds(Person, name=WILD, region=WILD, confirmed=WILD),
    st.builds(
        Person,
        name=st.text(max_size=3),
        region=st.builds(Region, x=WILD, y=WILD, width=WILD, height=WILD),
    ),
    st.builds(Album, id=WILD, path=WILD, kind=WILD, position=WILD),
    st.builds(Link, kind=WILD, target=WILD, detail=WILD),
)
anything = WILD | wild_parts | st.lists(wild_parts, max_size=2).map(tuple)


@settings(max_examples=60, deadline=None)
@given(items)
def test_every_value_of_its_type_is_possible(item: Item) -> None:
    assert unrepresentable_value(item) is None


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(ITEM_FIELD_NAMES), anything)
def test_what_passes_is_stored_exactly_and_what_does_not_is_named(name: str, value: Any) -> None:
    item = dataclasses.replace(BASE, **{name: value})
    problem = unrepresentable_value(item)
    if problem is None:
        (row,) = items_to_table([item], TODAY).to_pylist()
        assert row_to_item(row) == item
    else:
        assert problem.startswith(name)
        assert len(problem) < 250
        problem.encode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"rating": 9999}, "rating is 9999, outside -128..127."),
        ({"orientation": 70000}, "orientation is 70000, outside -128..127."),
        ({"iso": 10**12}, "iso is 1000000000000, outside -2147483648..2147483647."),
        ({"file_inode": -1}, "file_inode is -1, outside 0..18446744073709551615."),
        ({"rating": 2.5}, "rating is 2.5, not a whole number."),
        ({"rating": True}, "rating is True, not a whole number."),
        ({"rating": 10**5000}, "rating is a number of 16610 bits, outside -128..127."),
        ({"aperture": 10**400}, "aperture is a number of 1329 bits, too large."),
        ({"aperture": float("nan")}, "aperture is nan, not a finite number."),
        ({"gps_latitude": float("-inf")}, "gps_latitude is -inf, not a finite number."),
        ({"title": "a\ud83d"}, "title has half a surrogate pair at character 1."),
        ({"title": b"a"}, "title is b'a', not text."),
        ({"favourite": 1}, "favourite is 1, not true or false."),
        ({"sha256": b"abc"}, "sha256 has 3 bytes instead of 32."),
        ({"sha256": "ab" * 32}, f"sha256 is {repr('ab' * 32)[:57]}..., not bytes."),
        ({"native_id": None}, "native_id is missing."),
        ({"visibility": "secret"}, "visibility is 'secret', not one of friends, locked, "),
        ({"keywords": [Keyword(path=("a",))]}, "keywords is [Keyword("),
        ({"keywords": (Keyword(path=("a", "\ud800")),)}, "keywords[0].path[1] has half"),
        ({"keywords": (Keyword(path=("a", None)),)}, "keywords[0].path[1] is missing."),  # type: ignore[arg-type]
        ({"keywords": ("a",)}, "keywords[0] is 'a', not a Keyword."),
        (
            {"people": (Person(name="A"), Person(name="B", region=Region(x=0, y=0, width=1, height=float("inf"))))},
            "people[1].region.height is inf, not a finite number.",
        ),
        (
            {"albums": (Album(id="1", path=("x",), kind=AlbumKind.ALBUM, position=2**31),)},
            "albums[0].position is 2147483648, outside",
        ),
        ({"links": (Link(kind="friend", target="x"),)}, "links[0].kind is 'friend', not one of"),  # type: ignore[arg-type]
        ({"capture_time": datetime(2020, 1, 1, tzinfo=UTC)}, "capture_time is 2020-01-01 00:00:00+00:00, which has a zone"),
        ({"capture_time": date(2020, 1, 1)}, "capture_time is datetime.date(2020, 1, 1), not a time."),
        ({"added_time": datetime(2020, 1, 1)}, "added_time is 2020-01-01 00:00:00, which has no zone."),
        ({"added_time": datetime(1, 1, 1, tzinfo=EAST)}, "added_time is 0001-01-01 00:00:00+14:00, outside the years 1..9999 in UTC."),
    ],
)  # fmt: skip
def test_the_sentence_names_field_and_value(values: dict[str, Any], sentence: str) -> None:
    problem = unrepresentable_value(dataclasses.replace(BASE, **values))
    assert problem is not None
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    "values",
    [
        {"rating": -128, "orientation": 127, "iso": 2**31 - 1, "file_inode": 2**64 - 1},
        {"file_size": 2**63 - 1, "file_mtime_ns": -(2**63)},
        {"capture_time": datetime(1, 1, 1), "added_time": datetime(1, 1, 1, tzinfo=WEST)},
        {"capture_time": datetime.max, "added_time": datetime.max.replace(tzinfo=EAST)},
        {"gps_latitude": 5e-324, "aperture": 1.7976931348623157e308, "iso": 0},
        {"links": (Link(kind=LinkKind.EDIT_OF, target=""),), "title": "\x00\uffff\U0010ffff"},
        {"aperture": 2},
    ],
)
def test_extremes_of_every_column_are_stored(values: dict[str, Any]) -> None:
    item = dataclasses.replace(BASE, **values)
    assert unrepresentable_value(item) is None
    (row,) = items_to_table([item], TODAY).to_pylist()
    assert row_to_item(row) == item
