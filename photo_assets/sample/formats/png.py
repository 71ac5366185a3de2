"""Writing PNG files, and texts in them: dates, and EXIF stored in a text, as before 2017.

Sources: the PNG specification (third edition), and the raw profiles of ImageMagick and exiv2.
"""

import io
import struct
import zlib

from PIL import Image

_AFTER_HEADER = 33  # the signature and the IHDR chunk


def png(picture: Image.Image) -> bytes:
    """Return a picture as PNG without metadata."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def with_text(image: bytes, keyword: str, text: str) -> bytes:
    """Return a PNG with a tEXt chunk."""
    return _with_chunk(image, b"tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1"))


def with_raw_profile(image: bytes, exif: bytes) -> bytes:
    """Return a PNG with an EXIF block as a compressed text of hexadecimal digits."""
    profile = b"Exif\0\0" + exif
    digits = profile.hex()
    lines = "\n".join(digits[start : start + 72] for start in range(0, len(digits), 72))
    text = f"\nexif\n{len(profile):8d}\n{lines}\n"
    value = b"Raw profile type exif\0\0" + zlib.compress(text.encode(), 9)
    return _with_chunk(image, b"zTXt", value)


def with_transparent_gray(image: bytes, gray: int) -> bytes:
    """Return a gray PNG in which samples of one value are transparent."""
    return _with_chunk(image, b"tRNS", struct.pack(">H", gray))


def _with_chunk(image: bytes, kind: bytes, value: bytes) -> bytes:
    chunk = (
        struct.pack(">I", len(value)) + kind + value + struct.pack(">I", zlib.crc32(kind + value))
    )
    return image[:_AFTER_HEADER] + chunk + image[_AFTER_HEADER:]
