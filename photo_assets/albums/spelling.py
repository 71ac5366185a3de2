"""The spelling of a name: Unicode form, white space, and text that was decoded wrongly.

What the words mean is not looked at.
"""

import re
import unicodedata
from typing import Final

import ftfy

_SPACES: Final = re.compile(r"\s+")
_INVISIBLE: Final = frozenset("\u00ad\u200b\u2060\ufeff")
"""Characters without a width or an effect. The joiners of emoji and of scripts are kept."""

_CONTINUED: Final = "[" + re.escape(bytes(range(0x80, 0xC0)).decode("mac_roman")) + "]"
_READ_AS_MAC_ROMAN: Final = re.compile(
    f"[¬√ƒ≈∆]{_CONTINUED}|[‚„‰ÂÊÁËÈÍÎÏÌÓÔ]{_CONTINUED}{{2}}|\uf8ff{_CONTINUED}{{3}}"
)
"""Characters of two to four bytes. Of those of two, only the ones whose first sign no text has in
front of a letter: dashes and quotation marks may stand there."""


def normalized(name: str) -> str:
    """Return the name in NFC, with single spaces, and without control and invisible characters."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", name))
    kept = (one for one in spaced if one not in _INVISIBLE and unicodedata.category(one) != "Cc")
    # Again: what was removed may have stood between two spaces, or between a letter and its accent.
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()


def repaired(name: str) -> str:
    """Return a normalized name; UTF-8 that was read in another encoding is read as UTF-8.

    "CafÃ©" becomes "Café". A name that is not certainly of that kind stays as it is.
    """
    found = normalized(name)
    while (better := normalized(_READ_AS_MAC_ROMAN.sub(_utf8, ftfy.fix_encoding(found)))) != found:
        found = better
    return found


def _utf8(found: re.Match[str]) -> str:
    try:
        return found[0].encode("mac_roman").decode()
    except UnicodeDecodeError:
        return found[0]


def without_last_words(text: str, longest: int) -> str:
    """Return the text without the last words that do not fit into `longest` characters.

    A first word that is too long is cut where no character is divided.
    """
    if len(text) <= longest:
        return text
    cut = text[: longest + 1].rsplit(" ", 1)[0] if " " in text[: longest + 1] else ""
    if cut:
        return cut.rstrip()
    end = longest
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end]


def _continues(text: str, at: int) -> bool:
    """Return whether the character at `at` belongs to the one before it."""
    joiner, selectors, tones = "\u200d", range(0xFE00, 0xFE10), range(0x1F3FB, 0x1F400)
    here = text[at]
    return (
        unicodedata.combining(here) != 0
        or here == joiner
        or text[at - 1] == joiner
        or ord(here) in selectors
        or ord(here) in tones
    )
