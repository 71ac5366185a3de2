"""Conversion of Eagle's loosely typed JSON values to the project's types, value by value.

A value that is absent, empty, of another type or out of range becomes None.
"""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_DIMENSION = 2**31 - 1


def text(value: object) -> str | None:
    """Return a non-blank text."""
    return value if isinstance(value, str) and value.strip() else None


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, each once, in order."""
    entries = value if isinstance(value, list) else []
    return tuple(dict.fromkeys(entry for entry in entries if text(entry)))


def number(value: object) -> float | None:
    """Return a number; true and false are not numbers."""
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value


def moment(value: object) -> datetime | None:
    """Return Unix milliseconds as an instant in UTC; None for 0, Eagle's "never"."""
    milliseconds = number(value)
    if not milliseconds:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def dimension(value: object) -> int | None:
    """Return a size in pixels."""
    pixels = number(value)
    return int(pixels) if pixels is not None and 1 <= pixels <= _MAX_DIMENSION else None


def stars(value: object) -> int | None:
    """Return 0..5 stars; Eagle omits `star` for an item without stars."""
    count = number(value)
    return int(count) if count is not None and count in range(6) else None


def seconds(value: object) -> float | None:
    """Return a duration in seconds."""
    length = number(value)
    return float(length) if length is not None and length >= 0 else None
