"""Picture formats made of chunks with short headers: PNG, WebP, GIF, BMP, PSD."""

import struct
import zlib
from collections.abc import Iterator

from photo_assets.media.exif.directories import directories
from photo_assets.media.exif.parts import Directories, Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, MAX_VALUE_BYTES, ExifError, Window

_MAX_CHUNKS = 2048
_MAX_EXIF_BYTES = 4 * 1024 * 1024
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_PSD_EXIF, _PSD_XMP = 1058, 1060


def png_file(window: Window) -> Parts:
    """Return the parts of a PNG: IHDR, eXIf, and the XMP iTXt."""
    head = window.at(8, 16)
    if head[4:8] != b"IHDR" or len(head) < 16:
        raise ExifError("The PNG has no header chunk.")
    width, height = struct.unpack(">II", head[8:16])
    found, packet = Directories(), None
    offset = 8
    for _ in range(_MAX_CHUNKS):
        chunk = window.at(offset, 8)
        if len(chunk) < 8 or chunk[4:] == b"IEND":
            break
        length, kind = struct.unpack(">I4s", chunk)
        if kind == b"eXIf" and length <= _MAX_EXIF_BYTES:
            found = directories(window.part(offset + 8, length))
        elif kind == b"iTXt" and packet is None:
            packet = _international_text(window.part(offset + 8, length))
        offset += length + 12
    return Parts(width=width or None, height=height or None, directories=found, xmp=packet)


def webp_file(window: Window) -> Parts:
    """Return the parts of a WebP (RFC 9649): VP8, VP8L or VP8X size, EXIF and XMP chunks."""
    size: tuple[int, int] | None = None
    found, packet = Directories(), None
    for kind, body in _riff_chunks(window):
        if kind in {b"VP8X", b"VP8 ", b"VP8L"} and size is None:
            size = _webp_size(kind, body.at(0, 10))
        elif kind == b"EXIF" and body.length <= _MAX_EXIF_BYTES:
            prefix = 6 if body.at(0, 6) == b"Exif\0\0" else 0
            found = directories(body.part(prefix, body.length))
        elif kind == b"XMP " and body.length <= MAX_PACKET_BYTES:
            packet = body.at(0, body.length) or None
    if size is None:
        raise ExifError("The WebP file has no picture header.")
    return Parts(width=size[0], height=size[1], directories=found, xmp=packet)


def gif_file(window: Window) -> Parts:
    """Return the size of a GIF."""
    head = window.at(6, 4)
    if len(head) < 4:
        raise ExifError("The GIF is cut short.")
    width, height = struct.unpack("<HH", head)
    return Parts(width=width or None, height=height or None)


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


def psd_file(window: Window) -> Parts:
    """Return the parts of a PSD or PSB: the header, and image resources 1058 and 1060."""
    head = window.at(0, 30)
    if len(head) < 30:
        raise ExifError("The PSD is cut short.")
    height, width = struct.unpack(">II", head[14:22])
    found, packet = Directories(), None
    offset = 30 + int.from_bytes(head[26:30])
    end = offset + 4 + int.from_bytes(window.at(offset, 4))
    offset += 4
    for _ in range(_MAX_CHUNKS):
        resource = window.at(offset, 7)
        if offset >= end or len(resource) < 7 or resource[:4] != b"8BIM":
            break
        name = (resource[6] + 2) & ~1
        length = int.from_bytes(window.at(offset + 6 + name, 4))
        body, number = offset + 10 + name, int.from_bytes(resource[4:6])
        if number == _PSD_EXIF and length <= _MAX_EXIF_BYTES:
            found = directories(window.part(body, length))
        elif number == _PSD_XMP and length <= MAX_PACKET_BYTES:
            packet = window.at(body, length) or None
        offset = body + (length + 1 & ~1)
    return Parts(width=width or None, height=height or None, directories=found, xmp=packet)


def _international_text(body: Window) -> bytes | None:
    """Return the XMP packet of an iTXt chunk, decompressed up to the limit."""
    head = body.at(0, MAX_VALUE_BYTES)
    if not head.startswith(_XMP_KEYWORD):
        return None
    compressed = head[len(_XMP_KEYWORD) : len(_XMP_KEYWORD) + 1] == b"\x01"
    start = len(_XMP_KEYWORD) + 2
    for _ in range(2):  # the language tag and the translated keyword, each up to its NUL
        start = head.find(b"\0", start) + 1
        if start == 0:
            return None
    text = body.at(start, MAX_PACKET_BYTES)
    if not compressed:
        return text or None
    try:
        return zlib.decompressobj().decompress(text, MAX_PACKET_BYTES) or None
    except zlib.error:
        return None


def _riff_chunks(window: Window) -> Iterator[tuple[bytes, Window]]:
    offset = 12
    for _ in range(_MAX_CHUNKS):
        head = window.at(offset, 8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        yield kind, window.part(offset + 8, length)
        offset += 8 + length + (length & 1)


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int] | None:
    if len(head) < 10:
        return None
    if kind == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[6:10])
    return width & 0x3FFF, height & 0x3FFF
