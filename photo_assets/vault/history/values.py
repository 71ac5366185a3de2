"""The JSON form of single values in records, and reading it back as columns have it. Pure.

Which values a record has is decided by `records`.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
import pyarrow as pa

from photo_assets.model.canonical import canonical

_COUNTS: Final = frozenset({"image_views", "views"})
"""Extras that change whenever somebody looks at the photo."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")


def stated(value: Any) -> Any:
    """Return a value without the fields of structs in it that are null."""
    if isinstance(value, dict):
        return {name: stated(one) for name, one in value.items() if one is not None}
    return [stated(one) for one in value] if isinstance(value, list) else value


def without_nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row that are not null."""
    return {name: value for name, value in row.items() if value is not None}


def extras_value(text: str) -> Any:
    """Return the values without a column: no addresses, and no counts of views."""
    found = orjson.loads(text)
    kept = {name: one for name, one in found.items() if name not in _COUNTS}
    return without_addresses(kept)


def without_addresses(value: Any) -> Any:
    """Return a JSON value; each address in its texts is cut out."""
    if isinstance(value, dict):
        return {name: without_addresses(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_addresses(one) for one in value]
    return _ADDRESS.sub("", value).rstrip() if isinstance(value, str) else value


def exif_value(text: str) -> Any:
    """Return the JSON value of a fingerprint's `exif`, from which `exif_text` makes that text."""
    found = orjson.loads(text)
    return found if exif_text(found) == text else text


def exif_text(value: Any) -> str:
    """Return the text of a fingerprint's `exif` from its JSON value."""
    return value if isinstance(value, str) else canonical(value)


def column_value(kind: pa.DataType, value: Any) -> Any:
    """Return a value of a record as a column of this type has it, structs with all their fields.

    Raises `ValueError`, `TypeError` or `AttributeError` for a value that the column cannot hold.
    """
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [column_value(kind.value_type, one) for one in value]
    if pa.types.is_struct(kind):
        fields = [kind.field(number) for number in range(kind.num_fields)]
        return {one.name: column_value(one.type, value.get(one.name)) for one in fields}
    if pa.types.is_timestamp(kind):
        return _moment(value, aware=kind.tz is not None)
    if pa.types.is_fixed_size_binary(kind):
        return _of_length(bytes.fromhex(value), kind.byte_width)
    if pa.types.is_integer(kind):
        return _within(value, kind.bit_width, signed=pa.types.is_signed_integer(kind))
    for matches, fitting in _FITTING.items():
        if matches(kind) and not isinstance(value, fitting):
            raise ValueError(f"a {type(value).__name__} is in the place of a {kind}")
    return value


_FITTING: Final[Mapping[Any, Any]] = {
    pa.types.is_string: str,
    pa.types.is_boolean: bool,
    pa.types.is_floating: float | int,
}


def _moment(text: str, *, aware: bool) -> datetime:
    found = datetime.fromisoformat(text)
    if (found.tzinfo is not None) != aware:
        raise ValueError("a time of the wrong kind")
    return found


def _of_length(value: bytes, length: int) -> bytes:
    if len(value) != length:
        raise ValueError("a digest of another length")
    return value


def _within(value: Any, bits: int, *, signed: bool) -> int:
    least, end = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < end:
        raise ValueError("a number that the column cannot hold")
    return value
