"""The content of a photo's page, from one row of the collection. Pure; no wire format here.

Values are plain: text, numbers, lists of option names, dates as `{"start", "end"}`. Keys are the
property names in the settings; `cover` is the blob whose thumbnail is shown.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import Disclosure
from photo_assets.sinks.notion.dates import notion_date, sortable_time
from photo_assets.sinks.notion.fields import COVER, IDS_OF, KEY, MORE, MORE_EQUIPMENT, TREATMENTS
from photo_assets.sinks.notion.options import COMMA, LEVEL, Vocabulary, assign_names
from photo_assets.sinks.notion.text import clean, clean_line, fitting, joined

# Bytes, so that all texts together with options and names fit into a request of 500,000.
_CAPTION_BYTES: Final = 150_000
_MORE_BYTES: Final = 55_000
_TITLE_BYTES: Final = 20_000
_LINE_BYTES: Final = 5_000

_WORDS: Final = {"keywords": "tags", "people": "people", "collections": "collections"}
_EQUIPMENT: Final = {"camera": "camera_model", "lens": "lens"}
GONE: Final = "gone"
MERGED: Final = "merged"
WITHHELD: Final = "withheld"

Row = Mapping[str, Any]
Content = dict[str, Any]


class PageWriter:
    """Makes the content of pages: only the properties in `owned`, with the available options.

    `covers`: whether pages have one.
    """

    def __init__(
        self, owned: frozenset[str], vocabularies: Mapping[str, Vocabulary], *, covers: bool
    ) -> None:
        self._owned = owned
        self._vocabularies = vocabularies
        self._covers = covers

    def write(self, row: Row) -> tuple[str, str | None]:
        """Return a page's canonical content, and a note on values that were not sent in full."""
        notes: list[str] = []
        found = _facts(row, notes)
        for field, vocabulary in self._vocabularies.items():
            if field in self._owned and field in MORE:
                found |= _named(field, row[field] or (), vocabulary, notes)
        found |= _equipment(row, self._vocabularies, notes)
        content: Content = {name: value for name, value in found.items() if name in self._owned}
        if self._covers:
            content[COVER] = row["cover"]
            if row["cover"] is None:
                notes.append("no cover: there is no thumbnail")
        return canonical(content), "; ".join(notes) or None

    def withhold(self, photo: str) -> str:
        """Return the content of the page of a withheld photo: only its identity."""
        content: Content = dict.fromkeys((*self._owned, COVER))
        return canonical({**content, KEY: photo, "availability": WITHHELD})


def retired_content(content: Content, successor: str | None) -> Content:
    """Return the content of a page whose photo is retired; other values are kept."""
    state = MERGED if successor else GONE
    return {**content, "availability": state, "merged_into": successor}


def shown_content(content: Content, disclosure: Disclosure, *, left: bool = False) -> Content:
    """Return the disclosed part of a page's content; `left`: its photo left the collection.

    It does not contain parts that are no longer sent at all.
    """
    show = disclosure.show_retired if left else disclosure.show
    listed = {field: _lines(field, content[field]) for field in MORE.values() if field in content}
    state = {name: content[name] for name in ("availability",) if name in content}
    shown = show({**content, **listed, "availability": None}, TREATMENTS) or {}
    joined = {field: _text_of(shown.get(field)) for field in listed}
    found = {**shown, **joined, **state}
    return {
        name: value
        for name, value in found.items()
        if name in content and disclosure.policy.allows(TREATMENTS[name])
    }


def _lines(field: str, text: str | None) -> list[Any] | None:
    """Return the names in a multi-select's text property, one per line; keywords as paths."""
    lines = None if text is None else text.split("\n")
    if lines is None or field != MORE["keywords"]:
        return lines
    return [line.split(LEVEL) for line in lines]


def _text_of(names: list[Any] | None) -> str | None:
    lines = (name if isinstance(name, str) else LEVEL.join(name) for name in names or ())
    return "\n".join(lines) or None


