"""Dates on the command line: recognized and refused ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.cli.dates import DateError, parse_since

TODAY = date(2025, 11, 20)  # a Thursday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-01", date(2024, 1, 1)),
        ("2024-02", date(2024, 2, 1)),
        ("2019", date(2019, 1, 1)),
        ("today", TODAY),
        ("yesterday", date(2025, 11, 19)),
        ("last-week", date(2025, 11, 13)),
        ("last week", date(2025, 11, 13)),
        ("3 days ago", date(2025, 11, 17)),
        ("monday", date(2025, 11, 17)),
        ("March 2023", date(2023, 3, 1)),
        ("last-month", date(2025, 10, 1)),
        ("vor 3 Tagen", date(2025, 11, 17)),
    ],
)
def test_understood(text: str, expected: date) -> None:
    assert parse_since(text, TODAY) == expected


@pytest.mark.parametrize(
    "text", ["", "5", "a", "me", "asdf", "2024-13-01", "10 11 12", "x" * 5000, "\x1b[31m"]
)
def test_not_understood(text: str) -> None:
    with pytest.raises(DateError, match="is not a recognized date"):
        parse_since(text, TODAY)


@pytest.mark.parametrize("text", ["tomorrow", "2025-11-21", "in 3 days", "2030"])
def test_the_future_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="in the future"):
        parse_since(text, TODAY)


@given(st.dates(max_value=TODAY, min_value=date(1000, 1, 1)))
def test_every_iso_date_is_parsed_exactly(day: date) -> None:
    assert parse_since(day.isoformat(), TODAY) == day
