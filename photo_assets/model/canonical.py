"""The one JSON text of a value, and digests over it.

What is stored, compared or digested as JSON is written here, so that equal values are equal texts
on any machine. What a value means is its own module's business.
"""

import hashlib
import json
from datetime import UTC, date, datetime, time

import orjson


def canonical_json(value: object) -> bytes:
    """Return the one JSON encoding of a dataclass, mapping or list: keys sorted, in UTF-8.

    A dataclass's fields keep their order. Times are in UTC and ISO form, those without a zone taken
    as UTC: digests of items are over this form. Bytes are in hex, lists in their order; nothing is
    escaped that need not be. Raises `orjson.JSONEncodeError` for what has no form, a lone surrogate
    included.
    """
    return orjson.dumps(
        value,
        default=_encode,
        option=orjson.OPT_SORT_KEYS
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATETIME,
    )


def canonical(value: object) -> str:
    """Return the one JSON text of what is stored as text: contents, extras, cursors.

    As `canonical_json`, except that times are written as they are: a wall clock keeps no zone, an
    instant its own. Raises `orjson.JSONEncodeError` likewise.
    """
    return orjson.dumps(value, default=_encode, option=orjson.OPT_SORT_KEYS).decode()


def canonical_document(value: object) -> bytes:
    """Return the one JSON document of a value for files that people compare line by line.

    As `canonical`, but indented, with a newline at its end, and with UTC times ending in `Z`.
    """
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, default=_encode, option=options | orjson.OPT_UTC_Z)


def canonical_digest(value: object) -> str:
    """Return the SHA-256 of `canonical`, 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def footer_json(value: object) -> str:
    """Return the JSON text that footers of stored tables hold: keys sorted, in ASCII, with spaces.

    As Python's own module writes it. Another text would have every table of every library written
    once more.
    """
    return json.dumps(value, sort_keys=True)


def inputs_digest(value: object) -> str:
    """Return the digest of what a stored table was made from, over `footer_json`: 64 hex digits."""
    return hashlib.sha256(footer_json(value).encode()).hexdigest()


def _encode(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):  # an enum of words
        return str(value)
    if isinstance(value, int):  # an enum of numbers
        return int(value)
    if isinstance(value, dict):  # a counter
        return dict(value)
    if isinstance(value, list):
        return list(value)
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()  # one instant has one form, whatever its zone
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")
