"""Validate cron schedules: five fields as in crontab(5). Nothing is scheduled here."""

import calendar
import re
from collections.abc import Sequence

_NICKNAMES = frozenset(
    {"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"}
)
_MONTHS = [name.lower() for name in calendar.month_abbr[1:]]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, Sequence[str], int], ...] = (
    ("minute", 0, 59, (), 0),
    ("hour", 0, 23, (), 0),
    ("day of the month", 1, 31, (), 0),
    ("month", 1, 12, _MONTHS, 1),
    ("day of the week", 0, 7, _DAYS, 0),
)
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_RANGE = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d{1,3}))?", re.ASCII)


def require_cron(text: str) -> str:
    """Return `text`. Raises `ValueError` naming the invalid field, or if no day matches."""
    if text.lower() in _NICKNAMES:
        return text
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"a schedule has five fields (minute hour day month weekday), not {len(fields)}; "
            "`30 3 * * *` runs every night at 3:30"
        )
    chosen = [_values(field, *kind) for field, kind in zip(fields, _FIELDS, strict=True)]
    days, months = chosen[2], chosen[3]
    if fields[4] == "*" and min(days) > max(_LONGEST_MONTH[month - 1] for month in months):
        raise ValueError("none of the selected months has such a day")
    return text


def _values(
    field: str, kind: str, lowest: int, highest: int, names: Sequence[str], first: int
) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = _RANGE.fullmatch(part.lower())
        if match is None:
            raise ValueError(f"{part!r} is not a valid {kind}")
        start, end, step = match.groups()
        low = lowest if start is None else _number(start, kind, names, first)
        high = (
            highest if start is None else low if end is None else _number(end, kind, names, first)
        )
        stride = 1 if step is None else int(step)
        if not lowest <= low <= high <= highest or stride == 0 or (step and start and not end):
            raise ValueError(f"{part!r} is not a valid {kind}: use {lowest} to {highest}")
        values.update(range(low, high + 1, stride))
    return values


def _number(text: str, kind: str, names: Sequence[str], first: int) -> int:
    if text in names:
        return names.index(text) + first
    if not text.isdigit() or len(text) > 2:
        raise ValueError(f"{text!r} is not a valid {kind}")
    return int(text)
