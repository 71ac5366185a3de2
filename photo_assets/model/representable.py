"""Representable values: which values an item's fields can store without change.

Arrow rejects some values (a rating of 9999 does not fit its column) and silently changes others
(2.5 stars become 2, a time without a zone becomes UTC). Whether a representable value is plausible
is decided in `plausible`.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa

from photo_assets.model.item import Item
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.wording import counted

_Check = Callable[[Any], str | None]
"""Returns the fault of a value that is not None ("is 9999, outside -128..127"), None without one.
"""

_LONGEST_SHOWN = 60


def unrepresentable_value(item: Item) -> str | None:
    """Return a sentence about the first field that a row cannot store, None without one.

    For an item that passes, `rows.item_to_row` does not fail and `rows.row_to_item` returns an
    equal item.
    """
    problem = _ITEM_CHECK(item)
    return None if problem is None else f"{problem.lstrip('.')}."


def _check_for(hint: Any, arrow: pa.DataType) -> _Check:
    if isinstance(hint, types.UnionType):  # X | None
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        return _sequence(_required(_check_for(typing.get_args(hint)[0], arrow.value_type)))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, {field.name: field.type for field in arrow})
    if hint is int:
        return _integer(arrow)
    if hint is float:
        return _real
    if hint is bool:
        return _truth
    if hint is bytes:
        return _digest(arrow.byte_width)
    if hint is datetime:
        return _wall_clock if arrow.tz is None else _instant
    return _text if hint is str else _word(hint)


def _record(kind: type, arrow: dict[str, pa.DataType]) -> _Check:
    hints = typing.get_type_hints(kind)
    checks = [
        (name, types.NoneType in typing.get_args(hint), _check_for(hint, arrow[name]))
        for name, hint in hints.items()
    ]

    def check(value: Any) -> str | None:
        if not isinstance(value, kind):
            return f" is {_shown(value)}, not a {kind.__name__}"
        for name, optional, check_field in checks:
            part = getattr(value, name)
            if part is None:
                if optional:
                    continue
                return f".{name} is missing"
            problem = check_field(part)
            if problem is not None:
                return f".{name}{problem}"
        return None

    return check


def _required(check: _Check) -> _Check:
    return lambda value: " is missing" if value is None else check(value)


def _sequence(check: _Check) -> _Check:
    def check_all(value: Any) -> str | None:
        if not isinstance(value, tuple):
            return f" is {_shown(value)}, not a tuple"
        for n, part in enumerate(value):
            problem = check(part)
            if problem is not None:
                return f"[{n}]{problem}"
        return None

    return check_all


def _integer(arrow: pa.DataType) -> _Check:
    signed = pa.types.is_signed_integer(arrow)
    lowest = -(1 << arrow.bit_width - 1) if signed else 0
    highest = (1 << arrow.bit_width - signed) - 1

    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return f" is {_shown(value)}, not a whole number"
        if lowest <= value <= highest:
            return None
        return f" is {_shown(value)}, outside {lowest}..{highest}"

    return check


def _real(value: Any) -> str | None:
    if not isinstance(value, float | int) or isinstance(value, bool):
        return f" is {_shown(value)}, not a number"
    if isinstance(value, int):
        # Beyond 2**53 a float cannot hold every whole number.
        return None if -(1 << 53) <= value <= 1 << 53 else f" is {_shown(value)}, too large"
    return None if math.isfinite(value) else f" is {value}, not a finite number"


def _truth(value: Any) -> str | None:
    return None if isinstance(value, bool) else f" is {_shown(value)}, not true or false"


def _digest(width: int) -> _Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, bytes):
            return f" is {_shown(value)}, not bytes"
        return (
            None
            if len(value) == width
            else f" has {counted(len(value), 'byte')} instead of {width}"
        )

    return check


def _wall_clock(value: Any) -> str | None:
    if not isinstance(value, datetime):
        return f" is {_shown(value)}, not a time"
    return None if value.tzinfo is None else f" is {value}, which has a zone: not a wall clock"


def _instant(value: Any) -> str | None:
    if not isinstance(value, datetime):
        return f" is {_shown(value)}, not a time"
    if value.utcoffset() is None:
        return f" is {value}, which has no zone"
    try:
        value.astimezone(UTC)
    except OverflowError:
        return f" is {value}, outside the years 1..9999 in UTC"
    return None


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return f" is {_shown(value)}, not text"
    if value.isascii():
        return None
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f" has half a surrogate pair at character {error.start}"
    return None


def _word(words: type[StrEnum]) -> _Check:
    allowed = frozenset(word.value for word in words)

    def check(value: Any) -> str | None:
        if isinstance(value, str) and value in allowed:
            return None
        return f" is {_shown(value)}, not one of {', '.join(sorted(allowed))}"

    return check


def _shown(value: object) -> str:
    """Return a short form of any value; Python refuses to format very long integers."""
    if isinstance(value, int) and abs(value) >= 1 << 128:
        return f"a number of {value.bit_length()} bits"
    try:
        text = repr(value)
    except ValueError:  # a value with such an integer in it
        text = type(value).__name__
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


_ITEM_CHECK = _record(Item, {field.name: field.type for field in ITEM_SCHEMA})
