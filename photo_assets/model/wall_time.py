"""Dates as photo metadata writes them: a wall clock, perhaps an offset, and how much was stated.

Only the text forms belong here; which field of which program is believed is a reader's business.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from photo_assets.model.vocabulary import Precision

FIRST_PHOTOGRAPH_YEAR = 1826
LAST_YEAR = 9998
"""The last day of 9999 has no equal in zones further west, and is a program's "forever"."""
# Where programs count from: as an instant in UTC a zero written out, QuickTime's or Unix'.
_EPOCHS = frozenset({datetime(1904, 1, 1), datetime(1970, 1, 1)})
_LONGEST_OFFSET_MIN = 15 * 60
_LONGEST_TEXT = 64

_DATE = re.compile(
    r"""\s* (?P<year>\d{4})
    (?: [-:/.] (?P<month>\d{1,2}|\s{1,2})
      (?: [-:/.] (?P<day>\d{1,2}|\s{1,2})
        (?: [T\s]\s* (?P<hour>\d{1,2}|\s{1,2}) : (?P<minute>\d{2}|\s{2})
          (?: : (?P<second>\d{2}|\s{2}) (?: [.,] (?P<fraction>\d{1,9}) )? )?
          (?: \s* (?P<zone>Z|z|[+-]\d{2}:?(?:\d{2})?) )?
        )?
      )?
    )? \s* (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_OFFSET = re.compile(r"\s*(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class WallTime:
    """A clock reading without zone; `offset_min` is minutes east of UTC where stated."""

    time: datetime
    offset_min: int | None
    precision: Precision


def parse_wall_time(text: str) -> WallTime | None:
    """Return what a metadata date states, or None when it states none or an impossible one.

    Reads ISO 8601 as XMP profiles it (`2007`, `2007-09`, `2007-09-11T13:53:33.25+02:00`, also
    `+0200` and `Z`) and the EXIF form (`2007:09:11 13:53:33`, unknown parts blank or zero). Years
    before the first photograph are a program's null ("0000", "0001", "1601"), 9999 is its never.
    """
    match = _DATE.match(text[:_LONGEST_TEXT].replace("\x00", " "))
    if match is None or match["rest"]:
        return None
    year, month, day = (_number(match[part]) for part in ("year", "month", "day"))
    if year is None or not FIRST_PHOTOGRAPH_YEAR <= year <= LAST_YEAR:
        return None
    try:
        if not month:
            return WallTime(datetime(year, 1, 1), None, Precision.YEAR)
        if not day:
            return WallTime(datetime(year, month, 1), None, Precision.MONTH)
        return _with_clock(match, datetime(year, month, day))
    except ValueError:
        return None


def parse_offset(text: str) -> int | None:
    """Return minutes east of UTC for `+02:00`, `-0730`, `+02` or `Z`; None for anything else."""
    match = _OFFSET.fullmatch(text.replace("\x00", " "))
    if match is None:
        return None
    if match["utc"]:
        return 0
    minutes = int(match["h"]) * 60 + int(match["m"] or 0)
    if minutes > _LONGEST_OFFSET_MIN:
        return None
    return -minutes if match["sign"] == "-" else minutes


def with_fraction(moment: WallTime, digits: str) -> WallTime:
    """Return `moment` with EXIF's separate sub-second digits ("25" is a quarter), where usable."""
    digits = digits.replace("\x00", " ").strip()
    is_whole_second = moment.precision is Precision.SECOND
    if not (is_whole_second and digits.isascii() and digits.isdigit()):
        return moment
    microsecond = int(digits[:6].ljust(6, "0"))
    return WallTime(
        moment.time.replace(microsecond=microsecond), moment.offset_min, Precision.SUBSECOND
    )


def _with_clock(match: re.Match[str], day: datetime) -> WallTime | None:
    hour, minute, second = (_number(match[part]) for part in ("hour", "minute", "second"))
    if hour is None or minute is None or hour > 23 or minute > 59:
        return WallTime(day, None, Precision.DAY)
    offset = parse_offset(match["zone"]) if match["zone"] else None
    moment = day + timedelta(hours=hour, minutes=minute)
    if second is None:
        return WallTime(moment, offset, Precision.MINUTE)
    if offset == 0 and moment in _EPOCHS and not second:
        return None
    # A leap second, or a camera's 60: the last second the clock can show.
    whole = WallTime(moment.replace(second=min(second, 59)), offset, Precision.SECOND)
    return with_fraction(whole, match["fraction"] or "")


def _number(part: str | None) -> int | None:
    return int(part) if part and part.strip() else None
