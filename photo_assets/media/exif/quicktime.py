"""The texts of a movie: Apple's metadata keys, iTunes' item list, user data of QuickTime and 3GPP.

Sources: Apple's QuickTime File Format (metadata, user data), 3GPP TS 26.244 (asset information),
AOSP's MPEG4Writer for Android's keys. Dates and places in the texts are parsed in `movie`.
"""

from collections.abc import Iterator

from photo_assets.media.exif.boxes import Box, boxes, first, full_box_children
from photo_assets.model.names import clean_text

_MAX_TEXT_BYTES = 16 * 1024
_APPLE = b"com.apple.quicktime."

# The field of a text, by its name in each location.
_KEYS = {
    _APPLE + b"creationdate": "creationdate",
    _APPLE + b"location.ISO6709": "place",
    _APPLE + b"make": "make",
    _APPLE + b"model": "model",
    _APPLE + b"content.identifier": "content_identifier",
    _APPLE + b"title": "title",
    _APPLE + b"description": "description",
    _APPLE + b"author": "author",
    _APPLE + b"copyright": "copyright",
    _APPLE + b"keywords": "keywords",
    b"com.android.manufacturer": "make",
    b"com.android.model": "model",
}
_FOUR_CHARACTERS = {
    b"\xa9day": "day",
    b"\xa9xyz": "place",
    b"\xa9mak": "make",
    b"\xa9mod": "model",
    b"\xa9mdl": "model",  # DJI
    b"\xa9nam": "title",
    b"\xa9des": "description",
    b"desc": "description",
    b"\xa9ART": "author",
    b"\xa9aut": "author",
    b"\xa9cpy": "copyright",
    b"cprt": "copyright",
    b"\xa9key": "keywords",
    b"keyw": "keywords",
}
_3GPP = {b"titl": "title", b"dscp": "description", b"auth": "author", b"cprt": "copyright"}
_PLAIN = {b"date": "date", b"manu": "make", b"modl": "model", b"cmnm": "model"}
_TYPED_TEXT = {0: "utf-8", 1: "utf-8", 2: "utf-16-be"}  # types of a `data` box; 0: not stated

Texts = dict[str, str]


def movie_texts(moov: Box) -> Texts:
    """Return the texts by field; keys take precedence over the item list, that over user data."""
    found: Texts = {}
    udta = first(moov.body, b"udta")
    lists = [first(moov.body, b"meta"), first(udta.body, b"meta") if udta else None]
    for meta in lists:
        for name, text in _metadata(meta) if meta else ():
            found.setdefault(name, text)
    for name, text in _user_data(udta) if udta else ():
        found.setdefault(name, text)
    return found


def _metadata(meta: Box) -> Iterator[tuple[str, str]]:
    """Yield the texts of an item list, whose entries are named or refer to a key by number."""
    children = {child.kind: child for child in full_box_children(meta)}
    keys = children.get(b"keys")
    names = [box.data(256) for box in boxes(keys.body, 8)] if keys else []
    listed = children.get(b"ilst")
    for entry in boxes(listed.body) if listed else ():
        number = int.from_bytes(entry.kind)
        name = _KEYS.get(names[number - 1]) if 0 < number <= len(names) else None
        name = name or _FOUR_CHARACTERS.get(entry.kind)
        text = _typed(first(entry.body, b"data")) if name else None
        if name and text:
            yield name, text


def _user_data(udta: Box) -> Iterator[tuple[str, str]]:
    for box in boxes(udta.body):
        text, name = "", ""
        if box.kind == b"smta":  # Samsung: a version, then boxes
            model = next((part for part in boxes(box.body, 4) if part.kind == b"mdln"), None)
            text, name = _plain(model) if model else "", "model"
        elif box.kind[:1] == b"\xa9" and box.kind in _FOUR_CHARACTERS:
            text, name = _international(box), _FOUR_CHARACTERS[box.kind]
        elif box.kind in _3GPP:
            text, name = _decoded(box.data(_MAX_TEXT_BYTES)[6:]), _3GPP[box.kind]
        elif box.kind in _PLAIN:
            text, name = _plain(box), _PLAIN[box.kind]
        if text:
            yield name, text


def _typed(box: Box | None) -> str | None:
    """Return the text of a `data` box: a type, a locale, the value."""
    data = box.data(_MAX_TEXT_BYTES) if box else b""
    encoding = _TYPED_TEXT.get(int.from_bytes(data[:4]))
    return None if encoding is None else _cleaned(data[8:].decode(encoding, "replace"))


def _international(box: Box) -> str:
    """Return the first text of a user data box: size, language, text; or, non-standard, text only.

    Languages below 0x400 are Macintosh codes, with texts in Mac Roman; the others are UTF-8.
    """
    data = box.data(_MAX_TEXT_BYTES)
    if data[4:8] == b"data":
        return _typed(first(box.body, b"data")) or ""
    size, language = int.from_bytes(data[:2]), int.from_bytes(data[2:4])
    if not 0 < size <= len(data) - 4:
        return _decoded(data)
    return _decoded(data[4 : 4 + size], "mac_roman" if language < 0x400 else "cp1252")


def _plain(box: Box) -> str:
    """Return a text without a header; Canon writes four zeros and a language before it."""
    data = box.data(_MAX_TEXT_BYTES)
    return _decoded(data[6:] if data[:4] == b"\0\0\0\0" else data)


def _decoded(raw: bytes, other: str = "cp1252") -> str:
    if raw[:2] in {b"\xfe\xff", b"\xff\xfe"}:
        return _cleaned(raw.decode("utf-16", "replace"))
    raw = raw.partition(b"\0")[0]
    try:
        return _cleaned(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _cleaned(raw.decode(other, "replace"))


def _cleaned(text: str) -> str:
    return clean_text(text.strip("\0 \t\r\n\ufffd"))
