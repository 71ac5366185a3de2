"""The character set of IPTC texts: declared in dataset 1:90, or guessed.

IIM 4.2 lets 1:90 name character sets by ISO 2022 escape sequences; most writers declare UTF-8 or
nothing at all. Texts without a declaration are in the character set of the writer's system: mostly
Windows-1252, and Mac Roman by programs on Macs up to about 2005.
"""

import codecs
import re
from collections.abc import Callable

from photo_assets.model.names import clean_text

Decoder = Callable[[bytes], str]

_UTF_8 = frozenset({b"%G", b"%/G", b"%/H", b"%/I", b"UTF8", b"UTF-8", b"utf8", b"utf-8"})
_UTF_16 = frozenset({b"%/@", b"%/C", b"%/E", b"%/J", b"%/K", b"%/L"})  # UCS-2 and UTF-16
# Final bytes of the 96-character right halves (ISO-IR registry) and the part of ISO 8859 they are.
_RIGHT_HALVES = {
    b"A": 1, b"B": 2, b"C": 3, b"D": 4, b"L": 5, b"G": 6, b"F": 7, b"H": 8, b"M": 9, b"V": 10,
    b"T": 11, b"Y": 13, b"_": 14, b"b": 15, b"f": 16,
}  # fmt: skip
_DESIGNATION = re.compile(rb"[,./-]([A-Z_bf])")
_LEFT_HALVES = frozenset({b"(B", b"(@", b"(J", b"(A"})  # ASCII and its national forms

_SHORTEST_THAT_IS_CUT = 32  # the limit of by-lines and cities, the lowest in IIM 4.2
_LINE_END = re.compile("\r\n?")
_TYPOGRAPHIC = frozenset("‘’“”‚„«»‹›–—…•©®™°·§€£½¼¾²³")
_IN_WORDS = frozenset("’–—·")
_DASHES = frozenset("–—")
_OPENING = frozenset("¿¡")
_VOWELS = frozenset("aeiouAEIOU")
# Rare in texts; each has the code of a common letter in the other character set.
_RARE = frozenset("Ÿƒˆ˜†‡‰¬¦¤¯¸¨ª¿¡∂∑∏π∫Ω√≈∆◊⁄ﬁﬂˇ˛˝˚˙˘ı≠≤≥∞\uf8ff\ufffd")


def decoder(declared: bytes, texts: list[bytes]) -> tuple[Decoder, str | None]:
    """Return the decoder for the texts of one block, and a problem when 1:90 names an unknown set.

    Valid UTF-8 is decoded as UTF-8, whatever is declared: in other character sets such bytes form
    no words, and many programs copy a declaration that does not match their texts.
    """
    names = [name for part in declared.split(b"\x1b") if (name := part.strip(b"\0 "))]
    if any(name in _UTF_16 for name in names):
        return lambda raw: clean(raw.decode("utf-16-be", "replace")), None
    is_utf_8 = any(name in _UTF_8 for name in names)
    halves = [match[1] for name in names if (match := _DESIGNATION.fullmatch(name))]
    single = next((_iso_8859(half) for half in halves), None)
    problem = None
    if names and single is None and not is_utf_8 and not _LEFT_HALVES.issuperset(names):
        problem = "The IPTC block declares a character set that is not known; it is guessed."
    other = single or likely_charset([raw for raw in texts if _utf_8(raw, is_utf_8) is None])

    def decode(raw: bytes) -> str:
        text = _utf_8(raw, is_utf_8)
        return clean(raw.decode(other, "replace") if text is None else text)

    return decode, problem


def likely_charset(texts: list[bytes]) -> str:
    """Return "cp1252" or "mac_roman", whichever decodes the bytes to more plausible words.

    The position of letters decides: Mac Roman's "ü" would be Windows' "Ÿ" in the middle of a word.
    Where both are equally plausible it is Windows-1252.
    """
    windows, mac = (
        sum(_plausibility(raw.decode(charset, "replace")) for raw in texts)
        for charset in ("cp1252", "mac_roman")
    )
    return "mac_roman" if mac > windows else "cp1252"


def clean(text: str) -> str:
    """Return a text without padding, with the line ends of XMP."""
    return _LINE_END.sub("\n", clean_text(text.strip("\0 \t\r\n"))).strip()


def _iso_8859(final: bytes) -> str:
    part = _RIGHT_HALVES.get(final, 1)
    return "cp1252" if part == 1 else f"iso8859-{part}"  # 0x80 to 0x9F are unused in ISO 8859


def _utf_8(raw: bytes, is_declared: bool) -> str | None:
    """Return the text if it is UTF-8, without a last character truncated by IIM's length limit."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return None
    was_cut = not text.isascii() or (is_declared and len(raw) >= _SHORTEST_THAT_IS_CUT)
    return text if was_cut else None


def _plausibility(text: str) -> int:
    """Return a score of how well the non-ASCII characters fit their neighbors."""
    padded = f" {text} "
    return sum(
        _fit(padded[place - 1], character, padded[place + 1])
        for place, character in enumerate(padded)
        if not character.isascii()
    )


def _fit(before: str, character: str, after: str) -> int:
    within = before.isalpha() and after.isalpha()
    inside_a_word = before.islower() or (before.isalpha() and after.islower())
    if character in _OPENING and after.isupper() and not before.isalnum():
        return 1
    if (character == "€" and after.isalpha()) or (character in _DASHES and after in _DASHES):
        return -1  # Mac Roman's "Ä" at the beginning of a word, "ñó" in one
    if character in _RARE or (character.isupper() and inside_a_word):
        return -1
    if character in _TYPOGRAPHIC:
        is_letter_elsewhere = within and character not in _IN_WORDS
        is_spanish = character == "–" and before in _VOWELS and after in _VOWELS  # Mac Roman's "ñ"
        return -1 if is_letter_elsewhere or is_spanish else 1
    if (character in "šž" and before.isalpha()) or (character == "œ" and after not in {"u", "i"}):
        return 0  # in Western texts more often Mac Roman's "ö", "û" and "ú"
    return 1 if character.isalpha() and (before.isalpha() or after.isalpha()) else 0
