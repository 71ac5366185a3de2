"""One fact's value as JSON and back, for conflicts and the answers to them.

A fact of one column is its plain value. A place is `{"latitude": …, "longitude": …}`, a capture
time `{"time": "2019-08-04T11:28:12", "offset_min": …, "kind": …, "precision": …}`.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from photo_assets.metadata.fields import COLUMN_TYPES, Comparison, Fact
from photo_assets.model.names import clean_text
from photo_assets.model.visibility import LEVELS
from photo_assets.model.vocabulary import CaptureKind, Precision

_BOUNDS = {"rating": (0, 5), "pick": (-1, 1), "iso": (1, 2**31 - 1)}

Columns = tuple[Any, ...]
"""The values of a fact's columns, in the order of `Fact.columns`."""


def to_json(fact: Fact, columns: Sequence[Any]) -> Any:
    """Return the JSON value of a fact stated by `columns`; None where it is not stated."""
    if columns[0] is None:
        return None
    match fact.comparison:
        case Comparison.PLACE:
            return {"latitude": columns[0], "longitude": columns[1]}
        case Comparison.CAPTURE:
            time, offset, kind, precision = columns
            return {
                "time": time.isoformat(),
                "offset_min": offset,
                "kind": kind,
                "precision": precision,
            }
        case _:
            value = columns[0]
            return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def from_json(fact: Fact, value: Any) -> Columns:
    """Return the column values of an answer; null means that the fact has no value.

    Raises `ValueError` with the reason.
    """
    if value is None:
        return (None,) * len(fact.columns)
    match fact.comparison:
        case Comparison.PLACE:
            return _place(_mapping(fact, value))
        case Comparison.CAPTURE:
            return _capture(_mapping(fact, value))
        case _:
            return (_single(fact, value),)


def _single(fact: Fact, value: Any) -> Any:
    if fact.name == "visibility":
        if value not in LEVELS:
            raise ValueError(f"{value!r} is not a level: {', '.join(LEVELS)}.")
        return value
    if fact.name in ("favourite", "archived"):
        return _typed(fact, value, bool)
    if fact.name in _BOUNDS:
        low, high = _BOUNDS[fact.name]
        number = _typed(fact, value, int)
        if isinstance(number, bool) or not low <= number <= high:
            raise ValueError(f"{fact.words} must be between {low} and {high}, not {value!r}.")
        return number
    if fact.comparison is Comparison.RATIO:
        return _number(fact.words, value, 0.0, 1e9)
    text = clean_text(_typed(fact, value, str))
    return text if text.strip() else None


def _typed(fact: Fact, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{fact.words} must be of type {COLUMN_TYPES[fact.name]}, not {value!r}.")
    return value


def _number(name: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number, not {value!r}.")
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} must be between {low} and {high}, not {value!r}.")
    return float(value)


def _mapping(fact: Fact, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{fact.words} must be an object, not {value!r}.")
    return value


def _place(value: Mapping[str, Any]) -> Columns:
    latitude = _number("latitude", value.get("latitude"), -90, 90)
    longitude = _number("longitude", value.get("longitude"), -180, 180)
    if latitude == 0 and longitude == 0:
        raise ValueError("(0, 0) is not a valid place; answer null to leave the photo without one.")
    return (latitude, longitude)


def _capture(value: Mapping[str, Any]) -> Columns:
    text = value.get("time")
    if not isinstance(text, str):
        raise ValueError(f"time must be ISO 8601 text, not {text!r}.")
    time = datetime.fromisoformat(text)
    if time.tzinfo is not None:
        raise ValueError("time must not contain a zone; use offset_min, or kind utc.")
    offset = value.get("offset_min")
    if offset is not None:
        offset = int(_number("offset_min", offset, -1439, 1439))
    kind = CaptureKind(value.get("kind") or CaptureKind.WALL).value
    precision = Precision(value.get("precision") or Precision.SECOND).value
    return (time, offset, kind, precision)
