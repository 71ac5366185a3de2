"""Formats of which only the size is read: BMP, and codestreams of JPEG 2000 without boxes."""

import struct

from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import ExifError, Window


def bmp_file(window: Window) -> Parts:
    """Return the size of a BMP; a negative height means top-down rows."""
    head = window.at(14, 12)
    if len(head) < 12:
        raise ExifError("The BMP is cut short.")
    if int.from_bytes(head[:4], "little") == 12:
        width, height = struct.unpack("<HH", head[4:8])
    else:
        width, height = struct.unpack("<ii", head[4:12])
    return Parts(width=abs(width) or None, height=abs(height) or None)


def codestream_file(window: Window) -> Parts:
    """Return the size of a JPEG 2000 codestream (ISO 15444-1, marker SIZ)."""
    head = window.at(8, 16)
    if len(head) < 16:
        raise ExifError("The JPEG 2000 codestream is cut short.")
    right, bottom, left, top = struct.unpack(">IIII", head)
    return Parts(width=max(right - left, 0) or None, height=max(bottom - top, 0) or None)
