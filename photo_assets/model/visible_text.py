"""Text that can be shown safely: file names and captions cannot control a terminal or a page.

Where it is shown, and escaping for HTML, do not belong here.
"""

import unicodedata

# Control and format characters (escape sequences, line breaks, the bidirectional overrides that
# show "gpj.exe" as "exe.jpg"), separators, surrogates, private use and unassigned code points.
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # part of Persian words and of emoji; they do not change the order


def is_visible(char: str) -> bool:
    """Return whether a character can be shown as it is."""
    return char in _JOINERS or unicodedata.category(char) not in _ESCAPED


def shown(text: object) -> str:
    r"""Return `text` safe to show on one line: characters that are not visible are escaped.

    Bytes of a file name that are not UTF-8 (see `model.names`) are shown as `\xNN`.
    """
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(_visible(char) for char in raw)


def _visible(char: str) -> str:
    code = ord(char)
    if is_visible(char):
        return char
    if 0xEF80 <= code <= 0xEFFF:
        return f"\\x{code - 0xEF00:02x}"
    return char.encode("unicode_escape").decode("ascii")
