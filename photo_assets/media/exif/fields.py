"""From EXIF directories to plain values: which tag is believed, and which values are impossible.

Tag meanings and units: EXIF 2.32 (CIPA DC-008). A value outside what a camera can do is None.
"""

import math

from photo_assets.media.exif.parts import Directories
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.model.wall_time import WallTime, parse_offset, parse_wall_time, with_fraction

# (time, sub-seconds, offset, in the EXIF directory?, name); DateTime is when the file was changed,
# so it counts only where a camera, not a program, wrote the rest.
_TIMES = (
    (0x9003, 0x9291, 0x9011, True, "exif:DateTimeOriginal"),
    (0x9004, 0x9292, 0x9012, True, "exif:DateTimeDigitized"),
    (0x0132, 0x9290, 0x9010, False, "exif:DateTime"),
)
_MAKE, _MODEL = 0x010F, 0x0110
_MAKER_NOTE, _APPLE_NOTE, _APPLE_CONTENT_ID = 0x927C, b"Apple iOS\0", 0x0011
# What cameras write into ImageDescription unasked.
_BOILERPLATE = frozenset(
    {
        "olympus digital camera",
        "minolta digital camera",
        "konica minolta digital camera",
        "sony dsc",
        "digital camera",
        "exif_jpeg_picture",
        "exif jpeg",
        "samsung",
        "samsung camera pictures",
        "maginon digital camera",
        "vivitar digital camera",
        "digital still camera",
        "dcim",
        "dcim\\100media",
        "image",
        "untitled",
        "default",
        "untagged",
        "binary comment",
        "my beautiful picture",
        "mejor foto",
        "dav",
        "hdr",
        "rhdr",
        "nor",
        "edf",
        "btf",
        "sdr",
        "cof",
        "bst",
        "hdrpl",
        "charset=ascii binary comment",
    }
)
_NO_LENS = frozenset({"", "----", "---", "0.0 mm f/0.0", "0mm f/0", "n/a", "none", "unknown"})


def captured(found: Directories) -> tuple[WallTime | None, str | None]:
    """Return when the picture was taken and the tag that says so."""
    for time_tag, fraction_tag, offset_tag, in_exif, name in _TIMES:
        place = found.exif if in_exif else found.main
        stated = None if place is None else parse_wall_time(place.text(time_tag) or "")
        if stated is None or (not in_exif and not (make(found) or model(found))):
            continue
        extra = found.exif
        if extra is not None:
            stated = with_fraction(stated, extra.text(fraction_tag) or "")
            offset = parse_offset(extra.text(offset_tag) or "")
            stated = WallTime(stated.time, offset, stated.precision)
        return stated, name
    return None, None


def position(gps: Directory | None) -> tuple[float, float] | None:
    """Return (latitude, longitude); (0, 0) is a receiver without a fix, so no place."""
    if gps is None:
        return None
    latitude = _angle(gps, 2, 1, "S", 90)
    longitude = _angle(gps, 4, 3, "W", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def altitude(gps: Directory | None) -> float | None:
    """Return metres above sea level; reference 1 means below."""
    metres = gps.number(6) if gps is not None else None
    if gps is None or metres is None or abs(metres) > 1_000_000:
        return None
    return -metres if gps.data(5)[:1] == b"\x01" else metres


def make(found: Directories) -> str | None:
    """Return the camera maker."""
    return found.main.text(_MAKE) if found.main else None


def model(found: Directories) -> str | None:
    """Return the camera model."""
    return found.main.text(_MODEL) if found.main else None


def lens(found: Directories) -> str | None:
    """Return the lens, None for the dashes and zeros of "no electronic lens"."""
    name = found.exif.text(0xA434) if found.exif else None
    return None if name is None or name.lower() in _NO_LENS else name


def aperture(exif: Directory | None) -> float | None:
    """Return the f-number; 0 and infinity are manual lenses."""
    return _within(exif, 0x829D, 0.1, 1000.0) or _apex_aperture(exif)


def exposure_time(exif: Directory | None) -> float | None:
    """Return seconds."""
    stated = _within(exif, 0x829A, 1e-7, 1e6)
    apex = exif.number(0x9201) if exif else None
    return stated or (math.pow(2, -apex) if apex is not None and 0 < abs(apex) < 20 else None)


def iso(exif: Directory | None) -> int | None:
    """Return the sensitivity; 65535 means "see the long tags" (EXIF 2.3)."""
    stated = _within(exif, 0x8827, 1, 65534) or _within(exif, 0x8833, 1, 1e8)
    stated = stated or _within(exif, 0x8832, 1, 1e8) or _within(exif, 0x8831, 1, 1e8)
    return None if stated is None else int(stated)


def focal_length(exif: Directory | None) -> float | None:
    """Return millimetres."""
    return _within(exif, 0x920A, 0.1, 20_000.0)


def caption(main: Directory | None) -> str | None:
    """Return ImageDescription unless a camera wrote it unasked."""
    text = main.text(0x010E) if main else None
    return None if text is None or text.lower().strip("\0 .") in _BOILERPLATE else text


def rating(main: Directory | None) -> int | None:
    """Return Microsoft's Rating tag, 0..5."""
    stars = main.integer(0x4746) if main else None
    return stars if stars is not None and 0 <= stars <= 5 else None


def orientation(main: Directory | None) -> int | None:
    """Return 1..8."""
    turn = main.integer(0x0112) if main else None
    return turn if turn is not None and 1 <= turn <= 8 else None


def content_identifier(exif: Directory | None) -> str | None:
    """Return the id that an iPhone writes into both parts of a live photo.

    Apple's maker note is a directory after 14 bytes, its offsets counted from the note's start.
    """
    note = exif.data(_MAKER_NOTE) if exif else b""
    if not note.startswith(_APPLE_NOTE):
        return None
    order = note[12:14]
    start = (14).to_bytes(4, "big" if order == b"MM" else "little")
    magic = b"\0*" if order == b"MM" else b"*\0"
    # The same offsets as in a TIFF file whose first bytes are those of a header.
    try:
        main = Tiff(Window.of(order + magic + start + note[8:])).directory(14)
    except ExifError:
        return None
    return main.text(_APPLE_CONTENT_ID) if main else None


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
