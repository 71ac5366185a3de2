"""A row's content as canonical JSON that PostgreSQL accepts. Pure; no table is named here."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from photo_assets.model.canonical import canonical
from photo_assets.model.names import clean_text

_JSON_COLUMNS = ("exif", "extras", "proposal")
_ESCAPED = ("\\u0000", "\\ud")  # NUL; a surrogate pair, written as escapes, or half of one
_DEEP = 100  # orjson writes 254 levels, the database more than that

_NOTE = "characters no database stores were replaced"


def parse(text: str) -> dict[str, Any]:
    """Return a row as DuckDB wrote it; columns with JSON text become its values."""
    row: dict[str, Any] = orjson.loads(text)
    for name in _JSON_COLUMNS:
        if isinstance(row.get(name), str):
            row[name] = _parsed(row[name])
    for stated in row.get("stated_values") or ():
        stated["value"] = _parsed(stated["value"])
    return row


def settle(row: Mapping[str, Any], text: str) -> tuple[str, str | None]:
    """Return a row of `parse(text)`, or the remainder of one, as text, and a note on changes.

    NUL and halves of surrogate pairs become U+FFFD, and the row's `notes` list the columns.
    """
    lower = text.lower() if "\\u" in text else text
    if not any(escape in lower for escape in _ESCAPED):
        return canonical(row), None
    clean = {name: _clean(value) for name, value in row.items()}
    touched = sorted(name for name in row if clean[name] != row[name])
    if not touched:
        return canonical(clean), None
    note = f"{_NOTE}: {', '.join(touched)}"
    clean["notes"] = [note]
    return canonical(clean), note


def emptied(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return a row with only its identity (the columns `names`) and the mark that it is gone.

    Its other columns are sent as null, because a column that is not sent keeps its value in the
    database.
    """
    return {**dict.fromkeys(row), **{name: row[name] for name in names}, "gone": True}


def _parsed(text: str | None) -> Any:
    """Return the value of a JSON text; the text itself if it is invalid or nested too deeply."""
    if text is None:
        return None
    try:
        value = _loaded(text)
        if text.count("[") + text.count("{") > _DEEP:
            canonical(value)
    except (ValueError, RecursionError, orjson.JSONEncodeError):
        return text
    return value


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # it refuses half a surrogate pair, which json accepts
        return json.loads(text, parse_int=_integer, parse_constant=lambda _: None)


def _integer(digits: str) -> int | float:
    """Return a number as orjson reads it: beyond 64 bits it is a float."""
    number = int(digits)
    return number if -(2**63) <= number < 2**64 else float(digits)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {clean_text(name): _clean(one) for name, one in value.items()}
    return value
