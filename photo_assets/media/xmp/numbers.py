"""Parsing numbers in XMP: decimals and EXIF's fractions."""

import re

_LONGEST = 80  # the pattern takes quadratic time on blanks
_RATIONAL = re.compile(r"\s*([+-]?\d{1,12}(?:\.\d{1,20})?)(?:\s*/\s*(\d{1,12}))?\s*", re.ASCII)


def rational(text: str | None) -> float | None:
    """Return the value of `28/10`, `2.8` or `-3`; None for other texts and for n/0."""
    match = _RATIONAL.fullmatch((text or "")[:_LONGEST])
    if match is None or (match[2] and int(match[2]) == 0):
        return None
    return float(match[1]) / int(match[2] or 1)


def within(value: float | None, low: float, high: float) -> float | None:
    """Return a value if it is within the bounds (inclusive)."""
    return value if value is not None and low <= value <= high else None
