"""EXIF's UserComment: eight bytes that name a character code, and a text in it.

EXIF 2.32, tag 0x9286. Default texts of cameras are filtered in `model.plausible`.
"""

import re

from photo_assets.media.exif.tiff import Directory

_USER_COMMENT = 0x9286
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CODE = 8
_SURELY_ASCII = 8  # bytes; a Chinese character may be two bytes of ASCII, four in a row are not


def user_comment(exif: Directory | None) -> str | None:
    """Return the text; None without one, and for binary data that some cameras store."""
    raw = exif.data(_USER_COMMENT) if exif is not None else b""
    code, body = raw[:_CODE].upper().rstrip(b"\0 "), raw[_CODE:]
    big_endian = exif is not None and exif.big_endian
    if code == b"UNICODE":
        text = _unicode(body, big_endian)
    elif code == b"JIS":
        text = _japanese(body)
    elif code in {b"ASCII", b""}:
        text = _eight_bit(body)
    else:
        text = _eight_bit(raw)  # written without a code, against the standard
    text = text.strip("\0 \t\r\n")
    return None if not text or _CONTROLS.search(text) else text


def _unicode(body: bytes, big_endian: bool) -> str:
    """Return UTF-16 text, its byte order by its mark, its zero bytes, or else that of the file.

    The standard defines no byte order, and programs differ; some write ASCII here.
    """
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb": "utf-8"}
    if body[:2] in marks:
        return body.decode(marks[body[:2]], "replace").lstrip("\ufeff")
    trimmed = body.rstrip(b"\0 ")
    if b"\0" not in trimmed and trimmed.isascii() and len(trimmed) >= _SURELY_ASCII:
        return trimmed.decode("ascii")
    even, odd = body[::2].count(0), body[1::2].count(0)
    if even != odd:
        big_endian = even > odd
    whole = body[: len(body) // 2 * 2]
    return whole.decode("utf-16-be" if big_endian else "utf-16-le", "replace")


def _japanese(body: bytes) -> str:
    """Return JIS X 0208: with escape sequences, in plain seven bits, or in the Windows encoding."""
    trimmed = body.rstrip(b"\0 ")
    if b"\x1b" in trimmed:
        return trimmed.decode("iso2022_jp", "replace")
    is_bare = trimmed and len(trimmed) % 2 == 0 and all(0x21 <= byte <= 0x7E for byte in trimmed)
    if is_bare:
        try:
            return bytes(byte | 0x80 for byte in trimmed).decode("euc_jp")
        except UnicodeDecodeError:
            pass
    return trimmed.decode("cp932", "replace")


def _eight_bit(body: bytes) -> str:
    text = body.partition(b"\0")[0]
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")
