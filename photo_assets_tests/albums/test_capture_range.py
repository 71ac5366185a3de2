"""The days of an album: wrong clocks are left out, and too few trusted times give none."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.albums.capture_range import capture_range
from photo_assets.albums.date_text import DateRange

START = datetime(2024, 5, 30, 10)
TRIP = [START + timedelta(hours=hour) for hour in range(0, 60, 2)]
WRONG = [datetime(2000, 1, 1), datetime(1990, 1, 1), datetime(2036, 2, 7)]


def test_times_of_wrong_clocks_are_left_out() -> None:
    expected = DateRange(date(2024, 5, 30), date(2024, 6, 1))
    assert capture_range(TRIP, len(TRIP)) == expected
    assert capture_range([*WRONG, *TRIP], len(TRIP) + 3) == expected


def test_an_album_of_many_years_keeps_them() -> None:
    years = [datetime(year, 7, 1) for year in range(2005, 2025)]
    assert capture_range(years, 20) == DateRange(date(2005, 7, 1), date(2024, 7, 1))


def test_too_few_times_give_no_days() -> None:
    assert capture_range([], 0) is None
    assert capture_range(TRIP[:4], 9) is None
    assert capture_range(TRIP[:4], 8) is not None


@settings(max_examples=40)
@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), min_size=1))
def test_the_days_are_of_the_times_in_any_order(times: list[datetime]) -> None:
    found = capture_range(times, len(times))
    assert found is not None and found == capture_range(times[::-1], len(times))
    assert {found.first, found.last} <= {one.date() for one in times}
