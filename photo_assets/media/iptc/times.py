"""Dates and times of IPTC-IIM: eight digits of a date, and a clock with its offset from UTC.

IIM 4.2: 2:55 and 2:62 are CCYYMMDD, 00 for an unknown month or day; 2:60 and 2:63 are HHMMSS±HHMM.
"""

import re

from photo_assets.model.wall_time import WallTime, parse_wall_time

# Separators violate the standard, but are common.
_DATE = re.compile(r"(\d{4})(?:[-:/.]?(\d\d)(?:[-:/.]?(\d\d))?)?", re.ASCII)
_CLOCK = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NULL = re.compile(r"[0\s:/.+-]*")


def stated_time(date: str, clock: str) -> WallTime | None:
    """Return the time in the two texts; None without a usable date.

    The clock is used only with a complete date. Its offset is kept as written: programs that do not
    know it write the offset of their machine, or +0000.
    """
    day = _DATE.fullmatch(date.strip())
    if day is None:
        return None
    year, month, of_month = day[1], day[2] or "00", day[3] or "00"
    hand = _CLOCK.fullmatch(clock.strip())
    seconds = f":{hand[3]}" if hand and hand[3] else ""
    time = f"T{hand[1]}:{hand[2]}{seconds}{hand[4] or ''}" if hand else ""
    return parse_wall_time(f"{year}-{month}-{of_month}{time}")


def is_unreadable(date: str, time: WallTime | None) -> bool:
    """Return whether a date is not empty but cannot be parsed; zeros and blanks are empty."""
    return time is None and _NULL.fullmatch(date) is None
