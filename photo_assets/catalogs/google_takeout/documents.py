"""One JSON of an export: robust parsing, and determining its kind by its content.

`fields` converts its fields to those of an item.
"""

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from photo_assets.catalogs.google_takeout.naming import fold
from photo_assets.model.media import is_media
from photo_assets.model.names import clean_text

MAX_JSON_BYTES = 1 << 20
"""A photo's JSON has about 1 kB; an album's may have some hundred with its comments."""

_OF_A_PHOTO = frozenset({"photoTakenTime", "imageViews", "url", "googlePhotosOrigin"})
_OF_AN_ALBUM = frozenset({"date", "enrichments"})  # photos may have them too
_TELLING = 20  # characters of a title; the rest may be truncated
_MAX_TIMESTAMP = 253_370_764_799  # the end of year 9998, seconds since 1970: see `LAST_YEAR`
_MIN_TIMESTAMP = -4_544_121_600  # 1826, the first photograph


class DocumentError(Exception):
    """The text is not a usable JSON object; the message is the reason."""


class DocumentKind(StrEnum):
    """The subject of a JSON of an export."""

    PHOTO = "photo"
    ALBUM = "album"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed JSON object. `fields` are those of the photo or of the album itself."""

    kind: DocumentKind
    fields: dict[str, Any]


def parse_document(content: bytes, name: str = "") -> Document:
    """Return the document in `content`; `name` is the name of the JSON. Raises `DocumentError`.

    Half surrogate pairs, which Google writes where it truncates a text inside an emoji, become
    U+FFFD; NaN, infinities, numbers of thousands of digits and too deep nesting are rejected.
    """
    loaded = _load(content.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(loaded, dict):
        raise DocumentError("It does not contain a JSON object.")
    album = loaded.get("albumData")
    if isinstance(album, dict):  # exports before 2020
        return Document(DocumentKind.ALBUM, album)
    if isinstance(loaded.get("photoTakenTime"), dict):
        return Document(DocumentKind.PHOTO, loaded)
    if not isinstance(loaded.get("title"), str):
        return Document(DocumentKind.OTHER, loaded)
    is_photo = _is_of_a_photo(loaded, name)
    return Document(DocumentKind.PHOTO if is_photo else DocumentKind.ALBUM, loaded)


def _is_of_a_photo(fields: dict[str, Any], name: str) -> bool:
    """Return whether a JSON with a title and no time describes a photo.

    An album may be called "x.jpg".
    A photo's JSON is named after its title ("x.jpg.json"), an album's is not ("metadata.json").
    """
    if "access" in fields:
        return False
    if not fields.keys().isdisjoint(_OF_A_PHOTO):
        return True
    title = fields["title"]
    is_after_title = not name or fold(name).startswith(fold(title)[:_TELLING])
    return is_after_title and is_media(title) and fields.keys().isdisjoint(_OF_AN_ALBUM)


def canonical_text(document: Document) -> str:
    """Return the document as JSON text that every store accepts."""
    return orjson.dumps(document.fields).decode()


def text_field(fields: dict[str, Any], name: str) -> str | None:
    """Return a stated, non-empty text."""
    value = fields.get(name)
    return value if isinstance(value, str) and value.strip() else None


def flag_field(fields: dict[str, Any], name: str) -> bool | None:
    """Return a stated flag."""
    value = fields.get(name)
    return value if isinstance(value, bool) else None


def time_field(fields: dict[str, Any], name: str) -> int | None:
    """Return a stated time as seconds since 1970 UTC; None for 0, Google's "unknown"."""
    value = fields.get(name)
    stamp = value.get("timestamp") if isinstance(value, dict) else None
    if isinstance(stamp, str):
        stamp = stamp.strip()
        if len(stamp) > 15 or not stamp.removeprefix("-").isdecimal() or not stamp.isascii():
            return None
        stamp = int(stamp)
    if not isinstance(stamp, int) or isinstance(stamp, bool) or stamp == 0:
        return None
    return stamp if _MIN_TIMESTAMP <= stamp <= _MAX_TIMESTAMP else None


def number_field(fields: dict[str, Any], name: str) -> float | None:
    """Return a stated finite number."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _load(content: bytes) -> object:
    try:
        return _cleaned(orjson.loads(content))
    except orjson.JSONDecodeError:
        pass
    except RecursionError as error:
        raise DocumentError("It is nested too deeply.") from error
    try:
        loaded = _cleaned(json.loads(content.decode("utf-8"), parse_constant=_refuse))
        orjson.dumps(loaded)
    except RecursionError as error:
        raise DocumentError("It is nested too deeply.") from error
    except (ValueError, orjson.JSONEncodeError) as error:
        raise DocumentError(f"It is not valid JSON ({clean_text(str(error))}).") from error
    return loaded


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON number")


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(entry) for entry in value]
    if isinstance(value, dict):
        return {clean_text(key): _cleaned(entry) for key, entry in value.items()}
    return value
