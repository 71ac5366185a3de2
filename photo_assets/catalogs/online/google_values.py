"""Conversion of the JSON values of Google's records, value by value.

A value that is absent, empty, of another type or out of range becomes None. Numbers of 64 bits are
texts in Google's replies, and those of 32 bits are not.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any

_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_LARGEST = 2**31 - 1


def text(value: object) -> str | None:
    """Return a non-blank text."""
    return value if isinstance(value, str) and value.strip() else None


def part(record: Any, name: str) -> dict[str, Any]:
    """Return a nested record, {} where there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def parts(record: Any, name: str) -> list[dict[str, Any]]:
    """Return the records of a list."""
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts(record: Any, name: str) -> list[str]:
    """Return the texts of a list, each once, in order."""
    found = record.get(name)
    kept = [one for one in found if text(one)] if isinstance(found, list) else []
    return list(dict.fromkeys(kept))


def whole(value: object) -> int | None:
    """Return a whole number of at least 0 from a text of digits or a number."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return value


def positive(value: object) -> float | None:
    """Return a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None


def count(value: object) -> int | None:
    """Return a whole number above 0 that a column of 32 bits can hold."""
    number = whole(value)
    return number if number and number <= _LARGEST else None


def digest(value: object, length: int) -> bytes | None:
    """Return a checksum of `length` bytes from its hex digits."""
    if not isinstance(value, str) or len(value) != 2 * length:
        return None
    try:
        return bytes.fromhex(value)
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """Return an instant in UTC from a text of RFC 3339."""
    if not isinstance(value, str):
        return None
    try:
        stated = datetime.fromisoformat(value)
        return stated.astimezone(UTC) if stated.tzinfo else None
    except (ValueError, OverflowError):
        return None
