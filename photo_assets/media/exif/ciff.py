"""Canon's CRW: a heap of records (CIFF), with camera and exposure, but without EXIF.

Structure and record numbers as documented by exiftool and libraw.
"""

import math
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Camera, Parts
from photo_assets.media.exif.window import MAX_VALUE_BYTES, ExifError, Window
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime

_MAKE_MODEL, _BASE_ISO, _FOCAL_LENGTH = 0x080A, 0x101C, 0x1029
_SERIAL, _TIME, _IMAGE, _EXPOSURE = 0x180B, 0x180E, 0x1810, 0x1818
_SHOT, _SHOT_APERTURE = (
    0x102A,
    21,
)  # index of the aperture and the shutter speed in a list of 16-bit numbers
_SETTINGS, _FOCAL_UNITS = 0x102D, 25  # index of the units in a list of 16-bit numbers
_MAX_RECORDS = 4096
_TURNS: dict[float, int] = {0: 1, 90: 6, 180: 3, 270: 8}
_EPOCH = datetime(1970, 1, 1)

Records = dict[int, bytes]


def crw_file(window: Window) -> Parts:
    """Return the parts of a CRW. Its time counts seconds of the camera's wall clock from 1970."""
    order = {b"II": "<", b"MM": ">"}.get(window.at(0, 2))
    if order is None:
        raise ExifError("The CRW file has no byte order.")
    start = _unsigned(window.at(2, 4), order)
    found: Records = {}
    for tag, data in _records(window.part(start, window.length), order):
        found.setdefault(tag, data)
    if not found:
        raise ExifError("The CRW file has no records: it is cut short or damaged.")
    collector = BlockCollector()
    time = _numbers(found, _TIME, order + "I")
    collector.time(_wall_time(time[0]) if time else None, "ciff:TimeStamp")
    width, height, _, turn = _numbers(found, _IMAGE, order + "IIfi") or (0, 0, 0, 0)
    return collector.parts(
        width=int(width),
        height=int(height),
        orientation=_TURNS.get(turn),
        camera=_camera(found, order),
    )


def _records(heap: Window, order: str) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a heap and its sub-heaps; its last four bytes locate the directory."""
    heaps, seen = [heap], 0
    while heaps and seen < _MAX_RECORDS:
        heap = heaps.pop(0)
        at = _unsigned(heap.at(heap.length - 4, 4), order)
        for number in range(_unsigned(heap.at(at, 2), order)):
            entry = heap.at(at + 2 + number * 10, 10)
            seen += 1
            if len(entry) < 10 or seen > _MAX_RECORDS:
                break
            tag, size, offset = struct.unpack(order + "HII", entry)
            if tag & 0x4000:  # the value is in the entry
                yield tag & 0x3FFF, entry[2:]
            elif tag & 0x3800 in {0x2800, 0x3000}:
                heaps.append(heap.part(offset, size))
            elif size <= MAX_VALUE_BYTES:
                yield tag & 0x3FFF, heap.at(offset, size)


def _unsigned(data: bytes, order: str) -> int:
    return int.from_bytes(data, "little" if order == "<" else "big")


def _numbers(found: Records, tag: int, layout: str) -> tuple[float, ...] | None:
    data = found.get(tag, b"")
    size = struct.calcsize(layout)
    return struct.unpack(layout, data[:size]) if len(data) >= size else None


def _camera(found: Records, order: str) -> Camera:
    names = [
        clean_text(part.decode("latin-1")).strip()
        for part in found.get(_MAKE_MODEL, b"").split(b"\0")
    ]
    make, model = [*names, "", ""][:2]
    aperture, speed = _exposure(found, order)
    iso = _numbers(found, _BASE_ISO, order + "H")
    length = _numbers(found, _FOCAL_LENGTH, order + "HH")
    units = _numbers(found, _SETTINGS, f"{order}{2 * _FOCAL_UNITS}xH") or (1,)
    return Camera(
        make=make or None,
        model=model or None,
        serial=_serial(found, model, order),
        aperture=math.pow(2, aperture / 2) if 0 < aperture < 20 else None,
        exposure_time_s=math.pow(2, -speed) if abs(speed) < 20 else None,
        iso=int(iso[0]) if iso and iso[0] else None,
        focal_length_mm=length[1] / (units[0] or 1) if length and length[1] else None,
    )


def _exposure(found: Records, order: str) -> tuple[float, float]:
    """Return aperture and shutter speed in APEX, NaN where not stated."""
    shot = _numbers(found, _SHOT, f"{order}{2 * _SHOT_APERTURE}xhh")
    if shot and shot[0]:
        return _canon_apex(int(shot[0])), _canon_apex(int(shot[1]))
    _, speed, aperture = _numbers(found, _EXPOSURE, order + "fff") or (0.0, math.nan, math.nan)
    return aperture, speed


def _canon_apex(value: int) -> float:
    """Return an APEX value in 32nds, of which Canon rounds thirds to 12 and 20."""
    whole, rest = divmod(abs(value), 32)
    fraction = {12: 1 / 3, 20: 2 / 3}.get(rest, rest / 32)
    return math.copysign(whole + fraction, value)


def _serial(found: Records, model: str, order: str) -> str | None:
    """Return the serial number of an EOS; PowerShots use the record for another value."""
    number = _numbers(found, _SERIAL, order + "I")
    if number is None or not number[0] or "EOS" not in model:
        return None
    whole = int(number[0])
    return f"{whole >> 16:x}-{whole & 0xFFFF:05}" if "D30" in model else f"{whole:010}"


def _wall_time(seconds: float) -> WallTime | None:
    moment = _EPOCH + timedelta(seconds=seconds)
    return WallTime(moment, None, Precision.SECOND) if seconds else None
