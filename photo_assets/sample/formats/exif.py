"""EXIF 2.32 directories as written by cameras."""

import struct
from dataclasses import dataclass
from datetime import datetime

from photo_assets.sample.formats.tiff import (
    Ifd,
    ascii_field,
    degrees,
    octets,
    rationals,
    raw,
    shorts,
    tiff,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The values of an EXIF block of the sample. Times are the camera's wall clock.

    `text_after_time` is text that some phones append to the original time, against the standard.
    """

    make: str
    model: str
    lens: str
    serial: str | None
    f_number: float
    exposure_s: float
    iso: int
    focal_mm: float
    taken: datetime | None = None
    offset_min: int | None = None
    text_after_time: str = ""
    orientation: int = 1
    place: tuple[float, float] | None = None
    altitude_m: float | None = None
    size: tuple[int, int] = (0, 0)
    artist: str | None = None
    description: str | None = None
    content_identifier: str | None = None


def exif_block(stated: Exposure) -> bytes:
    """Return the TIFF structure of an EXIF segment."""
    return tiff(exif_ifd(stated))


def exif_ifd(stated: Exposure) -> Ifd:
    """Return the main directory with its EXIF and GPS directories."""
    main: Ifd = {
        0x010F: ascii_field(stated.make),
        0x0110: ascii_field(stated.model),
        0x0112: shorts(stated.orientation),
        0x8769: _camera(stated),
    }
    if stated.taken is not None:
        main[0x0132] = ascii_field(f"{stated.taken:%Y:%m:%d %H:%M:%S}")
    if stated.artist is not None:
        main[0x013B] = ascii_field(stated.artist)
        main[0x8298] = ascii_field(f"© {stated.artist}")
    if stated.description is not None:
        main[0x010E] = ascii_field(stated.description)
    if stated.place is not None:
        main[0x8825] = _gps(*stated.place, stated.altitude_m)
    return main


def _camera(stated: Exposure) -> Ifd:
    camera: Ifd = {
        0x829A: rationals(stated.exposure_s),
        0x829D: rationals(stated.f_number),
        0x8827: shorts(stated.iso),
        0x9000: raw(b"0232"),
        0x920A: rationals(stated.focal_mm),
        0xA002: shorts(stated.size[0]),
        0xA003: shorts(stated.size[1]),
        0xA434: ascii_field(stated.lens),
    }
    if stated.serial is not None:
        camera[0xA431] = ascii_field(stated.serial)
    if stated.taken is not None:
        stamp = f"{stated.taken:%Y:%m:%d %H:%M:%S}"
        camera |= {0x9003: ascii_field(stamp + stated.text_after_time), 0x9004: ascii_field(stamp)}
    if stated.offset_min is not None:
        sign, minutes = "-" if stated.offset_min < 0 else "+", abs(stated.offset_min)
        offset = ascii_field(f"{sign}{minutes // 60:02d}:{minutes % 60:02d}")
        camera |= {0x9010: offset, 0x9011: offset}
    if stated.content_identifier is not None:
        camera[0x927C] = raw(_apple_maker_note(stated.content_identifier))
    return camera


def _gps(latitude: float, longitude: float, altitude_m: float | None) -> Ifd:
    place: Ifd = {
        0: octets(2, 3, 0, 0),
        1: ascii_field("N" if latitude >= 0 else "S"),
        2: rationals(*degrees(abs(latitude))),
        3: ascii_field("E" if longitude >= 0 else "W"),
        4: rationals(*degrees(abs(longitude))),
    }
    if altitude_m is not None:
        place |= {5: octets(1 if altitude_m < 0 else 0), 6: rationals(abs(altitude_m))}
    return place


def _apple_maker_note(content_identifier: str) -> bytes:
    """Return Apple's maker note with tag 0x0011, which the two parts of a live photo share.

    Layout as in files of an iPhone: "Apple iOS", version, byte order MM, a directory whose offsets
    count from the note's start.
    """
    text = content_identifier.encode() + b"\0"
    head = b"Apple iOS\0\0\x01MM"
    directory_size = 2 + 12 + 4
    entry = struct.pack(">HHII", 0x0011, 2, len(text), len(head) + directory_size)
    return head + struct.pack(">H", 1) + entry + bytes(4) + text
