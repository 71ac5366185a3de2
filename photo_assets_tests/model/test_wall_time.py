from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import parse_offset, parse_wall_time


@pytest.mark.parametrize(
    ("text", "time", "offset", "precision"),
    [
        ("2007:09:11 13:53:33", datetime(2007, 9, 11, 13, 53, 33), None, Precision.SECOND),
        ("2007-09-11T13:53:33", datetime(2007, 9, 11, 13, 53, 33), None, Precision.SECOND),
        ("2007-09-11T13:53:33Z", datetime(2007, 9, 11, 13, 53, 33), 0, Precision.SECOND),
        ("2007-09-11T13:53:33+0200", datetime(2007, 9, 11, 13, 53, 33), 120, Precision.SECOND),
        ("2007-09-11T13:53:33-03:30", datetime(2007, 9, 11, 13, 53, 33), -210, Precision.SECOND),
        (
            "2007-09-11T13:53:33.25+02:00",
            datetime(2007, 9, 11, 13, 53, 33, 250_000),
            120,
            Precision.SUBSECOND,
        ),
        ("2007-09-11T13:53", datetime(2007, 9, 11, 13, 53), None, Precision.MINUTE),
        ("2007-09-11", datetime(2007, 9, 11), None, Precision.DAY),
        ("1970:01:01 00:00:00", datetime(1970, 1, 1), None, Precision.SECOND),
        ("1970-01-01T00:00:00+01:00", datetime(1970, 1, 1), 60, Precision.SECOND),
        ("1970-01-01T00:00:01Z", datetime(1970, 1, 1, 0, 0, 1), 0, Precision.SECOND),
        ("2007-09", datetime(2007, 9, 1), None, Precision.MONTH),
        ("2007", datetime(2007, 1, 1), None, Precision.YEAR),
        ("2007:00:00 00:00:00", datetime(2007, 1, 1), None, Precision.YEAR),
        ("2007:  :     :  :  ", datetime(2007, 1, 1), None, Precision.YEAR),
        ("2007:09:11   :  :  ", datetime(2007, 9, 11), None, Precision.DAY),
        ("2007:09:11 13:53:60\x00", datetime(2007, 9, 11, 13, 53, 59), None, Precision.SECOND),
        ("2007:09:11 24:00:00", datetime(2007, 9, 11), None, Precision.DAY),
    ],
)
def test_stated_dates(text: str, time: datetime, offset: int | None, precision: Precision) -> None:
    parsed = parse_wall_time(text)
    assert parsed is not None
    assert (parsed.time, parsed.offset_min, parsed.precision) == (time, offset, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z",  # a zero
        "1904-01-01T00:00:00.000+00:00",
        "9999-12-31T23:59:59-12:00",  # no time in UTC
        "9999:12:31 00:00:00",
        "1601-01-01T00:00:00Z",
        "2007:13:01 00:00:00",
        "2007-02-30",
        "yesterday",
        "2007-09-11T13:53:33 or so",
        "٢٠٠٧-٠٩-١١",
    ],
)
def test_no_date(text: str) -> None:
    assert parse_wall_time(text) is None


def test_an_offset_beyond_the_date_line_is_none() -> None:
    assert parse_offset("+14:00") == 840
    assert parse_offset("+16:00") is None
    assert parse_offset("Z") == 0
    assert parse_offset("") is None


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    parse_wall_time(text)
    parse_offset(text)


@given(
    st.datetimes(min_value=datetime(1826, 1, 1), max_value=datetime(9998, 12, 31)),
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_dates_come_back_whole(time: datetime, offset: int) -> None:
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    parsed = parse_wall_time(f"{time.isoformat()}{sign}{minutes // 60:02d}:{minutes % 60:02d}")
    assert parsed is not None
    assert (parsed.time, parsed.offset_min) == (time, offset)
