"""Photoshop's PSD and PSB: size from the header, everything else from the image resources."""

import struct

from photo_assets.media.exif.gathered import Gathered
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import ExifError, Window


def psd_file(window: Window) -> Parts:
    """Return the parts of a PSD or PSB."""
    head = window.at(0, 30)
    if len(head) < 30:
        raise ExifError("The PSD is cut short.")
    height, width = struct.unpack(">II", head[14:22])
    resources = 30 + int.from_bytes(head[26:30])  # after the palette
    length = int.from_bytes(window.at(resources, 4))
    gathered = Gathered()
    gathered.photoshop(window.part(resources + 4, length))
    if resources + 4 + length > window.length:
        gathered.problem("The PSD file ends within its image resources.")
    return gathered.parts(width=width, height=height)
