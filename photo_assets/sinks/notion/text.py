"""Text for Notion: without control characters, split into pieces, and visibly truncated."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from photo_assets.model.names import clean_text
from photo_assets.sinks.notion.limits import TEXT_UNITS, TEXTS

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
_SHORT: Final = 200
_LEFT: Final = 60  # bytes reserved for the sentence about the truncation


def utf16_units(text: str) -> int:
    """Return the length in UTF-16 units, as Notion counts it."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def clean(text: str) -> str:
    """Return text that every service accepts: invalid characters become U+FFFD.

    Line ends become line feeds; surrounding whitespace is removed, because services may remove it.
    """
    if not text.isascii() or not text.isprintable():
        text = _CONTROLS.sub("\ufffd", _BREAKS.sub("\n", clean_text(text)))
    return text.strip()


def clean_line(text: str) -> str:
    """Return clean text on one line, with single spaces."""
    return _short_line(text) if len(text) <= _SHORT else _line(text)


def _line(text: str) -> str:
    return _SPACE.sub(" ", clean(text))


_short_line = lru_cache(maxsize=16_384)(_line)  # the same names occur often


def pieces(text: str) -> list[str]:
    """Return the text in parts of at most `TEXT_UNITS`; no character is split."""
    if len(text) <= TEXT_UNITS // 2:
        return [text] if text else []
    found: list[str] = []
    start = units = 0
    for at, char in enumerate(text):
        size = 2 if char > "\uffff" else 1
        if units + size > TEXT_UNITS:
            found.append(text[start:at])
            start, units = at, 0
        units += size
    found.append(text[start:])
    return found


def fitting(text: str, most_bytes: int) -> tuple[str, bool]:
    """Return the text, truncated to the limit of one property, and whether it was truncated.

    The end of a truncated text states the number of removed characters.
    """
    if _surely_fits(text, most_bytes) or (
        json_bytes(text) <= most_bytes and len(pieces(text)) <= TEXTS
    ):
        return text, False
    kept = "".join(pieces(text)[: TEXTS - 1])
    room = most_bytes - _LEFT
    if json_bytes(kept) > room:
        kept = _within(kept, room)
    return f"{kept}… [{len(text) - len(kept)} characters more]", True


def joined(entries: Sequence[str], most_bytes: int) -> tuple[str, int]:
    """Return as many entries as fit, one per line, and the number of omitted ones.

    The last line states the number of omitted entries.
    """
    text = "\n".join(entries)
    if _surely_fits(text, most_bytes) or (
        json_bytes(text) <= most_bytes and len(pieces(text)) <= TEXTS
    ):
        return text, 0
    room = min(most_bytes, (TEXTS - 1) * TEXT_UNITS) - _LEFT
    used = count = 0
    for entry in entries:
        # The UTF-8 length is never below the number of UTF-16 units, so one bound applies to both.
        used += json_bytes(entry) + 2
        if used > room:
            break
        count += 1
    left = len(entries) - count
    return "\n".join([*entries[:count], f"… and {left} more"]), left


def json_bytes(text: str) -> int:
    """Return the size of the text in a request, in bytes."""
    escaped = text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    return len(text.encode()) + escaped


def _surely_fits(text: str, most_bytes: int) -> bool:
    """Return whether a text is so short that it fits at four bytes per character."""
    return len(text) * 4 <= most_bytes and len(text) <= TEXT_UNITS


def _within(text: str, room: int) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if json_bytes(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low]
