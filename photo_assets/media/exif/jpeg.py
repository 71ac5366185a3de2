"""JPEG: segments up to the image data. Size from the frame header, blocks from APP1 and APP13.

Also extended XMP (ISO 16684-3): the remainder of a packet larger than a segment, in pieces.
"""

import hashlib
import re
import struct
from collections.abc import Iterator

from photo_assets.media.exif.block_collector import (
    MAX_EXIF_BYTES,
    MAX_RESOURCES_BYTES,
    BlockCollector,
)
from photo_assets.media.exif.directories import tiff_start
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

_MAX_SEGMENTS = 4096
_MAX_FILL_BYTES = 4096
_MAX_GAPS, _MAX_STRAY_BYTES = 16, 64 * 1024
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_END, _SCAN = 0xD9, 0xDA
_APP1, _APP13 = 0xE1, 0xED
_EXIF, _EXIF_LENGTH = b"Exif\x00", 6
_XMP = b"http://ns.adobe.com/xap/1.0/"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\x00"
_PHOTOSHOP, _OLD_PHOTOSHOP, _OLD_LENGTH = b"Photoshop 3.0\x00", b"Adobe_Photoshop2.5:", 27
_AFTER_STRAY_BYTES = re.compile(rb"\xff[\xc0-\xcf\xda-\xdd\xe0-\xef\xfe]")


def jpeg_file(window: Window) -> Parts:
    """Return the parts of a JPEG. Raises `ExifError` when it has no frame and no metadata."""
    size: tuple[int, int] | None = None
    blocks = _Blocks()
    for marker, body in _segments(window):
        if marker in _FRAMES and size is None:
            frame = body.at(1, 4)
            size = struct.unpack(">HH", frame)[::-1] if len(frame) == 4 else None
        elif marker in {_APP1, _APP13}:
            blocks.take(marker, body)
    width, height = size or (None, None)
    parts = blocks.collector().parts(width=width, height=height)
    if size is None and parts.directories.main is None and not parts.packets and not parts.iptc:
        raise ExifError("The JPEG has no frame header: it is cut short or damaged.")
    return parts


class _Blocks:
    """The metadata segments. Blocks longer than a segment are joined from several."""

    def __init__(self) -> None:
        self._gathered = BlockCollector()
        self._exif: list[Window] = []
        self._resources: list[bytes] = []
        self._extension = ExtendedXmp()
        self._packets: list[Window] = []

    def take(self, marker: int, body: Window) -> None:
        head = body.at(0, 75)
        if marker == _APP13:
            self._photoshop(head, body)
        elif head.startswith(_EXIF):
            self._exif.append(body)
        elif head.startswith(_MORE_XMP):
            self._extension.add(body.at(len(_MORE_XMP), body.length))
        elif head.startswith(_XMP):
            start = len(_XMP) + (head[len(_XMP) : len(_XMP) + 1] == b"\0")
            self._packets.append(body.part(start, body.length))

    def collector(self) -> BlockCollector:
        """Return the metadata of all segments."""
        for block in self._joined():
            self._gathered.exif(block, _EXIF_LENGTH)
        for packet in self._packets:
            self._gathered.xmp(self._extension.joined_to(packet))
        if self._packets and self._extension.is_left_over:
            self._gathered.problem("Extended XMP is there and incomplete, so it is not read.")
        self._gathered.photoshop(Window.of(b"".join(self._resources)))
        return self._gathered

    def _photoshop(self, head: bytes, body: Window) -> None:
        start = len(_PHOTOSHOP) if head.startswith(_PHOTOSHOP) else 0
        start = _OLD_LENGTH if head.startswith(_OLD_PHOTOSHOP) else start
        if start == 0:
            return
        if sum(map(len, self._resources)) > MAX_RESOURCES_BYTES:
            self._gathered.problem(
                f"Photoshop's image resources beyond {MAX_RESOURCES_BYTES:,} bytes are not read."
            )
        else:
            self._resources.append(body.at(start, body.length))

    def _joined(self) -> list[Window]:
        """Return the EXIF blocks: a segment without a TIFF header continues the last one."""
        blocks: list[Window] = []
        for segment in self._exif:
            is_whole = not blocks or tiff_start(segment, _EXIF_LENGTH) is not None
            if is_whole or blocks[-1].length + segment.length > MAX_EXIF_BYTES:
                blocks.append(segment)
            else:
                first = blocks[-1].at(0, blocks[-1].length)
                blocks[-1] = Window.of(first + segment.at(_EXIF_LENGTH, segment.length))
        return blocks


def _segments(window: Window) -> Iterator[tuple[int, Window]]:
    """Yield marker and content of the segments before the image data.

    Fill bytes may precede a marker. Other bytes are invalid, but a slightly wrong length, or
    leftovers of an editor, do not end the search.
    """
    offset, gaps = 2, 0
    for _ in range(_MAX_SEGMENTS):
        head = window.at(offset, _MAX_FILL_BYTES if window.at(offset, 2) == b"\xff\xff" else 2)
        fill = len(head) - len(head.lstrip(b"\xff"))
        if 0 < fill < len(head) and head[fill]:
            marker, offset = head[fill], offset + fill + 1
        else:
            gaps += 1
            found = _AFTER_STRAY_BYTES.search(window.at(offset, _MAX_STRAY_BYTES))
            if found is None or gaps > _MAX_GAPS:
                return
            marker, offset = found[0][1], offset + found.end()
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(window.at(offset, 2))
        if marker in {_END, _SCAN} or length < 2:
            return
        yield marker, window.part(offset + 2, length - 2)
        offset += length


_NAME = 32  # hex digits of the MD5 of the whole extension
_HEADER = 40  # the name, the total length, and the offset of the piece


class ExtendedXmp:
    """Collects the pieces, and adds complete extensions to the packet that names them."""

    def __init__(self) -> None:
        self._pieces: dict[bytes, dict[int, bytes]] = {}
        self._kept = 0

    @property
    def is_left_over(self) -> bool:
        """Return whether there are pieces that belong to no packet."""
        return bool(self._pieces)

    def add(self, segment: bytes) -> None:
        """Keep a piece, up to the limit of a packet."""
        if len(segment) > _HEADER and self._kept + len(segment) <= MAX_PACKET_BYTES:
            offset = int.from_bytes(segment[36:40])
            self._pieces.setdefault(segment[:_NAME], {})[offset] = segment[_HEADER:]
            self._kept += len(segment)

    def joined_to(self, window: Window) -> Window:
        """Return the packet with the descriptions of its extension, if that is complete."""
        if not self._pieces:
            return window
        packet = window.at(0, window.length)
        for name, pieces in self._pieces.items():
            whole = b"".join(pieces[offset] for offset in sorted(pieces))
            digest = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper().encode()
            if digest == name.upper() and name in packet:
                del self._pieces[name]
                return Window.of(_merged(packet, whole))
        return window


def _merged(packet: bytes, extension: bytes) -> bytes:
    start, end = extension.find(b"<rdf:Description"), extension.rfind(b"</rdf:RDF>")
    spot = packet.rfind(b"</rdf:RDF>")
    if min(start, end, spot) < 0:
        return packet
    return packet[:spot] + extension[start:end] + packet[spot:]
