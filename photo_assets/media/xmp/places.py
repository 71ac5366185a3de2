"""GPS positions in the four forms that programs write into XMP, as signed degrees and metres."""

import math
import re

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.numbers import rational
from photo_assets.media.xmp.properties import Properties

_LONGEST = 80  # the patterns take quadratic time over blanks
_NUMBER = r"(\d{1,10}(?:\.\d{1,20})?)"
_ANGLE = re.compile(
    rf"\s*([+-]?){_NUMBER}(?:\s*[,°]\s*{_NUMBER}(?:\s*[,']\s*{_NUMBER}\"?)?)?\s*([NSEWnsew]?)\s*",
    re.ASCII,
)


def position(packet: Properties) -> tuple[float, float] | None:
    """Return (latitude, longitude); None where absent, impossible, or the (0, 0) of no fix.

    Reads `53,7.95N` and `53,7,57N` (ISO 16684-1), signed decimals (icloudpd, digiKam), and
    decimals with a separate `exif:GPSLatitudeRef` (Apple Photos).
    """
    latitude = _angle(packet, "GPSLatitude", 90.0)
    longitude = _angle(packet, "GPSLongitude", 180.0)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def altitude(packet: Properties) -> float | None:
    """Return metres above sea level; `exif:GPSAltitudeRef` 1 means below."""
    metres = rational(packet.text(ns.EXIF, "GPSAltitude"))
    if metres is None:
        return None
    below = packet.text(ns.EXIF, "GPSAltitudeRef") == "1"
    return -abs(metres) if below else metres if abs(metres) < 1_000_000 else None


def _angle(packet: Properties, name: str, limit: float) -> float | None:
    match = _ANGLE.fullmatch((packet.text(ns.EXIF, name) or "")[:_LONGEST])
    if match is None:
        return None
    degrees = sum(float(part) / 60**power for power, part in enumerate(match.groups()[1:4]) if part)
    hemisphere = (match[5] or packet.text(ns.EXIF, f"{name}Ref") or "")[:1].upper()
    if match[1] == "-" or hemisphere in {"S", "W"}:
        degrees = -degrees
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None
