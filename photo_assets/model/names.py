"""Lossless conversion of file names between bytes and text.

A file name on Linux is bytes; most are UTF-8 and some are not. Arrow and JSON store only valid
Unicode, so bytes that are not UTF-8 are mapped one to one into U+EF80..U+EFFF (private use; the
OPTU-8 convention of MirBSD). Characters of a real name in that range are escaped in the same way,
byte by byte, so that `to_bytes(to_text(b)) == b` for every byte string.
"""

import os

_BASE = 0xEF00


def to_text(name: bytes | str) -> str:
    """Return `name` as valid Unicode; the result survives Parquet, JSON and SQLite unchanged."""
    raw = os.fsencode(name) if isinstance(name, str) else name
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "surrogateescape")
    return "".join(_escape(char) for char in text) if not text.isascii() else text


def to_bytes(text: str) -> bytes:
    """Return the exact bytes that were passed to `to_text`."""
    if text.isascii():
        return text.encode("ascii")
    out = bytearray()
    for char in text:
        code = ord(char)
        if _BASE + 0x80 <= code <= _BASE + 0xFF:
            out.append(code - _BASE)
        else:
            out += char.encode("utf-8", "surrogatepass")
    return bytes(out)


def to_path(text: str) -> str:
    """Return a path that `open` accepts, for text made by `to_text`."""
    return os.fsdecode(to_bytes(text))


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return chr(code - 0xDC00 + _BASE)
    if _BASE + 0x80 <= code <= _BASE + 0xFF:
        return "".join(chr(_BASE + byte) for byte in char.encode("utf-8"))
    return char


def clean_text(text: str) -> str:
    r"""Return text without characters that a store rejects: no lone surrogates, no NUL.

    JSON may contain half a surrogate pair ("\ud83d"), which Arrow rejects; PostgreSQL rejects NUL.
    Each rejected character is replaced by U+FFFD.
    """
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
