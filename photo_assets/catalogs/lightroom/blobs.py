"""Texts that Lightroom stores compressed: XMP packets and develop settings.

Up to version 6 they are plain text; later a 4-byte big-endian length and a zlib stream (both
measured, on Lightroom 5 and 14.3 catalogs). The texts are not interpreted here.
"""

import zlib

from photo_assets.catalogs.lightroom.database import Value

MAX_TEXT_BYTES = 32 * 1024 * 1024


class BlobError(ValueError):
    """A stored text that cannot be read. The message is the reason, for people."""


def unpacked(value: Value) -> bytes:
    """Return the stored text as bytes (UTF-8 where Lightroom wrote it); empty without one.

    Raises `BlobError` for a broken stream, or one larger than `MAX_TEXT_BYTES` unpacked.
    """
    if value is None or isinstance(value, int | float):
        return b""
    if isinstance(value, str):
        plain = value.encode("utf-8", "surrogateescape")
    elif _is_packed(value):
        plain = _inflated(value[4:])
    else:
        plain = value
    if len(plain) > MAX_TEXT_BYTES:
        raise BlobError(f"{len(plain):,} bytes; at most {MAX_TEXT_BYTES:,} are read")
    return plain


def _is_packed(value: bytes) -> bool:
    """Return whether a zlib header follows the length (RFC 1950: method 8, two-byte checksum)."""
    header = value[4:6]
    return len(header) == 2 and header[0] & 15 == 8 and int.from_bytes(header, "big") % 31 == 0


def _inflated(stream: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(stream, MAX_TEXT_BYTES + 1)
    except zlib.error as error:
        raise BlobError(f"the compressed text is damaged ({error})") from error
    if not inflater.eof and len(plain) <= MAX_TEXT_BYTES:
        raise BlobError("the compressed text ends early")
    return plain
