"""Conversion of Flickr's loosely typed JSON values, value by value.

Flickr states a number as a number in one reply and as text in the next. A value that is absent,
empty or of another form becomes None; an object or a list where a single value belongs is a
`TypeError`, so that the entry is reported.
"""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPENED_S: Final = 1_076_371_200
"""2004-02-10, when Flickr opened: an earlier instant is none of its own (recorded: "2013")."""

_MOST_PIXELS: Final = 2**31 - 1

_WHOLE = re.compile(r"-?[0-9]{1,18}")

# The tags that Flickr allows in a description.
_TAG = re.compile(r"</?(?:a|b|i|u|s|em|strong|del|ins|img|blockquote)\b[^<>]*>", re.IGNORECASE)


def single(value: Any) -> Any:
    """Return a single value; of an object with `_content`, that. Raises `TypeError`."""
    if isinstance(value, dict) and "_content" in value:
        value = value["_content"]
    if isinstance(value, dict | list):
        raise TypeError("not a single value")
    return value


def text(value: Any) -> str | None:
    """Return a text that is not blank."""
    found = single(value)
    return found if isinstance(found, str) and found.strip() else None


def whole(value: Any) -> int | None:
    """Return a whole number of at most 18 digits, which columns and JSON can hold."""
    found = single(value)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return int(found) if _WHOLE.fullmatch(str(found)) else None


def dimension(value: Any) -> int | None:
    """Return a size in pixels."""
    pixels = whole(value)
    return pixels if pixels is not None and 1 <= pixels <= _MOST_PIXELS else None


def flag(value: Any) -> bool | None:
    """Return whether a flag is set."""
    number = whole(value)
    return None if number is None else number != 0


def degrees(value: Any) -> float | None:
    """Return a coordinate."""
    found = single(value)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    try:
        return float(found)
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """Return Unix seconds as an instant in UTC; None before Flickr opened."""
    seconds = whole(value)
    if seconds is None or seconds < _OPENED_S:
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def plain(marked_up: str | None) -> str | None:
    """Return a description as plain text: without its HTML tags and entities."""
    if marked_up is None:
        return None
    return text(html.unescape(_TAG.sub("", marked_up)))
