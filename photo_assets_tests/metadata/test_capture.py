"""When two statements of a capture time agree: a table of cases, and general properties."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.metadata.capture import CaptureTimes

Said = tuple[str, int | None, str, str]


def wall(text: str, offset: int | None = None, precision: str = "second") -> Said:
    return text, offset, "wall", precision


def utc(text: str, precision: str = "second") -> Said:
    return text, None, "utc", precision


def times(*said: Said, tolerance_s: float = 2.0) -> CaptureTimes:
    return CaptureTimes.build(
        pa.array([datetime.fromisoformat(s[0]) for s in said], pa.timestamp("us")),
        pa.array([s[1] for s in said], pa.int16()),
        kinds=pa.array([s[2] for s in said]),
        precisions=pa.array([s[3] for s in said]),
        tolerance_s=tolerance_s,
    )


def agree(a: Said, b: Said) -> bool:
    both = times(a, b)
    forth = bool(both.agree(np.array([0]), np.array([1]))[0])
    back = bool(both.agree(np.array([1]), np.array([0]))[0])
    assert forth == back
    return forth


NOON = "2019-08-04T12:00:00"

AGREE: list[tuple[str, Said, Said]] = [
    ("the same", wall(NOON), wall(NOON)),
    ("two seconds", wall(NOON), wall("2019-08-04T12:00:02")),
    ("rounded sub-second", wall(NOON), wall("2019-08-04T12:00:00.980", None, "subsecond")),
    ("sub-second both", wall("2019-08-04T12:00:00.1"), wall("2019-08-04T12:00:02.1")),
    ("over midnight", wall("2019-08-04T23:59:59"), wall("2019-08-05T00:00:01")),
    ("over new year", wall("2019-12-31T23:59:59"), wall("2020-01-01T00:00:00")),
    ("minute holds its seconds", wall(NOON, None, "minute"), wall("2019-08-04T12:00:59")),
    ("minute, tolerance after", wall(NOON, None, "minute"), wall("2019-08-04T12:01:01")),
    ("day holds its hours", wall("2019-08-04T00:00:00", None, "day"), wall("2019-08-04T23:59:59")),
    ("month", wall("2019-02-01T00:00:00", None, "month"), wall("2019-02-28T23:00:00")),
    ("leap month", wall("2020-02-01T00:00:00", None, "month"), wall("2020-02-29T23:00:00")),
    ("December", wall("2019-12-01T00:00:00", None, "month"), wall("2019-12-31T23:59:59")),
    ("year", wall("2019-01-01T00:00:00", None, "year"), wall(NOON)),
    ("year written at its end", wall("2019-12-31T00:00:00", None, "year"), wall(NOON)),
    ("year and month", wall("2019-01-01", None, "year"), wall("2019-08-01", None, "month")),
    ("year and year", wall("2019-01-01", None, "year"), wall("2019-07-01", None, "year")),
    ("year in UTC at its edge", wall("2019-01-01", None, "year"), utc("2018-12-31T20:00:00")),
    ("day in UTC at its edge", wall("2019-08-04", None, "day"), utc("2019-08-05T06:00:00")),
    ("both UTC", utc(NOON), utc("2019-08-04T12:00:01")),
    ("UTC is the wall clock", wall(NOON), utc(NOON)),
    ("California", wall("2019-08-04T11:28:12"), utc("2019-08-04T18:28:12")),
    ("California, a second off", wall("2019-08-04T11:28:13"), utc("2019-08-04T18:28:12")),
    ("California, second before", wall("2019-08-04T11:28:11"), utc("2019-08-04T18:28:12")),
    ("India, half an hour", wall("2019-08-04T17:30:00"), utc(NOON)),
    ("Newfoundland", wall("2019-08-04T09:30:00"), utc(NOON)),
    ("Nepal, three quarters", wall("2019-08-04T17:45:00"), utc(NOON)),
    ("Chatham summer", wall("2019-01-05T01:45:00"), utc("2019-01-04T12:00:00")),
    ("Eucla", wall("2019-08-04T20:45:00"), utc(NOON)),
    ("Lord Howe summer", wall("2019-01-04T23:00:00"), utc("2019-01-04T12:00:00")),
    ("Kiribati, +14", wall("2019-08-05T02:00:00"), utc(NOON)),
    ("Baker Island, -12", wall("2019-08-04T00:00:00"), utc(NOON)),
    ("UTC minute", wall("2019-08-04T14:00:40"), utc(NOON, "minute")),
    (
        "minute and UTC second",
        wall("2019-08-04T14:00:00", None, "minute"),
        utc("2019-08-04T12:00:40"),
    ),
    ("same instant, offsets", wall(NOON, 120), wall("2019-08-04T11:00:00", 60)),
    ("offset and UTC", wall(NOON, 120), utc("2019-08-04T10:00:00")),
    ("negative offset", wall(NOON, -420), utc("2019-08-04T19:00:00")),
    ("half-hour offset", wall(NOON, 330), utc("2019-08-04T06:30:00")),
    ("quarter offset", wall(NOON, 345), utc("2019-08-04T06:15:00")),
    ("offset and no offset", wall(NOON, 120), wall(NOON)),
    ("odd offset", wall(NOON, -44), utc("2019-08-04T12:44:00")),
    ("hour that DST skips", wall("2019-03-31T02:30:00"), wall("2019-03-31T02:30:00")),
    ("skipped hour and UTC", wall("2019-03-31T02:30:00"), utc("2019-03-31T00:30:00")),
    ("hour that comes twice", wall("2019-10-27T02:30:00", 120), utc("2019-10-27T00:30:00")),
    ("its second coming", wall("2019-10-27T02:30:00", 60), utc("2019-10-27T01:30:00")),
    ("twice, unknown", wall("2019-10-27T02:30:00"), utc("2019-10-27T01:30:00")),
    ("year 1", wall("0001-01-01T00:00:00"), wall("0001-01-01T00:00:01")),
    ("year 1 in UTC", wall("0001-01-01T00:00:00"), utc("0001-01-01T10:00:00")),
    ("before 1970", wall("1969-12-31T23:59:59"), wall("1970-01-01T00:00:01")),
    ("1969 in UTC", wall("1969-12-31T17:00:00"), utc("1970-01-01T00:00:00")),
    ("1969 as a year", wall("1969-01-01", None, "year"), wall("1969-07-20T20:17:40")),
    ("1904, QuickTime zero", utc("1904-01-01T00:00:00"), utc("1904-01-01T00:00:00")),
    ("1839 as a year", wall("1839-01-01", None, "year"), wall("1839-08-19", None, "day")),
    ("2001, Lightroom zero", wall("2001-01-01T00:00:00"), utc("2001-01-01T00:00:00")),
    ("2038", wall("2038-01-19T03:14:08"), utc("2038-01-19T03:14:07")),
    ("2106", wall("2106-02-07T06:28:15"), wall("2106-02-07T06:28:16")),
    ("9999", wall("9999-12-30T23:59:59"), wall("9999-12-30T23:59:59")),
    ("9998 as a year", wall("9998-01-01", None, "year"), wall("9998-12-31T23:59:59")),
    ("leap day", wall("2020-02-29T12:00:00"), utc("2020-02-29T10:00:00")),
    ("leap day over month end", wall("2020-02-29T23:00:00"), utc("2020-03-01T06:00:00")),
]

DISAGREE: list[tuple[str, Said, Said]] = [
    ("three seconds", wall(NOON), wall("2019-08-04T12:00:03")),
    ("just beyond", wall(NOON), wall("2019-08-04T12:00:02.000001", None, "subsecond")),
    ("an hour on the wall", wall(NOON), wall("2019-08-04T13:00:00")),
    ("a zone on the wall", wall("2019-08-04T11:28:12"), wall("2019-08-04T18:28:12")),
    ("a day", wall(NOON), wall("2019-08-05T12:00:00")),
    ("a year", wall(NOON), wall("2018-08-04T12:00:00")),
    ("minute before", wall(NOON, None, "minute"), wall("2019-08-04T11:59:50")),
    ("minute after", wall(NOON, None, "minute"), wall("2019-08-04T12:01:10")),
    ("next day", wall("2019-08-04", None, "day"), wall("2019-08-05T00:00:10")),
    ("other days", wall("2019-08-04", None, "day"), wall("2019-08-06", None, "day")),
    ("next month", wall("2019-02-01", None, "month"), wall("2019-03-01T00:00:10")),
    ("no leap year", wall("2019-02-01", None, "month"), wall("2019-03-01", None, "day")),
    ("adjacent years", wall("2019-01-01", None, "year"), wall("2020-01-01", None, "year")),
    ("adjacent minutes", wall(NOON, None, "minute"), wall("2019-08-04T12:01", None, "minute")),
    ("other year", wall("2019-01-01", None, "year"), wall("2020-01-01T00:00:10")),
    ("years", wall("2019-01-01", None, "year"), wall("2021-01-01", None, "year")),
    ("year far in UTC", wall("2019-01-01", None, "year"), utc("2018-12-31T09:00:00")),
    ("day far in UTC", wall("2019-08-04", None, "day"), utc("2019-08-05T15:00:00")),
    ("both UTC, an hour", utc(NOON), utc("2019-08-04T13:00:00")),
    ("both UTC, a quarter", utc(NOON), utc("2019-08-04T12:15:00")),
    ("no quarter", wall("2019-08-04T14:10:00"), utc(NOON)),
    ("no quarter by 3 s", wall("2019-08-04T14:00:03"), utc(NOON)),
    ("no quarter by -3 s", wall("2019-08-04T13:59:57"), utc(NOON)),
    ("beyond +14", wall("2019-08-05T02:15:00"), utc(NOON)),
    ("beyond -14", wall("2019-08-03T21:45:00"), utc(NOON)),
    ("a day in UTC", wall("2019-08-05T12:00:00"), utc(NOON)),
    ("minute and UTC off", wall("2019-08-04T14:05:00", None, "minute"), utc("2019-08-04T12:00:40")),
    ("offset says otherwise", wall(NOON, 120), utc("2019-08-04T09:00:00")),
    ("offset makes no modulo", wall(NOON, 120), utc("2019-08-04T10:15:00")),
    ("same wall, other offsets", wall(NOON, 120), wall(NOON, 60)),
    ("offset and other wall", wall(NOON, 120), wall("2019-08-04T10:00:00")),
    ("hour that DST skips", wall("2019-03-31T02:30:00"), wall("2019-03-31T03:30:00")),
    ("hour that comes twice", wall("2019-10-27T02:30:00", 120), utc("2019-10-27T01:30:00")),
    ("epoch default", wall("1970-01-01T00:00:00"), wall(NOON)),
    ("1969 and 1970 as years", wall("1969-01-01", None, "year"), wall("1970-01-01T00:01:00")),
    ("1904 shift of QuickTime", utc("1904-01-01T00:00:00"), utc("1970-01-01T00:00:00")),
    ("2001 shift of Lightroom", wall("1988-08-04T12:00:00"), wall(NOON)),
    ("unsigned wrap of 2106", wall("1970-01-01T00:00:00"), wall("2106-02-07T06:28:16")),
    ("year 1", wall("0001-01-01T00:00:00"), wall("1970-01-01T00:00:00")),
    ("9999", wall("9999-12-30T23:59:59"), wall("9999-12-30T23:59:50")),
    ("Liberia before 1972", wall("1970-06-01T12:00:00"), utc("1970-06-01T12:44:30")),
    ("Amsterdam before 1937", wall("1930-01-01T12:19:32"), utc("1930-01-01T12:00:00")),
    (
        "seconds of another minute",
        wall(NOON, None, "minute"),
        wall("2019-08-04T12:02:00", None, "minute"),
    ),
]


def test_the_tables_contain_a_hundred_cases() -> None:
    assert len(AGREE) + len(DISAGREE) >= 100


@pytest.mark.parametrize(("a", "b"), [c[1:] for c in AGREE], ids=[c[0] for c in AGREE])
def test_agree(a: Said, b: Said) -> None:
    assert agree(a, b)


@pytest.mark.parametrize(("a", "b"), [c[1:] for c in DISAGREE], ids=[c[0] for c in DISAGREE])
def test_disagree(a: Said, b: Said) -> None:
    assert not agree(a, b)


moments = st.datetimes(datetime(1, 1, 3), datetime(9998, 12, 30))
precisions = st.sampled_from(["year", "month", "day", "minute", "second", "subsecond"])


@settings(deadline=None)
@given(moments, precisions, st.none() | st.integers(-1439, 1439))
def test_a_coarser_copy_of_a_time_agrees_with_it(
    moment: datetime, precision: str, offset: int | None
) -> None:
    exact = (moment.isoformat(), offset, "wall", "subsecond")
    assert agree(exact, (moment.isoformat(), offset, "wall", precision))


@settings(deadline=None)
@given(moments, st.integers(-56, 56))
def test_every_zone_agrees_with_utc(moment: datetime, quarters: int) -> None:
    shifted = moment + timedelta(minutes=15 * quarters)
    assert agree(wall(shifted.isoformat()), utc(moment.isoformat()))


@settings(deadline=None)
@given(moments, st.integers(-1439, 1439))
def test_a_time_with_an_offset_is_an_instant(moment: datetime, offset: int) -> None:
    local = moment + timedelta(minutes=offset)
    assert agree(wall(local.isoformat(), offset), utc(moment.isoformat()))
    assert not agree(
        wall(local.isoformat(), offset), utc((moment + timedelta(hours=1)).isoformat())
    )


def test_the_tolerance_is_configurable() -> None:
    strict = times(wall(NOON), wall("2019-08-04T12:00:01"), tolerance_s=0)
    assert not strict.agree(np.array([0]), np.array([1]))[0]


def test_worth_prefers_the_wall_clock_then_offset_then_precision() -> None:
    said = times(
        wall("2019-01-01", None, "year"),
        wall("2019-08-04", None, "day"),
        utc(NOON),
        wall(NOON),
        wall("2019-08-04T12:00:00.5", None, "subsecond"),
        wall(NOON, 120),
    )
    information = said.information(np.arange(6)).tolist()
    assert information == sorted(information)
    assert len(set(information)) == 6
