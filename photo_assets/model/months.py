"""The partition of an item: its month, and the fact that the month is taken from.

The month of capture; without one (or with one after the item was added to its catalog, which a
wrong camera clock produces) the month in which it was added; otherwise the month of the file's
modification time; otherwise the first month. Clamping to the current month would be wrong: such an
item would move to a new month every month. An item from before the first month is kept in the first
month and marked so in `month_basis`; otherwise Dagster would show decades of empty months for a few
old photos.
"""

import re
from datetime import UTC, date, datetime, timedelta

from photo_assets.model.item import Item
from photo_assets.model.vocabulary import CaptureKind, MonthBasis

FIRST_MONTH = date(1990, 1, 1)

# A camera set to local time in Auckland may be a day ahead of the importing computer's UTC.
_CLOCK_SLACK = timedelta(days=2)


def is_month_key(name: str) -> bool:
    """Return whether `name` is a monthly partition key."""
    return re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-01", name, re.ASCII) is not None


def month_key(day: date) -> str:
    """Return Dagster's monthly partition key, `YYYY-MM-01`."""
    return f"{day.year:04d}-{day.month:02d}-01"


def partition_month(item: Item, today: date) -> tuple[str, MonthBasis]:
    """Return the partition key of `item` and the fact that it is taken from.

    No partition after the month of `today` exists.
    """
    latest = datetime(today.year, today.month, today.day) + _CLOCK_SLACK
    added = _naive_utc(item.added_time)
    file_time = _file_time(item.file_mtime_ns)
    if added is not None and added > latest:
        added = None
    if file_time is not None and file_time > latest:
        file_time = None
    bound = (added or latest) + _CLOCK_SLACK
    if item.capture_time is not None and item.capture_time <= bound:
        is_file = item.capture_kind is CaptureKind.FILE
        basis = MonthBasis.FILE if is_file else MonthBasis.CAPTURE
        return _placed(item.capture_time, basis, today)
    if added is not None:
        return _placed(added, MonthBasis.ADDED, today)
    if file_time is not None:
        return _placed(file_time, MonthBasis.FILE, today)
    return month_key(FIRST_MONTH), MonthBasis.NONE


def _placed(moment: datetime, basis: MonthBasis, today: date) -> tuple[str, MonthBasis]:
    # The first month is the lower bound even of today: a computer clock reset to 1970 must not
    # create partitions.
    month = month_key(max(min(moment.date(), today), FIRST_MONTH))
    return month, MonthBasis.BEFORE_FIRST if moment.date() < FIRST_MONTH else basis


def _naive_utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def _file_time(mtime_ns: int | None) -> datetime | None:
    if mtime_ns is None:
        return None
    try:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        return None
