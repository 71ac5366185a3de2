"""Schedules: Dagster accepts every accepted schedule and finds its next run."""

import datetime

import pytest
from dagster._utils.schedules import is_valid_cron_schedule, schedule_execution_time_iterator
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.configuration.cron import require_cron


@pytest.mark.parametrize(
    "text",
    ["30 3 * * *", "*/15 * * * *", "0 0 29 2 *", "0 5 1,15 jan-mar,DEC mon-fri", "0 0 31 1,2 *",
     "0-30/10 0 * * 7", "@daily", "  5  4 * * sun "],
)  # fmt: skip
def test_schedules(text: str) -> None:
    assert require_cron(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "five fields"),
        ("every night", "five fields"),
        ("3:30", "five fields"),
        ("0 30 3 * * *", "not 6"),
        ("60 3 * * *", "'60' is not a valid minute: use 0 to 59"),
        ("30 24 * * *", "'24' is not a valid hour"),
        ("0 0 0 * *", "not a valid day of the month"),
        ("0 0 * 13 *", "not a valid month"),
        ("0 0 * * 8", "not a valid day of the week"),
        ("0 0 * * someday", "'someday' is not a valid day of the week"),
        ("5-1 * * * *", "'5-1' is not a valid minute"),
        ("*/0 * * * *", "'*/0' is not a valid minute"),
        ("1, * * * *", "'' is not a valid minute"),
        ("٣ * * * *", "is not a valid minute"),
        ("0 0 30 2 *", "none of the selected months has such a day"),
        ("@reboot", "five fields"),
    ],
)
def test_invalid_schedules(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^") as caught:
        require_cron(text)
    assert said in str(caught.value)


numbers = st.integers(0, 60).map(str)
parts = st.one_of(
    st.just("*"),
    numbers,
    st.tuples(numbers, numbers).map("-".join),
    st.tuples(numbers, numbers, st.integers(0, 9)).map(lambda t: f"{t[0]}-{t[1]}/{t[2]}"),
    st.sampled_from(["*/5", "*/70", "jan", "SUN", "fri-sun", "L", "?", "1/2"]),
)
fields = st.lists(parts, min_size=1, max_size=2).map(",".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(fields, min_size=5, max_size=5).map(" ".join))
def test_dagster_can_run_accepted_schedules(text: str) -> None:
    try:
        require_cron(text)
    except ValueError:
        return
    assert is_valid_cron_schedule(text), text
    now = datetime.datetime(2026, 6, 15, tzinfo=datetime.UTC).timestamp()
    assert next(schedule_execution_time_iterator(now, text, "Europe/Berlin", ascending=True))
