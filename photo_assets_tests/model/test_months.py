"""Cases of the month rule, and properties of every item."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.model.item import Item
from photo_assets.model.months import FIRST_MONTH, month_key, partition_month
from photo_assets.model.vocabulary import CaptureKind, MonthBasis
from photo_assets_tests.model.generated import instants, wall_clocks

TODAY = date(2026, 6, 15)
CAPTURE, ADDED, FILE, EARLY, NONE = MonthBasis


def at(*moment: int) -> datetime:
    return datetime(*moment)  # type: ignore[arg-type]


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


def ns(*moment: int) -> int:
    return int(utc(*moment).timestamp()) * 1_000_000_000


def item(**values: Any) -> Item:
    return Item(source="s", catalog="c", native_id="n", reader_version=1, **values)


@pytest.mark.parametrize(
    ("values", "month", "basis"),
    [
        # nothing known
        ({}, "1990-01-01", NONE),
        # one fact
        ({"capture_time": at(2013, 4, 5)}, "2013-04-01", CAPTURE),
        ({"added_time": utc(2014, 7, 31, 23, 59)}, "2014-07-01", ADDED),
        ({"file_mtime_ns": ns(2015, 9, 1)}, "2015-09-01", FILE),
        ({"capture_time": at(2013, 4, 5), "capture_kind": CaptureKind.FILE}, "2013-04-01", FILE),
        ({"capture_time": at(2013, 4, 5), "capture_kind": CaptureKind.NAME}, "2013-04-01", CAPTURE),
        # capture before added before file
        (
            {"capture_time": at(2013, 4, 5), "added_time": utc(2014, 7, 1), "file_mtime_ns": ns(2015, 1, 1)},
            "2013-04-01",
            CAPTURE,
        ),
        ({"added_time": utc(2014, 7, 1), "file_mtime_ns": ns(2015, 1, 1)}, "2014-07-01", ADDED),
        # a wrong camera clock: taken after it was added
        ({"capture_time": at(2025, 1, 1), "added_time": utc(2014, 7, 1)}, "2014-07-01", ADDED),
        # … but not by the difference of two time zones
        ({"capture_time": at(2014, 7, 2, 12), "added_time": utc(2014, 6, 30, 23)}, "2014-07-01", CAPTURE),
        ({"capture_time": at(2014, 7, 3), "added_time": utc(2014, 6, 30)}, "2014-06-01", ADDED),
        # the future
        ({"capture_time": at(2099, 1, 1)}, "1990-01-01", NONE),
        ({"capture_time": at(2099, 1, 1), "file_mtime_ns": ns(2015, 9, 1)}, "2015-09-01", FILE),
        ({"added_time": utc(2099, 1, 1)}, "1990-01-01", NONE),
        ({"added_time": utc(2099, 1, 1), "capture_time": at(2013, 4, 5)}, "2013-04-01", CAPTURE),
        ({"file_mtime_ns": ns(2099, 1, 1)}, "1990-01-01", NONE),
        ({"file_mtime_ns": 2**63 - 1}, "1990-01-01", NONE),
        # before the first partition
        ({"capture_time": at(1989, 12, 31, 23, 59, 59)}, "1990-01-01", EARLY),
        ({"capture_time": at(1890, 1, 1)}, "1990-01-01", EARLY),
        ({"capture_time": at(1, 1, 1)}, "1990-01-01", EARLY),
        ({"added_time": utc(1970, 1, 1)}, "1990-01-01", EARLY),
        ({"file_mtime_ns": 0}, "1990-01-01", EARLY),
        ({"file_mtime_ns": -(2**63)}, "1990-01-01", EARLY),
        # the edges of months and years
        ({"capture_time": at(1990, 1, 1)}, "1990-01-01", CAPTURE),
        ({"capture_time": at(1990, 2, 1)}, "1990-02-01", CAPTURE),
        ({"capture_time": at(2020, 2, 29, 23, 59, 59, 999999)}, "2020-02-01", CAPTURE),
        ({"capture_time": at(2020, 3, 1)}, "2020-03-01", CAPTURE),
        ({"capture_time": at(1999, 12, 31, 23, 59, 59)}, "1999-12-01", CAPTURE),
        # an instant counts in UTC
        ({"added_time": datetime(2014, 7, 1, 1, tzinfo=timezone(timedelta(hours=2)))}, "2014-06-01", ADDED),
        # today, and a camera ahead of this computer
        ({"capture_time": at(2026, 6, 15, 23, 59)}, "2026-06-01", CAPTURE),
        ({"capture_time": at(2026, 6, 18)}, "2026-06-01", CAPTURE),
        ({"capture_time": at(2026, 6, 20)}, "1990-01-01", NONE),
    ],
)  # fmt: skip
def test_cases(values: dict[str, Any], month: str, basis: MonthBasis) -> None:
    assert partition_month(item(**values), TODAY) == (month, basis)


@pytest.mark.parametrize(
    ("today", "capture", "month"),
    [
        # A camera a day ahead on the last of the month: that partition does not exist yet.
        (date(2026, 6, 30), at(2026, 7, 1, 10), "2026-06-01"),
        (date(2026, 7, 1), at(2026, 7, 1, 10), "2026-07-01"),
        (date(2026, 12, 31), at(2027, 1, 1, 10), "2026-12-01"),
        # A computer clock at 1970 creates no partition before the first.
        (date(1970, 1, 1), at(1969, 5, 1), "1990-01-01"),
        (date(1970, 1, 1), at(2020, 5, 1), "1990-01-01"),
        (date(1990, 1, 1), at(1990, 1, 1), "1990-01-01"),
    ],
)
def test_turns_of_the_month_and_wrong_clocks(today: date, capture: datetime, month: str) -> None:
    assert partition_month(item(capture_time=capture), today)[0] == month


dated = st.builds(
    item,
    capture_time=st.none() | wall_clocks,
    added_time=st.none() | instants,
    file_mtime_ns=st.none() | st.integers(-(2**63), 2**63 - 1),
)
todays = st.dates(date(1970, 1, 1), date(9000, 1, 1))


@settings(max_examples=500, deadline=None)
@given(dated, todays)
def test_the_result_is_always_a_partition(photo: Item, today: date) -> None:
    month, _basis = partition_month(photo, today)
    parsed = date.fromisoformat(month)
    assert parsed.day == 1
    assert FIRST_MONTH <= parsed <= max(today, FIRST_MONTH)
    assert month_key(parsed) == month


@settings(max_examples=300, deadline=None)
@given(dated, st.dates(date(2030, 1, 1), date(2040, 1, 1)), st.integers(0, 4000))
def test_a_later_scan_moves_only_what_was_in_the_future(
    photo: Item, today: date, days: int
) -> None:
    first, later = (partition_month(photo, day) for day in (today, today + timedelta(days)))
    slack = timedelta(days=4)
    times = [photo.capture_time, photo.added_time and photo.added_time.replace(tzinfo=None)]
    if photo.file_mtime_ns is not None:
        seconds = photo.file_mtime_ns // 1_000_000_000
        times.append(datetime(1970, 1, 1) + timedelta(seconds=seconds))
    edge = datetime(today.year, today.month, today.day)
    if all(time is None or time < edge - slack for time in times):
        assert first == later


_SOMEWHERE = """
import time; time.tzset()
from datetime import UTC, date, datetime
from photo_assets.model.item import Item
from photo_assets.model.months import partition_month
edge = datetime(2020, 2, 29, 23, 59, 59)
for values in ({"capture_time": edge}, {"added_time": edge.replace(tzinfo=UTC)},
               {"file_mtime_ns": 1583020799 * 10**9}, {"file_mtime_ns": 1583020800 * 10**9}):
    print(*partition_month(Item(source="s", catalog="c", native_id="n", reader_version=1, **values),
                           date(2026, 6, 15)))
"""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"])
def test_the_time_zone_of_this_machine_does_not_count(zone: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SOMEWHERE],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        *("2020-02-01", "capture", "2020-02-01", "added"),
        *("2020-02-01", "file", "2020-03-01", "file"),
    ]
