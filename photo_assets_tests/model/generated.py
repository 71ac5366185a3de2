"""Hypothesis strategies for items: every field with all storable values."""

import dataclasses
import types
import typing
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from photo_assets.model.item import Item
from photo_assets.model.schema import ITEM_SCHEMA

ARROW = {field.name: field.type for field in ITEM_SCHEMA}
HINTS = typing.get_type_hints(Item)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
wall_clocks = st.datetimes()
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)


def values(hint: Any, arrow: pa.DataType) -> st.SearchStrategy[Any]:
    """Return a strategy of all values of a field with this Python type and this column type."""
    if isinstance(hint, types.UnionType):
        (inner,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
        return st.none() | values(inner, arrow)
    if typing.get_origin(hint) is tuple:
        inner = values(typing.get_args(hint)[0], arrow.value_type)
        return st.lists(inner, max_size=3).map(tuple)
    if dataclasses.is_dataclass(hint):
        return records(typing.cast(type, hint), {field.name: field.type for field in arrow})
    if hint is int:
        signed = pa.types.is_signed_integer(arrow)
        low = -(2 ** (arrow.bit_width - 1)) if signed else 0
        return st.integers(low, low + 2**arrow.bit_width - 1)
    if hint is datetime:
        return wall_clocks if arrow.tz is None else instants
    if hint is bytes:
        return st.binary(min_size=arrow.byte_width, max_size=arrow.byte_width)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
    }
    return plain[hint]


def records(kind: type, arrow: dict[str, pa.DataType]) -> st.SearchStrategy[Any]:
    """Return a strategy of a dataclass whose fields are the columns `arrow`."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: values(hint, arrow[name]) for name, hint in hints.items()})


FIELD_VALUES = {name: values(hint, ARROW[name]) for name, hint in HINTS.items()}

items: st.SearchStrategy[Item] = st.builds(Item, **FIELD_VALUES)


def with_instants_in_utc(item: Item) -> Item:
    """Return the item with its instants as they come back from a table."""
    moved = {
        name: value.astimezone(UTC)
        for name in ("added_time", "modified_time")
        if (value := getattr(item, name)) is not None
    }
    return dataclasses.replace(item, **moved)


WILD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.text(st.characters(), max_size=5),
    st.binary(max_size=40),
    st.datetimes(),
    st.datetimes(timezones=zones),
    st.dates(),
    st.lists(st.integers(), max_size=2).map(tuple),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)
"""What a reader with a mistake in it, or a hostile file, may put into any field."""
