"""Takeout's file names: length limits, indexes, replaced characters. Pure text functions.

Measured on exports of 2018 to 2026 as reported in public: a JSON's name is truncated to 46
characters before ".json", a media file's to 51 with its extension, both counted in UTF-16 units;
the index of a repeated name is appended after truncation, "(1)" before a media extension and at the
end of a JSON.
"""

import re
import unicodedata
from dataclasses import dataclass

from photo_assets.model.media import is_media

JSON_SUFFIX = ".json"
JSON_STEM_LIMIT = 46
MEDIA_LIMIT = 51
SUPPLEMENT = ".supplemental-metadata"

_MEDIA_INDEX = re.compile(r"(?s)(.+?)\((\d{1,5})\)(\.[^.()]*)?")
_STEM_INDEX = re.compile(r"(?s)(.+)\((\d{1,5})\)")
_NUMBERED_MP = re.compile(r"(?i).+\.mp~\d{1,3}")
_UNUSUAL = re.compile(r"[^\w .()~+@,=\-]")


@dataclass(frozen=True, slots=True)
class MediaName:
    """A media file's name in parts: "IMG(1).JPG" is base "IMG.JPG", index "1", stem "IMG"."""

    full: str
    base: str
    index: str | None
    stem: str
    suffix: str  # with its dot; "" without a media extension


def parse_media_name(name: str) -> MediaName:
    """Return the parts of a media file's name."""
    match = _MEDIA_INDEX.fullmatch(name)
    base, index = name, None
    if match is not None:
        base, index = match[1] + (match[3] or ""), match[2]
    stem, suffix = split_media_suffix(base)
    return MediaName(name, base, index, stem, suffix)


def json_stem(name: str) -> tuple[str, str | None]:
    """Return a JSON's name without ".json" and without its index, and the index.

    "DSC.JPG(1).json" -> ("DSC.JPG", "1"); "a.jpg.supple(2).json" -> ("a.jpg.supple", "2").
    """
    stem = name[: -len(JSON_SUFFIX)]
    match = _STEM_INDEX.fullmatch(stem)
    return (match[1], match[2]) if match is not None else (stem, None)


def is_json(name: str) -> bool:
    """Return whether the name is that of a JSON."""
    return name.lower().endswith(JSON_SUFFIX)


def split_media_suffix(name: str) -> tuple[str, str]:
    """Return (stem, suffix with dot); the suffix is "" for other files than media files."""
    if not (is_media(name) or _NUMBERED_MP.fullmatch(name)):
        return name, ""
    at = name.rindex(".")
    return name[:at], name[at:]


def cuts(text: str, limit: int) -> tuple[str, ...]:
    """Return the distinct truncations of `text` to `limit` UTF-16 units, characters, UTF-8 bytes.

    Exports count UTF-16 units; the other two were reported for archives repacked by other programs.
    A character cut in half is dropped.
    """
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
    encoded = text.encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore")
    return tuple(dict.fromkeys((units, text[:limit], encoded)))


def length(text: str) -> int:
    """Return the number of UTF-16 units in `text`."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def base_of_json(stem: str) -> str:
    """Return the media name in a JSON's stem (without index), possibly truncated.

    "a.jpg.supplemental-metadata" and, at the length limit, "a.jpg.supple" -> "a.jpg".
    """
    head, dot, tail = stem.rpartition(".")
    if not dot or not head:
        return stem
    is_supplement = SUPPLEMENT.startswith(f".{tail}")
    if is_supplement and (length(stem) >= JSON_STEM_LIMIT - 1 or len(tail) > 3):
        return head
    return stem


def is_supplement(name: str) -> bool:
    """Return whether a JSON is named as since late 2024: "a.jpg.supplemental-metadata(1).json"."""
    stem = json_stem(name)[0] if is_json(name) else name
    return base_of_json(stem) != stem


def fold(text: str) -> str:
    """Return a key equal for names that differ in case, composition or replaced characters."""
    return _UNUSUAL.sub("_", unicodedata.normalize("NFC", text).casefold())