def _facts(row: Row, notes: list[str]) -> Content:
    moment = tuple(row[f"capture_{part}"] for part in ("time", "offset_min", "kind", "precision"))
    name = row["title"] or row["file_name"] or row["uii"] or row["photo_id"]
    blob = row["sha256"]
    return {
        "title": _cut("title", clean_line(name), _TITLE_BYTES, notes) or row["photo_id"],
        "rating": row["rating"],
        "gps": _place(row["gps_latitude"], row["gps_longitude"]),
        "aperture": _number(row["aperture"]),
        "iso": row["iso"],
        "shutter": _shutter(row["exposure_time_s"]),
        **{field: _ids(row["entries"], *of, notes) for field, of in IDS_OF.items()},
        "fingerprint": None if blob is None else blob.hex(),
        "master_location": _text("location", row["master_path"], _LINE_BYTES, notes),
        "photo_id": row["photo_id"],
        "uii": row["uii"],
        "captured": notion_date(*moment),
        "capture_time": sortable_time(*moment),
        "caption": _text("caption", row["caption"], _CAPTION_BYTES, notes),
        "file_name": _text("file name", row["file_name"], _LINE_BYTES, notes),
        "availability": row["availability"],
        "merged_into": None,
    }


def _named(field: str, names: Any, vocabulary: Vocabulary, notes: list[str]) -> Content:
    paths = names if field == "keywords" else [[name] for name in names]
    assigned = assign_names(paths, vocabulary)
    more, left = joined(assigned.more, _MORE_BYTES)
    words = _WORDS[field]
    if assigned.without_option:
        notes.append(f"{assigned.without_option} {words} in the text only")
    if any(COMMA in option for option in assigned.options):
        notes.append(f"commas in {words} look-alikes")
    if left:
        notes.append(f"{left} {words} left out")
    return {field: list(assigned.options), MORE[field]: more or None}


def _text(what: str, value: str | None, most: int, notes: list[str]) -> str | None:
    return None if value is None else _cut(what, clean(value), most, notes)


def _cut(what: str, text: str, most: int, notes: list[str]) -> str | None:
    if "\ufffd" in text:
        notes.append(f"{what}: characters replaced")
    found, cut = fitting(text, most)
    if cut:
        notes.append(f"{what} cut")
    return found or None


def _equipment(row: Row, vocabularies: Mapping[str, Vocabulary], notes: list[str]) -> Content:
    """Return camera and lens as options, and as text if no option has exactly that name.

    Without such a text there is no entry for it, so that pages without one stay unchanged.
    """
    content: Content = {}
    lines: list[str] = []
    for field, column in _EQUIPMENT.items():
        name = clean_line(row[column] or "")
        option = vocabularies[field].option(name)
        content[field] = option
        if option != (name or None):
            lines.append(f"{field}: {name}")
        if name and option is None:
            notes.append(f"{field} in the text only")
    more = _text("equipment", "\n".join(lines), _LINE_BYTES, notes)
    return {**content, MORE_EQUIPMENT: more} if more else content


def _ids(items: Any, source: str, what: str, notes: list[str]) -> str | None:
    """Return the ids of a photo's items in one source, with the catalog if there are several."""
    mine = (item for item in items or () if item["source"] == source)
    pairs = sorted({(item["catalog"], item["native_id"]) for item in mine})
    if len({catalog for catalog, _ in pairs}) == 1:
        lines = [clean_line(native) for _, native in pairs]
    else:
        lines = [clean_line(f"{catalog}/{native}") for catalog, native in pairs]
    text, left = joined(lines, _LINE_BYTES)
    if left:
        notes.append(f"{left} {what} left out")
    return text or None


def _place(latitude: float | None, longitude: float | None) -> str | None:
    if latitude is None or longitude is None:
        return None
    return f"{latitude:.6f}, {longitude:.6f}"


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)


def _shutter(seconds: float | None) -> str | None:
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        return None
    if seconds < 0.3:
        return f"1/{round(1 / seconds)} s"
    return f"{seconds:.4g} s"
