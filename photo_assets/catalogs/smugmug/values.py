"""Single values of SmugMug's records: texts, numbers that are texts, instants; None for others."""

import math
from datetime import UTC, datetime


def text(value: object) -> str | None:
    """Return a text without spaces around it; an empty one is none."""
    return value.strip() or None if isinstance(value, str) else None


def count(value: object) -> int | None:
    """Return a whole number above zero."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count and isinstance(value, int) else None


def number(value: object) -> float | None:
    """Return a number that is stated as one or as a text ("1.8", "1/3040")."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    whole, fraction, part = str(value).partition("/")
    try:
        found = float(whole) / float(part) if fraction else float(whole)
    except (ValueError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def moment(value: object) -> datetime | None:
    """Return an instant in UTC; the service states each with its zone."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
