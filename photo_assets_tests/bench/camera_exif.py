"""EXIF as cameras write it: the directories of the sample, and a thumbnail in a second one."""

import struct

from photo_assets.sample.formats.exif import Exposure, exif_block
from photo_assets.sample.formats.tiff import LONG, SHORT

_FIRST_IFD = 8
_COMPRESSION, _OFFSET, _LENGTH = 0x0103, 0x0201, 0x0202
_OLD_JPEG = 6


def camera_exif(said: Exposure, thumbnail: bytes) -> bytes:
    """Return the TIFF structure of an EXIF segment with `thumbnail` (a JPEG) in IFD1."""
    block = bytearray(exif_block(said))
    if len(block) % 2:
        block += b"\0"
    second = len(block)
    entries = 3
    data = second + 2 + 12 * entries + 4
    (fields,) = struct.unpack_from("<H", block, _FIRST_IFD)
    struct.pack_into("<I", block, _FIRST_IFD + 2 + 12 * fields, second)
    block += struct.pack("<H", entries)
    block += struct.pack("<HHII", _COMPRESSION, SHORT, 1, _OLD_JPEG)
    block += struct.pack("<HHII", _OFFSET, LONG, 1, data)
    block += struct.pack("<HHII", _LENGTH, LONG, 1, len(thumbnail))
    return bytes(block + bytes(4) + thumbnail)
