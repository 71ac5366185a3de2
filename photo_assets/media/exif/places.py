"""Parsing places in movies: ISO 6709 texts, and 3GPP's box of fixed-point numbers."""

import re

from photo_assets.media.exif.boxes import Box

Place = tuple[tuple[float, float], float | None]  # latitude and longitude, altitude in meters

_ANGLE = re.compile(r"([+-])(\d{2,7})(\.\d{1,12})?", re.ASCII)
_SHOOTING_LOCATION = 0


def parse_place(text: str) -> Place | None:
    """Return ((latitude, longitude), altitude in meters) of ISO 6709 text; None when unusable.

    `+27.5916+086.5640+8850/`; degrees may be followed by minutes and seconds (`+2735.5`).
    """
    parts = _ANGLE.findall(text[:100])
    if len(parts) < 2:
        return None
    height = None if len(parts) < 3 else float("".join(parts[2]))
    return _place(_degrees(parts[0], 2), _degrees(parts[1], 3), height)


def location_box(box: Box) -> Place | None:
    """Return the recording place in a `loci` box (3GPP TS 26.244, 8.2).

    Four bytes of version, two of language, a name, a role, then longitude, latitude and altitude as
    16.16 fixed point. Other roles are depicted or fictional places.
    """
    data = box.data(4096)
    body = data[6:]
    if body[:2] == b"\xfe\xff":
        end = next((at for at in range(2, len(body), 2) if body[at : at + 2] == b"\0\0"), -3)
        end += 2
    else:
        end = body.find(b"\0") + 1
    numbers = body[end + 1 : end + 13]
    if end < 1 or len(numbers) < 12 or body[end] != _SHOOTING_LOCATION:
        return None
    longitude, latitude, height = (
        int.from_bytes(numbers[at : at + 4], signed=True) / 0x10000 for at in (0, 4, 8)
    )
    return _place(latitude, longitude, height or None)


def _place(latitude: float, longitude: float, height: float | None) -> Place | None:
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    return (latitude, longitude), height


def _degrees(part: tuple[str, str, str], degree_digits: int) -> float:
    sign, digits, fraction = part
    whole, rest = digits[:degree_digits], digits[degree_digits:]
    if not rest:
        value = float(digits + fraction)
    elif len(rest) <= 2:
        value = float(whole) + float(rest + fraction) / 60
    else:
        value = float(whole) + float(rest[:2]) / 60 + float(rest[2:] + fraction) / 3600
    return -value if sign == "-" else value
