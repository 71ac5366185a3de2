"""GIF: its size, and XMP from an application extension.

Sources: GIF89a; XMP Specification Part 3 (ISO 16684-1 does not cover files), section 1.1.2: the
packet is not in sub-blocks, and a trailer of 258 bytes leads readers that expect sub-blocks to its
end.
"""

import struct

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

_EXTENSION, _IMAGE = 0x21, 0x2C
_APPLICATION, _XMP = 0xFF, b"\x0bXMP DataXMP"
_TRAILER, _TRAILER_LENGTH = b"\x01\xff\xfe\xfd", 258
_MAX_BLOCKS = 4096
_STEP = 256 * 1024
_MAX_IMAGE_BYTES = 16 * 1024 * 1024


def gif_file(window: Window) -> Parts:
    """Return the parts of a GIF. XMP is searched for in the first 16 MiB of image data only."""
    head = window.at(6, 7)
    if len(head) < 4:
        raise ExifError("The GIF is cut short.")
    width, height = struct.unpack("<HH", head[:4])
    collector = BlockCollector()
    offset = 13 + _table(head[4:5])
    for _ in range(_MAX_BLOCKS):
        block = window.at(offset, 14)
        if len(block) < 2 or block[0] not in {_EXTENSION, _IMAGE} or offset > _MAX_IMAGE_BYTES:
            break
        if block[0] == _IMAGE:
            offset = _after_sub_blocks(window, offset + 11 + _table(block[9:10]))
        elif block[1] == _APPLICATION and block[2:] == _XMP:
            offset = _packet(collector, window, offset + 14)
        else:
            offset = _after_sub_blocks(window, offset + 2)
    return collector.parts(width=width, height=height)


def _packet(collector: BlockCollector, window: Window, start: int) -> int:
    """Add a packet, with the specification's trailer or in sub-blocks; return the next offset."""
    if window.at(start, 1) in {b"<", b"\xef", b"\xff", b"\xfe"}:
        data = window.at(start, MAX_PACKET_BYTES)
        end = data.find(_TRAILER)
        if end >= 0:
            collector.xmp(window.part(start, end))
            return start + end + _TRAILER_LENGTH
    data, after = b"", _after_sub_blocks(window, start)
    if window.at(after - 1, 1) == b"\0" and after - start <= MAX_PACKET_BYTES:
        raw = window.at(start, after - start - 1)
        pieces, at = [], 0
        while at < len(raw):
            pieces.append(raw[at + 1 : at + 1 + raw[at]])
            at += 1 + raw[at]
        data = b"".join(pieces)
    if b"<" in data:
        collector.xmp(Window.of(data))
    else:
        collector.problem("The GIF has an XMP block that cannot be read.")
    return after


def _table(flags: bytes) -> int:
    """Return the size in bytes of the color table that a descriptor's flags declare."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _after_sub_blocks(window: Window, offset: int) -> int:
    """Return where a chain of sub-blocks ends, reading in large steps: there may be thousands."""
    at, data = 0, window.at(offset, _STEP)
    while at < len(data):
        size = data[at]
        at += size + 1
        if size == 0:
            return offset + at
        if at >= len(data):
            offset, at = offset + at, 0
            data = window.at(offset, _STEP) if offset <= _MAX_IMAGE_BYTES else b""
    return offset + at
