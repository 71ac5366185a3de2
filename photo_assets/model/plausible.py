"""Implausible values: default texts that cameras write, and values that cannot be true.

The same bounds apply to every reader. Discovery passes every item through `plausible`; readers that
choose between several statements drop such values first. Whether a column can store a value at all
is decided in `representable`.
"""

import dataclasses
import math
import re

from photo_assets.model.item import Item

LOWEST_ALTITUDE_M, HIGHEST_ALTITUDE_M = -11_000.0, 500_000.0
"""From the deepest ocean trench to the orbit of a space station, with a margin."""

_NO_PLACE_DEGREES = 1e-7

# Whole texts, in lowercase: defaults of firmware and libraries, placeholders for empty texts, and
# the shooting modes of phones.
_WHOLE = frozenset(
    re.split(
        r"\s*;\s*",
        """
    applemark; ascii; binary comment; camera phone; camera360; camera pictures; dcf; dcim; default;
    default description; digital image; dsc; exif jpeg; exif_jpeg; exif_jpeg_420; exif_jpeg_422;
    exif_jpeg_picture; exif_jpeg_t420; exif_jpeg_t422; hellomoto; image; jpeg; konica minolta dsc;
    mejor foto; minolta dsc; my beautiful picture; n/a; nan; nil; no description; none; null;
    iclarified; samsung; samsung camera pictures; samsung digimax; screenshot; sony dsc; undefined;
    unspecified; untagged; untitled;
    _cuva; hdrpl; nfd; sbeauty; smart; vhdr
    """.strip(),
    )
)
# Phones of Huawei and its brands: a mode ("cof", "oznor"), and an active effect ("mde_soft").
_MODES = (
    "bsh|bst|btf|btfmdn|btr|cof|cuva|dav|edf|edr|fbt|fpt|frem|frontbhdp|fshbty|hdr|mde|mtr|nor|ptr"
    "|qrf|rbpt|rbt|rhdr|rpt|rptfbty|rptnb|rte|sdr|vivid"
)
_MAKERS = (
    "acer|agfa|aiptek|benq|canon|casio|concord|creative|epson|fuji|fujifilm|general imaging|genius"
    "|genx|hewlett-packard|hp|jenoptik|kenox|kodak|konica|konica minolta|kyocera|leica|maginon"
    "|medion|minolta|nikon|olympus|panasonic|pentax|polaroid|praktica|premier|ricoh|rollei|samsung"
    "|sanyo|sony|toshiba|traveler|trust|vivitar|yakumo|yashica"
)
_PATTERNS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        # "OLYMPUS DIGITAL CAMERA", "KODAK Digital Still Camera", "SANYO DIGITAL CAMERA CA6"
        rf"(?:(?:{_MAKERS})(?: [\w-]{{1,20}})? )?digital (?:still ?|video ?)?camera"
        r"(?: [\w-]{1,20})?",
        rf"<\s*(?:{_MAKERS}|digimax)\b[^<>]{{0,80}}>",  # "<KENOX S630 / Samsung S630>"
        # The path of the picture on the memory card: DCIM\100GOPRO\GOPR0001.JPG, DJI's /DCIM/…
        r"(?:[\w.:]{0,40}[\\/])*dcim[\\/].{0,200}",
        r"(?:gopr|gp\w\w|gh\w\w|dji_|dsc[fn_]|img_|p10\d)\d{3,6}\.(?:jpe?g|dng|mp4|mov|gpr)",
        r"charset ?= ?\w{1,20}(?: binary comment)?",
        r"lead technologies inc\. v[\d.]{1,10}",
        r"intel\(r\) jpeg library.{0,60}",
        r"file source: .{0,60}|exif_\w{1,20}|optio \w{1,10}|\[picture info\].{0,2000}",
        rf"(?:oz_?)?(?:{_MODES})(?:_?(?:bty|filter|hdrb?|soft|vivid|wo))?",
        r"(?:created|processed|file written) (?:by|with) (?:the )?"
        r"(?:gimp|imlib|imagegear|imagemagick|adobe photoshop|ebay with imagemagick)\b.{0,60}",
    )
)
_LONGEST = 2_100


def stated_text(text: str | None) -> str | None:
    """Return a caption or title, None for a default text of a camera or program.

    Sources: public reports (Olympus, Kodak, Sanyo, Medion, GoPro, DJI, the
    shooting modes of Huawei and Motorola phones) and the default texts of libraries.
    """
    if text is None:
        return None
    plain = " ".join(text.replace("\x00", " ").split()).strip(" .").casefold()
    if not plain or plain in _WHOLE:
        return None
    if len(plain) <= _LONGEST and any(pattern.fullmatch(plain) for pattern in _PATTERNS):
        return None
    return text


def stated_place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Return (latitude, longitude) in degrees; None for (0, 0), the value without a GPS fix."""
    if latitude is None or longitude is None:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    if abs(latitude) < _NO_PLACE_DEGREES and abs(longitude) < _NO_PLACE_DEGREES:
        return None
    return latitude, longitude


def stated_altitude(meters: float | None) -> float | None:
    """Return meters above sea level; None outside the bounds (4294967275: -21 m unsigned)."""
    if meters is None or not math.isfinite(meters):
        return None
    return meters if LOWEST_ALTITUDE_M <= meters <= HIGHEST_ALTITUDE_M else None


def stated_stars(stars: float | None) -> int | None:
    """Return a rating as whole stars, 0..5, halves rounded up; None outside."""
    return int(stars + 0.5) if stars is not None and 0 <= stars <= 5 else None


def plausible(item: Item) -> Item:
    """Return the item without implausible values."""
    place = stated_place(item.gps_latitude, item.gps_longitude)
    altitude = stated_altitude(item.gps_altitude_m) if place else None
    believed = {
        "title": stated_text(item.title),
        "caption": stated_text(item.caption),
        "gps_latitude": place[0] if place else None,
        "gps_longitude": place[1] if place else None,
        "gps_source": item.gps_source if place else None,
        "gps_altitude_m": altitude,
        "rating": stated_stars(item.rating),
    }
    if all(getattr(item, name) == value for name, value in believed.items()):
        return item
    return dataclasses.replace(item, **believed)  # type: ignore[arg-type]
