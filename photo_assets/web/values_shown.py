"""The values of a photo as people read them, and who states each: the fields of its page.

Reading tables belongs to `photo_view`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from photo_assets.metadata.fields import FACTS, FILE_FACTS, SET_NAMES
from photo_assets.metadata.provenance import HUMAN_SOURCE
from photo_assets.web.photo_view import ItemKey, PhotoView, Row

_UNITS = {"focal_length_mm": " mm"}
_CHOSEN = ("first", "max", "most_restrictive", "union", "master", "human", "settled", "proposed")


@dataclass(frozen=True, slots=True)
class Chip:
    """Who stated a value, when, and what the rules did with it. `chosen`: it is the value shown."""

    who: str
    item: str
    at: datetime | None
    rule: str
    chosen: bool


@dataclass(slots=True)
class StatedValue:
    """A value and all that state it."""

    text: str
    chips: list[Chip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the unified view: its value, and every value that was stated."""

    name: str
    words: str
    value: str
    open: bool
    stated: list[StatedValue]


def field_views(view: PhotoView) -> list[FieldView]:
    """Return the fields that have a value or a statement, in the order of the unified view."""
    facts = [(fact.name, fact.words, fact.columns) for fact in FACTS]
    facts += [(name, name.capitalize(), (name,)) for name in SET_NAMES]
    facts += [(name, name.capitalize(), columns) for name, columns in FILE_FACTS.items()]
    found = [_field(view, *fact) for fact in facts]
    return [one for one in found if one.value or one.stated]


def _field(view: PhotoView, name: str, words: str, columns: tuple[str, ...]) -> FieldView:
    entries = [one for one in view.unified.get("provenance") or () if one["field"] == name]
    rules = {(one["source"], one["catalog"], one["native_id"]): one for one in entries}
    texts: dict[str, StatedValue] = {}

    def add(text: str, key: ItemKey, at: datetime | None) -> None:
        entry = rules.get(key)
        rule = entry["rule"] if entry else ""
        who = "EXIF in the file" if key[0] == "exif" else f"{key[0]}/{key[1]}"
        chip = Chip(who, key[2], at, rule, rule.startswith(_CHOSEN))
        if text:
            texts.setdefault(text, StatedValue(text)).chips.append(chip)

    for item in view.items:
        key = (item["source"], item["catalog"], item["native_id"])
        at = item.get("modified_time") or item.get("added_time")
        add(value_text(name, _values(item, columns)), key, at)
        file_key = ("exif", *key[1:])
        if file_key in rules:
            exif = view.exif.get(key, {})
            add(value_text(name, _values(exif, columns)), file_key, None)
    for entry in entries:
        if entry["source"] == HUMAN_SOURCE:
            key = (entry["source"], entry["catalog"], entry["native_id"])
            text = value_text(name, _values(view.unified, columns))
            chip = Chip("a person", "", entry["stated_at"], entry["rule"], True)
            texts.setdefault(text, StatedValue(text)).chips.append(chip)
    disputed = any(one["field"] == name for one in view.conflicts)
    value = value_text(name, _values(view.unified, columns))
    return FieldView(name, words, value, disputed, [*texts.values()])


def _values(row: Row, columns: Sequence[str]) -> list[Any]:
    return [row.get(column) for column in columns]


def value_text(name: str, values: Sequence[Any]) -> str:
    """Return a field's value as one text, "" without a value. `values`: those of its columns."""
    first = values[0]
    if first is None or first == []:
        return ""
    special = _TEXTS.get(name)
    if special is not None:
        return special(values)
    if isinstance(first, bool):
        return "yes" if first else "no"
    text = f"{first:g}" if isinstance(first, float) else str(first)
    return f"{text}{_UNITS.get(name, '')}"


def _exposure(values: Sequence[Any]) -> str:
    seconds = values[0]
    return f"1/{1 / seconds:.0f} s" if 0 < seconds < 0.3 else f"{seconds:g} s"


def _gps(values: Sequence[Any]) -> str:
    return f"{values[0]:.5f}, {values[1]:.5f}" if values[1] is not None else ""


def _dimensions(values: Sequence[Any]) -> str:
    return f"{values[0]} x {values[1]} pixels" if values[1] is not None else ""


def _names(separator: str) -> Callable[[Sequence[Any]], str]:
    """Return the text of a set whose values have levels."""
    return lambda values: ", ".join(sorted(separator.join(_levels(one)) for one in values[0]))


def _levels(value: Any) -> list[str]:
    """Return the levels of a keyword or album, or a name, however the table stores it."""
    if isinstance(value, Mapping):
        return [value["name"]] if value.get("name") is not None else list(value.get("path") or ())
    return [value] if isinstance(value, str) else [str(level) for level in value]


def _capture(values: Sequence[Any]) -> str:
    at, offset, kind, precision = values
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    text = moment.strftime(
        {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}.get(
            precision, "%Y-%m-%d %H:%M:%S"
        )
    )
    if kind in {"utc", "file"}:
        text += " UTC"
    elif offset is not None:
        text += f" {'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    return f"{text} (guessed)" if kind in {"name", "file"} else text


_TEXTS: Final[Mapping[str, Callable[[Sequence[Any]], str]]] = {
    "capture_time": _capture,
    "gps": _gps,
    "dimensions": _dimensions,
    "file": lambda values: str(values[0]),
    "keywords": _names(" > "),
    "people": _names(" / "),
    "albums": _names(" / "),
    "exposure_time_s": _exposure,
    "aperture": lambda values: f"f/{values[0]:g}",
}
