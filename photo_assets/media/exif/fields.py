"""Converting EXIF tags to plain values: which tag takes precedence, and which values are invalid.

Tag meanings and units: EXIF 2.32 (CIPA DC-008). A value that no camera can produce becomes None.
"""

import math

from photo_assets.media.exif.parts import Directories
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.record import GpsPosition
from photo_assets.model.item import Keyword
from photo_assets.model.names import clean_text
from photo_assets.model.plausible import (
    stated_altitude,
    stated_place,
    stated_stars,
    stated_text,
)

_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E
_MAKE, _MODEL = 0x010F, 0x0110
_MAKER_NOTE, _APPLE_NOTE, _APPLE_CONTENT_ID = 0x927C, b"Apple iOS\0", 0x0011
_NO_LENS = frozenset({"", "----", "---", "0.0 mm f/0.0", "0mm f/0", "n/a", "none", "unknown"})


def position(gps: Directory | None) -> GpsPosition | None:
    """Return the position of the GPS fix."""
    if gps is None:
        return None
    place = stated_place(_angle(gps, 2, 1, "S", 90), _angle(gps, 4, 3, "W", 180))
    if place is None:
        return None
    return GpsPosition(
        latitude=place[0], longitude=place[1], altitude_m=altitude(gps), source="exif:GPSLatitude"
    )


def altitude(gps: Directory) -> float | None:
    """Return meters above sea level; reference 1 means below."""
    meters = gps.number(6)
    if meters is None:
        return None
    return stated_altitude(-meters if gps.data(5)[:1] == b"\x01" else meters)


def make(found: Directories) -> str | None:
    """Return the camera maker."""
    return found.main.text(_MAKE) if found.main else None


def model(found: Directories) -> str | None:
    """Return the camera model."""
    return found.main.text(_MODEL) if found.main else None


def lens(found: Directories) -> str | None:
    """Return the lens, None for the dashes and zeros that mean "no electronic lens"."""
    name = found.exif.text(0xA434) if found.exif else None
    return None if name is None or name.lower() in _NO_LENS else name


def aperture(exif: Directory | None) -> float | None:
    """Return the f-number; None for 0 and infinity, which manual lenses produce."""
    return _within(exif, 0x829D, 0.1, 1000.0) or _apex_aperture(exif)


def exposure_time(exif: Directory | None) -> float | None:
    """Return seconds."""
    stated = _within(exif, 0x829A, 1e-7, 1e6)
    apex = exif.number(0x9201) if exif else None
    return stated or (math.pow(2, -apex) if apex is not None and 0 < abs(apex) < 20 else None)


def iso(exif: Directory | None) -> int | None:
    """Return the sensitivity; 65535 refers to the long tags (EXIF 2.3)."""
    stated = _within(exif, 0x8827, 1, 65534) or _within(exif, 0x8833, 1, 1e8)
    stated = stated or _within(exif, 0x8832, 1, 1e8) or _within(exif, 0x8831, 1, 1e8)
    return None if stated is None else int(stated)


def focal_length(exif: Directory | None) -> float | None:
    """Return millimeters."""
    return _within(exif, 0x920A, 0.1, 20_000.0)


def caption(main: Directory | None) -> str | None:
    """Return ImageDescription, otherwise the Windows comment."""
    if main is None:
        return None
    return stated_text(main.text(0x010E)) or stated_text(_windows_text(main, _XP_COMMENT))


def title(main: Directory | None) -> str | None:
    """Return the Windows title."""
    return stated_text(_windows_text(main, _XP_TITLE)) if main else None


def creator(main: Directory | None) -> str | None:
    """Return Artist, otherwise the Windows author."""
    return (main.text(0x013B) or _windows_text(main, _XP_AUTHOR)) if main else None


def keywords(main: Directory | None) -> tuple[Keyword, ...]:
    """Return the Windows keywords, which are one text separated by semicolons."""
    words = (_windows_text(main, _XP_KEYWORDS) or "").split(";") if main else []
    stated = dict.fromkeys(word.strip() for word in words if word.strip())
    return tuple(Keyword(path=(word,)) for word in stated)


def rating(main: Directory | None) -> int | None:
    """Return Microsoft's Rating tag, 0..5."""
    return stated_stars(main.integer(0x4746)) if main else None


def orientation(main: Directory | None) -> int | None:
    """Return 1..8."""
    turn = main.integer(0x0112) if main else None
    return turn if turn is not None and 1 <= turn <= 8 else None


def content_identifier(exif: Directory | None) -> str | None:
    """Return the id that iPhones write into both parts of a live photo.

    Apple's maker note is a directory after 14 bytes, its offsets counted from the note's start.
    """
    note = exif.data(_MAKER_NOTE) if exif else b""
    if not note.startswith(_APPLE_NOTE):
        return None
    order = note[12:14]
    start = (14).to_bytes(4, "big" if order == b"MM" else "little")
    magic = b"\0*" if order == b"MM" else b"*\0"
    # Replacing the first bytes by a TIFF header keeps the offsets valid.
    try:
        main = Tiff(Window.of(order + magic + start + note[8:])).directory(14)
    except ExifError:
        return None
    return main.text(_APPLE_CONTENT_ID) if main else None


def _windows_text(main: Directory, tag: int) -> str | None:
    """Return one of Windows' XP tags: UTF-16, always little-endian."""
    text = main.data(tag).decode("utf-16-le", "replace").partition("\0")[0]
    return clean_text(text).strip() or None


def _angle(gps: Directory, tag: int, reference: int, negative: str, limit: float) -> float | None:
    parts = gps.numbers(tag)[:3]
    hemisphere = (gps.text(reference) or "").upper()[:1]
    if not parts or not hemisphere or math.isnan(parts[0]):
        return None
    known = [0.0 if math.isnan(part) else part for part in parts]
    degrees = sum(part / (1.0, 60.0, 3600.0)[n] for n, part in enumerate(known))
    if not 0 <= degrees <= limit:
        return None
    return -degrees if hemisphere == negative else degrees


def _within(place: Directory | None, tag: int, low: float, high: float) -> float | None:
    value = place.number(tag) if place else None
    return value if value is not None and low <= value <= high else None


def _apex_aperture(exif: Directory | None) -> float | None:
    apex = exif.number(0x9202) if exif else None
    return math.pow(2, apex / 2) if apex is not None and 0 < apex < 20 else None
