"""Merging several carriers of one picture's metadata: precedence, united and completed values."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.record import (
    CaptureTime,
    GpsPosition,
    MediaRecord,
    Moment,
    merged,
    united_keywords,
)
from photo_assets.model.item import Keyword, Person, Region
from photo_assets.model.vocabulary import CaptureKind, Precision

NOON = datetime(2020, 6, 1, 12, 0, 0)
FACE, OTHER_FACE = (Region(x=x, y=0.5, width=0.1, height=0.1) for x in (0.2, 0.8))


def at(seconds: float = 0, **values: object) -> CaptureTime:
    return CaptureTime(**{"time": NOON + timedelta(seconds=seconds), "source": "x", **values})  # type: ignore[arg-type]


def words(*paths: str) -> tuple[Keyword, ...]:
    return tuple(Keyword(path=tuple(path.split("|"))) for path in paths)


def test_a_single_value_is_the_first_stated_and_lists_are_united() -> None:
    first = MediaRecord(title="A", keywords=words("boat"), rating=3)
    second = MediaRecord(title="B", caption="C", keywords=words("lake", "boat"), rating=5)
    both = merged([first, second])
    assert (both.title, both.caption, both.rating) == ("A", "C", 3)
    assert both.keywords == words("boat", "lake")


def test_a_position_is_one_statement_with_its_altitude() -> None:
    low = GpsPosition(latitude=1.0, longitude=2.0, source="sidecar")
    high = GpsPosition(latitude=3.0, longitude=4.0, altitude_m=9.0, source="exif")
    assert merged([MediaRecord(position=low), MediaRecord(position=high)]).position == low


def test_a_rejection_stands_with_the_carrier_that_states_it() -> None:
    rejected, starred = MediaRecord(pick=-1), MediaRecord(rating=4)
    assert (merged([rejected, starred]).rating, merged([rejected, starred]).pick) == (None, -1)
    assert (merged([starred, rejected]).rating, merged([starred, rejected]).pick) == (4, -1)


def test_a_flat_word_of_a_hierarchy_is_not_said_twice() -> None:
    assert united_keywords(words("Berlin", "Places|Berlin", "sea")) == words("Places|Berlin", "sea")


def test_a_person_is_marked_once_by_whoever_marks_first() -> None:
    named = MediaRecord(people=(Person(name="Ann"), Person(name="Bo")))
    marked = MediaRecord(people=(Person(name="Ann", region=FACE),))
    again = MediaRecord(people=(Person(name="Ann", region=OTHER_FACE),))
    twice = MediaRecord(
        people=(Person(name="Ann", region=FACE), Person(name="Ann", region=OTHER_FACE))
    )
    assert merged([named, marked, again]).people == (
        Person(name="Ann", region=FACE),
        Person(name="Bo"),
    )
    assert merged([twice, named]).people == (*twice.people, Person(name="Bo"))


def test_the_shutter_is_believed_before_the_file() -> None:
    scanned, taken = at(1e6, moment=Moment.DIGITAL), at(source="iptc:DateCreated")
    assert MediaRecord(captures=(scanned, taken)).capture == taken
    assert MediaRecord(captures=(scanned,)).capture == scanned
    assert MediaRecord().capture is None


def test_a_day_gives_way_to_the_same_day_said_with_a_clock() -> None:
    day = at(-12 * 3600, precision=Precision.DAY)
    other_day = at(36 * 3600)
    assert MediaRecord(captures=(day, at())).capture == at()
    assert MediaRecord(captures=(day, other_day)).capture == day
    assert MediaRecord(captures=(day, at(kind=CaptureKind.UTC))).capture == day


def test_an_offset_comes_from_whoever_states_the_same_second() -> None:
    zoned, late = at(0.4, offset_min=120), at(60, offset_min=60)
    assert MediaRecord(captures=(at(), zoned)).capture == at(offset_min=120)
    assert MediaRecord(captures=(at(), late)).capture == at()


@given(st.integers(-56, 56), st.floats(-60, 60))
def test_an_instant_and_a_wall_clock_are_as_far_apart_as_no_zone_explains(
    quarters: int, seconds: float
) -> None:
    wall, instant = at(quarters * 900 + seconds), at(kind=CaptureKind.UTC)
    apart = wall.apart_s(instant)
    assert apart is not None
    edge = abs(quarters) == 56  # beyond the furthest zone seconds count in full, as here
    assert abs(apart - abs(seconds)) < 1e-5 or edge
    assert instant.apart_s(wall) == apart


@pytest.mark.parametrize(
    ("coarse", "days", "is_apart"),
    [
        (Precision.DAY, 0.9, False),
        (Precision.DAY, 1.5, False),  # the next day, further east
        (Precision.DAY, -0.5, False),
        (Precision.DAY, 2, True),
        (Precision.DAY, -0.7, True),
        (Precision.MONTH, 31.5, False),
        (Precision.MONTH, 33, True),
        (Precision.YEAR, 200, False),
        (Precision.YEAR, 366.5, False),
        (Precision.YEAR, 368, True),
        (Precision.YEAR, -1, True),
    ],
)
@pytest.mark.parametrize("kind", [CaptureKind.WALL, CaptureKind.UTC])
def test_a_day_month_or_year_is_apart_from_what_no_zone_puts_into_it(
    coarse: Precision, days: float, is_apart: bool, kind: CaptureKind
) -> None:
    stated, other = at(precision=coarse), at(days * 86_400, kind=kind)
    assert (stated.apart_s(other) is not None) is is_apart
    assert stated.apart_s(other) == other.apart_s(stated)


def test_guesses_and_days_prove_nothing() -> None:
    assert at().apart_s(at(1e6, kind=CaptureKind.NAME)) is None
    assert at().apart_s(at(3e4, precision=Precision.DAY)) is None
    assert at(offset_min=0).apart_s(at(7200, offset_min=120)) == 0
    assert at(offset_min=0).apart_s(at(offset_min=120)) == 7200
    assert at().apart_s(at(3600)) == 3600
