"""The text chunks of PNG as bytes: keyword, bounded decompression, and profiles written as hex."""

import re
import zlib

from photo_assets.media.exif.window import ExifError, Window

MAX_PROFILE_BYTES = 8 * 1024 * 1024

_LONGEST_KEYWORD = 80
_RAW_PROFILE = "Raw profile type "
_PROFILES = frozenset({"exif", "app1", "xmp", "iptc", "8bim", "app13"})
# A name, the number of bytes, and lines of hexadecimal digits.
_PROFILE_HEADER = re.compile(rb"\s{0,8}[^\n]{0,80}\n\s{0,16}(\d{1,10})\s{0,8}\n")


def keyword(body: Window) -> str:
    """Return the keyword of a text chunk, "" without one."""
    head, mark, _ = body.at(0, _LONGEST_KEYWORD).partition(b"\0")
    return head.decode("latin-1") if mark else ""


def is_raw_profile(name: str) -> bool:
    """Return whether a keyword is that of a supported profile."""
    return name.startswith(_RAW_PROFILE) and name[len(_RAW_PROFILE) :].lower() in _PROFILES


def text_value(kind: bytes, body: Window, limit: int) -> bytes:
    """Return the text of a tEXt, zTXt or iTXt chunk. Raises `ExifError` when it is too long."""
    start = len(keyword(body)) + 1
    compressed = kind == b"zTXt"
    if kind == b"zTXt":
        start += 1  # the compression method; only one exists
    elif kind == b"iTXt":
        compressed = body.at(start, 1) == b"\x01"
        start += 2
        for _ in range(2):  # the language tag and the translated keyword, each up to its NUL
            end = body.at(start, 4096).find(b"\0")
            if end < 0:
                raise ExifError("The text chunk has no text.")
            start += end + 1
    if body.length - start > limit:
        raise ExifError("The text is too long.")
    data = body.at(start, body.length)
    return _inflated(data, limit) if compressed else data


def raw_profile(text: bytes) -> bytes:
    """Return the bytes of a profile. Raises `ExifError` when they do not match the header."""
    header = _PROFILE_HEADER.match(text)
    if header is None:
        raise ExifError("The raw profile has no header.")
    length = int(header[1])
    try:
        data = bytes.fromhex(text[header.end() :].rstrip(b"\0").decode("ascii"))
    except ValueError:
        raise ExifError("The raw profile is not hexadecimal.") from None
    if len(data) < length:
        raise ExifError("The raw profile is shorter than it says.")
    return data[:length]


def _inflated(data: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj()
    text = stream.decompress(data, limit)
    if not stream.eof:
        raise ExifError("The text is too long, or cut short.")
    return text
