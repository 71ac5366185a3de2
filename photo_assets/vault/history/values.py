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
    """Return a value of a record as a column of this type has it (`pa.Table.from_pylist`).

    Raises `ValueError`, `TypeError` or `AttributeError` for a value of another form.
    """
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [column_value(kind.value_type, one) for one in value]
    if pa.types.is_struct(kind):
        return {name: column_value(kind.field(name).type, one) for name, one in value.items()}
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return bytes.fromhex(value) if pa.types.is_fixed_size_binary(kind) else value
