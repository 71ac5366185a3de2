"""A row's content as canonical JSON that PostgreSQL accepts. Pure; no table is named here."""

import json
from typing import Any

import orjson

from photo_assets.model.names import clean_text
from photo_assets.model.plans import canonical

_NUL = "\\u0000"
_SURROGATE = "\\ud"  # of a pair, written out, or of half a one

_NOTE = "characters no database stores were replaced"


def settle(text: str, leave_out: frozenset[str] = frozenset()) -> tuple[str, str | None]:
    """Return the canonical content of a row as DuckDB wrote it, and what was said otherwise.

    NUL and halves of surrogate pairs become U+FFFD, and the row's `notes` say in which columns.
    `leave_out` names what is taken out of the column `exif`.
    """
    lower = text.lower() if "\\u" in text else text
    foul = _NUL in lower or _SURROGATE in lower
    # orjson refuses half a pair; the standard library takes it, and repairs a whole one.
    row: dict[str, Any] = json.loads(text, parse_int=_integer) if foul else orjson.loads(text)
    if leave_out and isinstance(row.get("exif"), dict):
        row["exif"] = {name: value for name, value in row["exif"].items() if name not in leave_out}
    if not foul:
        return canonical(row), None
    clean = {name: _clean(value) for name, value in row.items()}
    touched = sorted(name for name in row if clean[name] != row[name])
    if not touched:
        return canonical(clean), None
    note = f"{_NOTE}: {', '.join(touched)}"
    clean["notes"] = [note]
    return canonical(clean), note


def _integer(digits: str) -> int | float:
    """Return a number as orjson reads it: beyond 64 bits it is a fraction."""
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
