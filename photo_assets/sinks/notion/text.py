"""Text as Notion takes it: without control characters, in pieces, and visibly cut where it must."""

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
_LEFT: Final = 60  # bytes kept for the sentence about what was cut


def utf16_units(text: str) -> int:
    """Return the length as Notion counts it."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def clean(text: str) -> str:
    """Return text that no service chokes on: what has no place in it becomes U+FFFD, visibly.

    Line ends are line feeds; white space around is dropped, since services drop it as they like.
    """
    if not text.isascii() or not text.isprintable():
        text = _CONTROLS.sub("\ufffd", _BREAKS.sub("\n", clean_text(text)))
    return text.strip()


def clean_line(text: str) -> str:
    """Return clean text of one line, with single spaces."""
    return _short_line(text) if len(text) <= _SHORT else _line(text)


def _line(text: str) -> str:
    return _SPACE.sub(" ", clean(text))


_short_line = lru_cache(maxsize=65_536)(_line)  # the same names come again and again


def pieces(text: str) -> list[str]:
    """Return the text in parts of at most `TEXT_UNITS`; no character is torn."""
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
    """Return the text, cut to what one property takes, and whether it was cut.

    What was cut off is counted at the end of what is left.
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
    """Return the entries, a line each, as far as they fit, and how many are left out.

    The last line counts what is left out.
    """
    text = "\n".join(entries)
    if _surely_fits(text, most_bytes) or (
        json_bytes(text) <= most_bytes and len(pieces(text)) <= TEXTS
    ):
        return text, 0
    room = min(most_bytes, (TEXTS - 1) * TEXT_UNITS) - _LEFT
    used = count = 0
    for entry in entries:
        # In UTF-8 no text is shorter than in UTF-16 units, so one bound holds for both.
        used += json_bytes(entry) + 2
        if used > room:
            break
        count += 1
    left = len(entries) - count
    return "\n".join([*entries[:count], f"… and {left} more"]), left


def json_bytes(text: str) -> int:
    """Return how many bytes the text takes in a request."""
    escaped = text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")
    return len(text.encode()) + escaped


def _surely_fits(text: str, most_bytes: int) -> bool:
    """Say so of a text so short that it need not be measured: four bytes a character at most."""
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
