"""Writing TIFF structures (TIFF 6.0), which EXIF segments and DNG files are made of."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10


@dataclass(frozen=True, slots=True)
class Field:
    """One tag's value: its TIFF type, the count of elements, and the packed bytes."""

    type: int
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Data:
    """Strips stored elsewhere in the file; the tag has their offsets."""

    strips: tuple[bytes, ...]


Ifd = dict[int, "Field | Data | Ifd"]
"""tag -> value; a nested directory becomes a pointer to it"""


def ascii_field(text: str) -> Field:
    """Return text, as UTF-8, with a terminating zero."""
    data = text.encode() + b"\0"
    return Field(ASCII, len(data), data)


def shorts(*values: int) -> Field:
    """Return 16-bit numbers."""
    return Field(SHORT, len(values), struct.pack(f"<{len(values)}H", *values))


def longs(*values: int) -> Field:
    """Return 32-bit numbers."""
    return Field(LONG, len(values), struct.pack(f"<{len(values)}I", *values))


def octets(*values: int) -> Field:
    """Return 8-bit numbers."""
    return Field(BYTE, len(values), bytes(values))


def raw(data: bytes) -> Field:
    """Return bytes of the type UNDEFINED."""
    return Field(UNDEFINED, len(data), data)


def rationals(*values: float, limit: int = 10_000_000, signed: bool = False) -> Field:
    """Return numbers as fractions."""
    parts: list[int] = []
    for value in values:
        fraction = Fraction(value).limit_denominator(limit)
        parts += [fraction.numerator, fraction.denominator]
    letter = "i" if signed else "I"
    data = struct.pack(f"<{len(parts)}{letter}", *parts)
    return Field(SRATIONAL if signed else RATIONAL, len(values), data)


def tiff(ifd: Ifd) -> bytes:
    """Return a little-endian TIFF file of one main directory."""
    out = bytearray(b"II*\0\x08\0\0\0")
    _append(out, ifd)
    return bytes(out)


def _append(out: bytearray, ifd: Ifd) -> int:
    """Append a directory with its pointed-to data; return its offset."""
    place = len(out)
    out += struct.pack("<H", len(ifd)) + bytes(12 * len(ifd) + 4)
    for index, tag in enumerate(sorted(ifd)):
        value = ifd[tag]
        field = value if isinstance(value, Field) else longs(*_pointed(out, value))
        if len(field.data) <= 4:
            cell = field.data.ljust(4, b"\0")
        else:
            cell = struct.pack("<I", _stored(out, field.data))
        entry = struct.pack("<HHI", tag, field.type, field.count) + cell
        out[place + 2 + 12 * index : place + 14 + 12 * index] = entry
    return place


def _pointed(out: bytearray, value: "Data | Ifd") -> list[int]:
    if isinstance(value, Data):
        return [_stored(out, strip) for strip in value.strips]
    if len(out) % 2:
        out += b"\0"
    return [_append(out, value)]


def _stored(out: bytearray, data: bytes) -> int:
    if len(out) % 2:
        out += b"\0"
    place = len(out)
    out += data
    return place


def degrees(value: float) -> Sequence[float]:
    """Return a positive angle as degrees, minutes and seconds."""
    seconds, part = divmod(round(value * 3600 * 10_000), 10_000)
    return seconds // 3600, seconds // 60 % 60, seconds % 60 + part / 10_000
