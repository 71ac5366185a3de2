"""MPEG transport streams (MTS, M2TS): the recording time that AVCHD cameras write into the video.

The time is in a message of the H.264 stream, "modified DV pack metadata", as exiftool documents it.
Size and length would have to be computed from the stream and are not read.
"""

from datetime import datetime

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.window import Window
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime

_SYNC, _PACKET = 0x47, 188
_MAX_BYTES = 2 * 1024 * 1024  # the message is in the first picture
_MESSAGE = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_ESCAPED = b"\0\0\3"  # H.264 inserts a 3 where a start code would occur
_DATE, _CLOCK, _MAKE = 0x18, 0x19, 0xE0
_MAKES = {0x0103: "Panasonic", 0x0108: "Sony", 0x1011: "Canon", 0x1104: "JVC"}
_LONGEST_MESSAGE = 1 + 255 * 5


def transport_layout(window: Window) -> tuple[int, int] | None:
    """Return offset and spacing of the packets; None if it is not a transport stream.

    They repeat a sync byte every 188 bytes; AVCHD writes a four-byte time stamp before each packet.
    """
    for start, step in ((0, _PACKET), (4, _PACKET + 4)):
        if all(window.at(start + n * step, 1) == bytes((_SYNC,)) for n in range(3)):
            return start, step
    return None


def transport_file(window: Window, start: int, step: int) -> Parts:
    """Return the parts of a transport stream."""
    collector = BlockCollector()
    packs = _packs(window.at(start, _MAX_BYTES), step)
    collector.time(_time(packs), "avchd:MDPM")
    make = _MAKES.get(int.from_bytes(packs.get(_MAKE, b"")[:2]))
    return collector.parts(
        movie=Movie(make=make),
        not_read="Of an MPEG transport stream nothing but AVCHD's recording time is read.",
    )


def _packs(data: bytes, step: int) -> dict[int, bytes]:
    """Return the packs of the first message, four bytes by number."""
    streams: dict[int, bytearray] = {}
    for at in range(0, len(data) - _PACKET + 1, step):
        packet = data[at : at + _PACKET]
        if packet[0] != _SYNC or not packet[3] & 0x10:  # without payload
            continue
        body = 5 + packet[4] if packet[3] & 0x20 else 4  # after the adaptation field
        streams.setdefault(int.from_bytes(packet[1:3]) & 0x1FFF, bytearray()).extend(packet[body:])
    for stream in streams.values():
        place = stream.find(_MESSAGE)
        if place >= 0:
            raw = bytes(stream[place + len(_MESSAGE) :][: _LONGEST_MESSAGE * 2])
            message = raw.replace(_ESCAPED, b"\0\0")[:_LONGEST_MESSAGE]
            packs = [message[n : n + 5] for n in range(1, 1 + 5 * message[0], 5)] if message else []
            return {pack[0]: pack[1:] for pack in packs if len(pack) == 5}
    return {}


def _time(packs: dict[int, bytes]) -> WallTime | None:
    """Return the time: a byte of the zone, then year, month, day and clock in decimal digits."""
    date, clock = packs.get(_DATE, b""), packs.get(_CLOCK, b"")
    digits = (date[1:] + clock).hex()
    if len(digits) != 14 or not digits.isdigit():
        return None
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return WallTime(moment, _offset(date[0]), Precision.SECOND)


def _offset(zone: int) -> int | None:
    """Return minutes east of UTC: a sign, hours, and a bit of half an hour; 0xFF where not set."""
    if zone == 0xFF:
        return None
    minutes = (zone >> 1 & 0x0F) * 60 + (zone & 1) * 30
    return -minutes if zone & 0x20 else minutes
