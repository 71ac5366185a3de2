"""Conversion between items and rows is lossless, and equal items have equal digests."""

import dataclasses
import json
import os
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from photo_assets.model.item import ITEM_FIELD_NAMES, Album, Item, Keyword, Link, Person, Region
from photo_assets.model.rows import OUTSIDE_ITEMS, item_to_row, items_to_table, row_to_item
from photo_assets.model.schema import ITEM_FIELDS, ITEM_SCHEMA
from photo_assets.model.vocabulary import AlbumKind, LinkKind
from photo_assets_tests.model.generated import FIELD_VALUES, items, with_instants_in_utc

TODAY = date(2026, 6, 15)
many = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


@many
@given(items)
def test_an_item_comes_back_from_its_row_as_it_was(item: Item) -> None:
    (row,) = items_to_table([item], TODAY).to_pylist()
    back = row_to_item(row)
    assert back == item
    assert with_instants_in_utc(back).digest() == back.digest() == item.digest()
    assert row["item_digest"] == item.digest()


@many
@given(st.data(), items)
def test_another_value_in_any_field_is_another_digest(data: st.DataObject, item: Item) -> None:
    name = data.draw(st.sampled_from(ITEM_FIELD_NAMES))
    other = dataclasses.replace(item, **{name: data.draw(FIELD_VALUES[name])})
    assume(other != item)
    assert other.digest() != item.digest()


BASE = Item(source="s", catalog="c", native_id="n", reader_version=1)


@pytest.mark.parametrize("name", ITEM_FIELD_NAMES)
def test_every_field_counts_in_the_digest(name: str) -> None:
    other = _another(FIELD_VALUES[name], getattr(BASE, name), random.Random(name))
    assert dataclasses.replace(BASE, **{name: other}).digest() != BASE.digest()


def _another(strategy: st.SearchStrategy[Any], than: object, rng: random.Random) -> Any:
    """Return one drawn value that is not `than`."""
    found: list[Any] = []

    @settings(max_examples=20, database=None, deadline=None)
    @given(strategy)
    def draw(value: object) -> None:
        if value is not None and value != than:
            found.append(value)

    draw()
    return rng.choice(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"keywords": (Keyword(path=("a", "b")),)}, {"keywords": (Keyword(path=("a",)),)}),
        (
            {"keywords": (Keyword(path=("a", "b")),)},
            {"keywords": (Keyword(path=("a",)), Keyword(path=("b",)))},
        ),
        (
            {"keywords": (Keyword(path=("a",), person=True),)},
            {"keywords": (Keyword(path=("a",)),)},
        ),
        ({"people": (Person(name="A"),)}, {"people": (Person(name="A", confirmed=False),)}),
        (
            {"people": (Person(name="A", region=Region(x=0.1, y=0.2, width=0.3, height=0.4)),)},
            {"people": (Person(name="A", region=Region(x=0.1, y=0.2, width=0.4, height=0.3)),)},
        ),
        (
            {"albums": (Album(id="1", path=("x",), kind=AlbumKind.ALBUM, position=0),)},
            {"albums": (Album(id="1", path=("x",), kind=AlbumKind.ALBUM),)},
        ),
        (
            {"links": (Link(kind=LinkKind.EDIT_OF, target="1"),)},
            {"links": (Link(kind=LinkKind.DERIVED_FROM, target="1"),)},
        ),
        ({"title": ""}, {"title": None}),
        ({"title": "x"}, {"caption": "x"}),
        ({"rating": 0}, {"rating": None}),
        ({"favourite": False}, {"favourite": None}),
        ({"title": "e\u0301"}, {"title": "\u00e9"}),
    ],
)
def test_near_misses_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    digests = {dataclasses.replace(BASE, **fields).digest() for fields in (one, other)}
    assert len(digests) == 2


def test_one_instant_in_two_zones_is_one_digest() -> None:
    noon = datetime(2020, 6, 1, 12, 0, 0, 250, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=12, minutes=45)))
    one, other = (dataclasses.replace(BASE, added_time=time) for time in (noon, there))
    assert one == other
    assert one.digest() == other.digest()


_ELSEWHERE = """
import time; time.tzset()
from datetime import UTC, datetime
from photo_assets.model.item import Item
print(Item(source="s", catalog="c", native_id="é", reader_version=1, aperture=2.8,
           capture_time=datetime(2020, 3, 29, 2, 30), file_mtime_ns=1_600_000_000_000_000_000,
           added_time=datetime(2020, 1, 1, tzinfo=UTC), extras="{}").digest().hex())
"""


def test_time_zone_locale_and_hash_seed_of_the_machine_do_not_count() -> None:
    machines = [
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
    ]
    digests = {
        subprocess.run(
            [sys.executable, "-c", _ELSEWHERE],
            env={**os.environ, **machine},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for machine in machines
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def test_the_digest_is_what_earlier_versions_wrote() -> None:
    """It is stored in every row: another encoding would make all of them look changed.

    A new column is one; it comes with a new version of the schema.
    """
    item = dataclasses.replace(
        BASE,
        capture_time=datetime(2020, 2, 29, 23, 59, 59, 120_000),
        added_time=datetime(2020, 3, 1, tzinfo=UTC),
        keywords=(Keyword(path=("Orte", "Köln")),),
        sha256=bytes(range(32)),
        gps_latitude=50.9413,
    )
    assert item.digest().hex() == "2e237a4fa0a5f38dcae7ec4e482a0909d6f14b2d271e6933b704c85b4cfe5049"


def test_columns_and_fields_are_the_same_set() -> None:
    derived = {"item_digest", *OUTSIDE_ITEMS}
    assert set(ITEM_SCHEMA.names) == set(ITEM_FIELD_NAMES) | derived
    assert [field.name for field in ITEM_FIELDS] == ITEM_SCHEMA.names
    assert len(set(ITEM_SCHEMA.names)) == len(ITEM_SCHEMA.names)


def test_every_column_says_what_it_means() -> None:
    for field in ITEM_SCHEMA:
        assert field.metadata[b"meaning"], field.name


def test_required_columns_are_the_required_fields() -> None:
    optional = {f.name for f in dataclasses.fields(Item) if f.default is None}
    nullable = {column.name for column in ITEM_FIELDS if column.nullable}
    lists = {"keywords", "people", "albums", "links"}
    assert nullable == optional | lists | {"visibility_since"}


def test_a_row_is_plain_json_but_for_times_and_bytes() -> None:
    row = item_to_row(dataclasses.replace(BASE, keywords=(Keyword(path=("a",)),)), TODAY)
    json.dumps(row, default=lambda value: value.hex() if isinstance(value, bytes) else str(value))
    assert pa.Table.from_pylist([row], schema=ITEM_SCHEMA).num_rows == 1
