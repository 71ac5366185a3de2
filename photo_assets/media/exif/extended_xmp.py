"""Extended XMP (ISO 16684-3): the remainder of a packet larger than a JPEG segment, in pieces."""

import hashlib

from photo_assets.media.exif.window import MAX_PACKET_BYTES, Window

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
