"""Converting stored values: numbers, text, Lightroom's clock, photographic units.

Lightroom declares hardly any column types, so each function accepts any SQLite value and returns
None for an invalid one. Pure functions, independent of columns.
"""

import math
from datetime import UTC, datetime, timedelta

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.model.names import clean_text
from photo_assets.model.wall_time import parse_wall_time

# Lightroom counts seconds from here (measured: 408546219.1 beside the import row
# 2013-12-12T15:03:39+02:00 of a Lightroom 5 catalog). "Never" is its year 1, and 0 means unset.
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_LATEST_SECONDS = 200 * 366 * 86_400

_ORIENTATIONS = {
    "AB": 1, "BA": 2, "CD": 3, "DC": 4, "AD": 5, "BC": 6, "CB": 7, "DA": 8,
}  # fmt: skip


def number(value: Value) -> float | None:
    """Return a finite number, also from text."""
    if isinstance(value, str):
        if len(value) > 64:
            return None
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def integer(value: Value) -> int | None:
    """Return an integer that fits a 64-bit column, also from 86.0 or "86"."""
    if isinstance(value, int):
        return value
    found = number(value)
    if found is None or not found.is_integer() or abs(found) >= 2**63:
        return None
    return int(found)


def within(value: Value, low: int, high: int) -> int | None:
    """Return an integer from `low` to `high`, otherwise None."""
    found = integer(value)
    return found if found is not None and low <= found <= high else None


def text(value: Value) -> str | None:
    """Return text that every store accepts; numbers as text; None for blank text and blobs."""
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return None
    return clean_text(value) if value.strip("\x00 \t\r\n") else None


def truth(value: Value) -> bool:
    """Return whether a flag is set; Lightroom writes 1, 1.0, '1' and 'true'."""
    return value == "true" or number(value) not in {None, 0.0}


def moment(value: Value) -> datetime | None:
    """Return a time of Lightroom's clock (seconds since 2001, UTC); None for unset and never."""
    seconds = number(value)
    if seconds is None or not 0 < seconds < _LATEST_SECONDS:
        return None
    return EPOCH + timedelta(seconds=seconds)


def import_moment(value: Value) -> datetime | None:
    """Return an import date: ISO text with offset, or Lightroom's clock in old catalogs.

    Text without an offset is taken as UTC; the catalog does not state its zone.
    """
    if not isinstance(value, str):
        return moment(value)
    stated = parse_wall_time(value)
    if stated is None:
        return moment(value)
    offset = timedelta(minutes=stated.offset_min or 0)
    return (stated.time - offset).replace(tzinfo=UTC)


def aperture(apex: Value) -> float | None:
    """Return the f-number of an APEX aperture value: f = 2^(A/2) (EXIF 2.32 annex C)."""
    value = number(apex)
    if value is None or not -4 <= value <= 20:
        return None
    return round(2 ** (value / 2), 3)


def exposure_time_s(apex: Value) -> float | None:
    """Return the seconds of an APEX time value: t = 2^-T (EXIF 2.32 annex C).

    The catalog rounds T to six digits; 1/n s is restored where t is close enough. Other times are
    rounded to four digits.
    """
    value = number(apex)
    if value is None or not -24 <= value <= 24:
        return None
    seconds = float(2**-value)
    parts = round(1 / seconds)
    if parts > 1 and abs(1 / seconds - parts) < 1e-5 * parts:
        return 1 / parts
    return float(f"{seconds:.4g}")


def orientation(value: Value) -> int | None:
    """Return the EXIF orientation of Lightroom's letters.

    With the corners named A (top left) to D clockwise, the two letters are the displayed positions
    of the stored image's corners A and B: BC is a quarter turn clockwise. AB was measured, BC, CD
    and DA are known from other readers, and the mirrored four are derived.
    """
    return _ORIENTATIONS.get(value) if isinstance(value, str) else None


def duration_s(value: Value) -> float | None:
    """Return a video's length from "numerator/denominator" in hexadecimal, or from plain seconds.

    Assumed from the column's default '0000000000000000/0000000000000001', 64 bits each.
    """
    if isinstance(value, str) and "/" in value:
        numerator, _, denominator = value.partition("/")
        try:
            parts = int(numerator[:16], 16), int(denominator[:16], 16)
        except ValueError:
            return None
        seconds = parts[0] / parts[1] if parts[1] else 0.0
    else:
        seconds = number(value) or 0.0
    return round(seconds, 3) if 0 < seconds < 1e7 else None
