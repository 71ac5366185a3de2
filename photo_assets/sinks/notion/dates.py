"""A capture time as a Notion date that is not more precise than the known time."""

import calendar
from datetime import datetime, timedelta, timezone
from typing import Final

from photo_assets.model.vocabulary import CaptureKind, Precision

_DAYS: Final = frozenset({Precision.YEAR, Precision.MONTH, Precision.DAY})
Date = dict[str, str | None]


def notion_date(
    time: datetime | None, offset_min: int | None, kind: str | None, precision: str | None
) -> Date | None:
    """Return start and end: an instant (to the minute) if it is known, otherwise days.

    Notion treats a time without an offset as UTC and would show another time than the camera; for
    such a time only the day is sent. A month or a year becomes the range of its days.
    """
    if time is None:
        return None
    match precision:
        case Precision.YEAR:
            return {"start": f"{time:%Y}-01-01", "end": f"{time:%Y}-12-31"}
        case Precision.MONTH:
            last = calendar.monthrange(time.year, time.month)[1]
            return {"start": f"{time:%Y-%m}-01", "end": f"{time:%Y-%m}-{last:02}"}
        case Precision.DAY:
            return {"start": f"{time:%Y-%m-%d}", "end": None}
    offset = 0 if kind and CaptureKind(kind).is_instant else offset_min
    if offset is None:
        return {"start": f"{time:%Y-%m-%d}", "end": None}
    zone = timezone(timedelta(minutes=offset))
    return {"start": time.replace(tzinfo=zone).isoformat(timespec="minutes"), "end": None}


def sortable_time(
    time: datetime | None, offset_min: int | None, kind: str | None, precision: str | None
) -> str | None:
    """Return the capture time as sortable text, as precise as it was stated."""
    if time is None:
        return None
    match precision:
        case Precision.YEAR:
            return f"{time:%Y}"
        case Precision.MONTH:
            return f"{time:%Y-%m}"
        case Precision.DAY:
            return f"{time:%Y-%m-%d}"
        case Precision.MINUTE:
            said = f"{time:%Y-%m-%d %H:%M}"
        case Precision.SUBSECOND if time.microsecond:
            said = f"{time:%Y-%m-%d %H:%M:%S.%f}".rstrip("0")
        case _:
            said = f"{time:%Y-%m-%d %H:%M:%S}"
    if kind and CaptureKind(kind).is_instant:
        return f"{said} UTC"
    if offset_min is None:
        return said
    sign, minutes = ("-" if offset_min < 0 else "+"), abs(offset_min)
    return f"{said} {sign}{minutes // 60:02}:{minutes % 60:02}"
