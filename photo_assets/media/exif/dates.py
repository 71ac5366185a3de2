"""Parsing dates in texts of containers: ISO and EXIF forms, and forms with month names.

PNG recommends RFC 1123 for its creation time, AVI's IDIT is C's asctime, and some cameras use other
forms.
"""

import re
from email.utils import parsedate_tz

from photo_assets.model.wall_time import WallTime, parse_wall_time

_LONGEST = 64
_NAMED_MONTH = re.compile(r"\b[A-Za-z]{3}\b.*\d:\d\d", re.ASCII | re.DOTALL)
_YEAR = re.compile(r"\b(?:18|19|20)\d\d\b", re.ASCII)
_ZONE = re.compile(
    r" (?:[+-](?!0000)\d{4}|\+0000|UTC?|GMT|[ECMP][SD]T)$", re.ASCII
)  # -0000: unknown
# Without separators: "20190807T060504Z", "20190807"
_BARE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
# Casio: "2001/ 1/27  1:42PM", "2005/11/28/ 09:19"
_CASIO = re.compile(r"(\d{4})/ ?(\d\d?)/ ?(\d\d?)/? +(\d\d?):(\d\d)(AM|PM)?", re.ASCII)
_HALF_OF_DAY = re.compile(r"[AaPp]\.?[Mm]\b")


def stated_date(text: str) -> WallTime | None:
    """Return the time in a text of any of these forms, None for other texts."""
    text = " ".join(text[:_LONGEST].replace("\0", " ").split())
    if bare := _BARE.fullmatch(text):
        year, month, day, hour, minute, second, zone = bare.groups()
        clock = f"T{hour}:{minute}:{second}{zone or ''}" if hour else ""
        return parse_wall_time(f"{year}-{month}-{day}{clock}")
    if casio := _CASIO.fullmatch(text):
        year, month, day, hour, minute, half = casio.groups()
        hours = int(hour) % 12 + (12 if half == "PM" else 0) if half else int(hour)
        return parse_wall_time(f"{year}-{month}-{day} {hours:02}:{minute}")
    if _NAMED_MONTH.search(text) and _YEAR.search(text) and not _HALF_OF_DAY.search(text):
        return _with_named_month(text)
    return parse_wall_time(text)


def _with_named_month(text: str) -> WallTime | None:
    """Return `Fri, 07 Aug 2019 06:05:04 +0200` (RFC 1123) or `Wed Aug  7 06:05:04 2019`."""
    parts = parsedate_tz(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second = parts[:6]
    clock = f"{hour:02}:{minute:02}:{second:02}"
    time = parse_wall_time(f"{year:04}-{month:02}-{day:02} {clock}")
    seconds_east = parts[9] if _ZONE.search(text) else None  # without one, Python assumes UTC
    if time is None or seconds_east is None or abs(seconds_east) > 15 * 3600:
        return time
    return WallTime(time.time, seconds_east // 60, time.precision)
