"""Writing JPEG files (ISO 10918-1): encoding, and adding metadata without changing image data."""

import io
import struct

from PIL import Image

EXIF_HEADER = b"Exif\0\0"
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP_HEADER = b"Photoshop 3.0\0"


def jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return a picture as a baseline JPEG without metadata."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2)
    return out.getvalue()


def with_metadata(
    jpeg: bytes, exif: bytes | None = None, xmp: bytes | None = None, resources: bytes | None = None
) -> bytes:
    """Return `jpeg` (without metadata) with EXIF, XMP and image resources after its start."""
    segments = b""
    if exif is not None:
        segments += segment(0xE1, EXIF_HEADER + exif)
    if xmp is not None:
        segments += segment(0xE1, XMP_HEADER + xmp)
    if resources is not None:
        segments += segment(0xED, PHOTOSHOP_HEADER + resources)
    return jpeg[:2] + segments + jpeg[2:]


def segment(marker: int, content: bytes) -> bytes:
    """Return a marker segment: FF, the marker, the length, the content."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
