"""Placing metadata segments in a JPEG (ISO 10918-1) without touching its image data."""

import struct

EXIF_HEADER = b"Exif\0\0"
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"


def with_metadata(jpeg: bytes, exif: bytes | None = None, xmp: bytes | None = None) -> bytes:
    """Return `jpeg` (as an encoder wrote it) with an EXIF and an XMP segment after its start."""
    segments = b""
    if exif is not None:
        segments += _segment(EXIF_HEADER + exif)
    if xmp is not None:
        segments += _segment(XMP_HEADER + xmp)
    return jpeg[:2] + segments + jpeg[2:]


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
