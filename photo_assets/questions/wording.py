"""Values in the form in which people read and type them, on a terminal or a page.

Texts may contain anything that a catalog states: whoever prints them escapes them.
"""

import re
from collections.abc import Mapping
from typing import Any

from photo_assets.metadata.fields import FACT_BY_NAME, Comparison
from photo_assets.metadata.sentences import time_text
from photo_assets.model.vocabulary import Precision, Visibility
from photo_assets.model.wording import size
from photo_assets.questions.answering import AnswerError
from photo_assets.questions.question import Question

NONE = "none"
"""What people type to leave a photo without a value."""

_STARS = 5
_PICKS = {"picked": 1, "unflagged": 0, "rejected": -1}
_ACCEPTED = {
    "capture_time": "a date as far as it is known, such as 2019-08-04 11:28:12 +02:00, or 2019-08",
    "gps": "latitude and longitude in degrees, such as 48.85837, 2.29448",
    "exposure_time_s": "seconds, such as 0.5 or 1/250",
    "rating": "0 to 5, or stars such as ***",
    "pick": ", ".join(_PICKS),
    "favourite": "yes or no",
    "archived": "yes or no",
    "visibility": ", ".join(Visibility),
}
_TIME = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[ T](?P<minute>\d\d:\d\d)"
    r"(?P<second>:\d\d)?(?P<subsecond>\.\d{1,6})?)?)?)?"
    r"(?: ?(?P<zone>UTC|Z|[+-]\d\d:?\d\d))?"
)


def value_text(question: Question | None, value: Any) -> str:
    """Return a value as people read it; without its question, as far as its form tells what it is.

    A rating is then a number.
    """
    if value is None:
        return "no value"
    if question is not None and question.field is not None:
        return _fact_text(question.field, value)
    if not isinstance(value, Mapping) or not value.keys().isdisjoint(("latitude", "time")):
        return _plain_text(value)
    return _photo_text(value) if "photo_id" in value else _file_text(value)


def typed_value(field: str, text: str) -> Any:
    """Return what somebody typed as a value of `field`, None for the word `NONE`.

    Raises `AnswerError`, which says what is accepted.
    """
    text = text.strip()
    if text.lower() == NONE:
        return None
    try:
        return _parsed(field, text)
    except (ValueError, KeyError, ZeroDivisionError):
        words = FACT_BY_NAME[field].words
        raise AnswerError(
            f"{text!r} is no {words.lower()}.",
            hint=f"Type {accepted(field)}, or {NONE} for no value.",
        ) from None


def accepted(field: str) -> str:
    """Return what `typed_value` accepts for a field, with an example."""
    ratio = FACT_BY_NAME[field].comparison is Comparison.RATIO
    return _ACCEPTED.get(field, "a number, such as 2.8" if ratio else "a text")


def _fact_text(field: str, value: Any) -> str:
    match FACT_BY_NAME[field].comparison, field:
        case Comparison.RATIO, _:
            fraction = field == "exposure_time_s" and 0 < value < 1
            return f"1/{1 / value:g} s" if fraction else f"{value:g}"
        case _, "rating":
            return f"{'★' * value}{'☆' * (_STARS - value)}"
        case _, "pick":
            return next(word for word, number in _PICKS.items() if number == value)
        case _:
            return _plain_text(value)


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Mapping):
        return str(value)
    if "time" in value:
        return time_text(value)
    return f"{value['latitude']:.6f}, {value['longitude']:.6f}"


def _parsed(field: str, text: str) -> Any:
    match FACT_BY_NAME[field].comparison, field:
        case Comparison.CAPTURE, _:
            return _typed_time(text)
        case Comparison.PLACE, _:
            latitude, longitude = (float(part) for part in text.split(","))
            return {"latitude": latitude, "longitude": longitude}
        case Comparison.RATIO, _:
            number, _, part = text.removesuffix("s").partition("/")
            value = float(number) / float(part or 1)
            return round(value) if field == "iso" else value
        case _, "rating":
            return text.count("*") if set(text) == {"*"} else int(text)
        case _, "pick":
            return _PICKS[text.lower()]
        case _, "favourite" | "archived":
            return {"yes": True, "no": False}[text.lower()]
        case _, "visibility":
            return Visibility(text.lower()).value
        case _ if text:
            return text
        case _:
            raise ValueError


def _typed_time(text: str) -> dict[str, Any]:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    part, zone = found.groupdict(), found["zone"]
    finest = next(one for one in reversed(Precision) if part[one.value])
    time = f"{part['minute'] or '00:00'}{part['second'] or ':00'}{part['subsecond'] or ''}"
    return {
        "time": f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}T{time}",
        "offset_min": _minutes(zone) if zone and zone[0] in "+-" else None,
        "kind": "utc" if zone in ("UTC", "Z") else "wall",
        "precision": finest.value,
    }


def _minutes(zone: str) -> int:
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)


def _photo_text(value: Mapping[str, Any]) -> str:
    """Return what one of two look-alikes is."""
    sides = f"{value['width']} x {value['height']}" if value.get("width") else None
    bytes_ = size(value["file_size"]) if value.get("file_size") else None
    catalogs = value.get("catalogs") or ()
    parts = (value.get("file_name"), sides, bytes_, value.get("taken"), *catalogs)
    return ", ".join(str(part) for part in parts if part)


def _file_text(value: Mapping[str, Any]) -> str:
    """Return where an entry's file is, and what is the matter with it."""
    where = value.get("path") or "no file"
    if value.get("member"):
        where = f"{where}, {value['member']}"
    notes = [value["availability"]] if value.get("availability") not in (None, "online") else []
    notes += ["represents the photo"] if value.get("master") else []
    notes += [str(value[name]) for name in ("detail",) if value.get(name)]
    return f"{where} ({', '.join(notes)})" if notes else str(where)
