"""JPEG: segments up to the image data. Size from the frame header, EXIF and XMP from APP1."""

import hashlib
import struct

from photo_assets.media.exif.directories import directories
from photo_assets.media.exif.parts import Directories, Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

_MAX_SEGMENTS = 4096
_MAX_FILL_BYTES = 4096
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_EXIF = b"Exif\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\x00"


def jpeg_file(window: Window) -> Parts:
    """Return the parts of a JPEG. Raises `ExifError` when it has no frame and no metadata."""
    size: tuple[int, int] | None = None
    found = Directories()
    packet: bytes | None = None
    extension = _Extension()
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        marker, offset = _marker(window, offset)
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(window.at(offset, 2))
        if marker is None or marker in {0xD9, 0xDA} or length < 2:
            break
        if marker in _FRAMES and size is None:
            frame = window.at(offset + 3, 4)
            size = struct.unpack(">HH", frame)[::-1] if len(frame) == 4 else None
        elif marker == 0xE1:
            head = window.at(offset + 2, 75)
            body = offset + 2
            if head.startswith(_EXIF) and found.main is None:
                found = directories(window.part(body + 6, length - 8))
            elif head.startswith(_XMP) and packet is None:
                packet = window.at(body + len(_XMP), length - 2 - len(_XMP))
            elif head.startswith(_MORE_XMP):
                extension.add(window.at(body + len(_MORE_XMP), length - 2 - len(_MORE_XMP)))
        offset += length
    if size is None and found.main is None and packet is None:
        raise ExifError("The JPEG has no frame header: it is cut short or damaged.")
    width, height = size or (None, None)
    return Parts(
        width=width or None,
        height=height or None,
        directories=found,
        xmp=extension.joined_to(packet),
    )


class _Extension:
    """Extended XMP (ISO 16684-3): the rest of a packet larger than a segment, in pieces."""

    def __init__(self) -> None:
        self._pieces: dict[bytes, dict[int, bytes]] = {}
        self._kept = 0

    def add(self, segment: bytes) -> None:
        if len(segment) > 40 and self._kept + len(segment) <= MAX_PACKET_BYTES:
            offset = int.from_bytes(segment[36:40])
            self._pieces.setdefault(segment[:32], {})[offset] = segment[40:]
            self._kept += len(segment)

    def joined_to(self, packet: bytes | None) -> bytes | None:
        """Return the packet with the descriptions of its extension, when that came whole."""
        if packet is None:
            return None
        for name, pieces in self._pieces.items():
            whole = b"".join(pieces[offset] for offset in sorted(pieces))
            digest = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper().encode()
            if digest == name and name in packet:
                return _merged(packet, whole)
        return packet


def _merged(packet: bytes, extension: bytes) -> bytes:
    start, end = extension.find(b"<rdf:Description"), extension.rfind(b"</rdf:RDF>")
    spot = packet.rfind(b"</rdf:RDF>")
    if min(start, end, spot) < 0:
        return packet
    return packet[:spot] + extension[start:end] + packet[spot:]


def _marker(window: Window, offset: int) -> tuple[int | None, int]:
    """Return the next marker and the offset after it; fill bytes before it are allowed."""
    head = window.at(offset, _MAX_FILL_BYTES if window.at(offset, 2) == b"\xff\xff" else 2)
    fill = len(head) - len(head.lstrip(b"\xff"))
    if fill == 0 or fill == len(head):
        return None, offset
    return head[fill], offset + fill + 1
