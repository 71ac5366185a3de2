"""GPS positions, and locations by name: Photoshop's, IPTC Core's and IPTC Extension's fields.

IPTC Photo Metadata Standard 2023.2: LocationCreated is the position of the camera, LocationShown
the depicted place; the older fields City, State and Country may mean either.
"""

import math
import re
from dataclasses import dataclass

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.numbers import rational
from photo_assets.media.xmp.properties import Properties

_LONGEST = 80  # the patterns take quadratic time on blanks
_NUMBER = r"(\d{1,10}(?:\.\d{1,20})?)"
_ANGLE = re.compile(
    rf"\s*([+-]?){_NUMBER}(?:\s*[,°]\s*{_NUMBER}(?:\s*[,']\s*{_NUMBER}\"?)?)?\s*([NSEWnsew]?)\s*",
    re.ASCII,
)


def position(packet: Properties) -> tuple[float, float] | None:
    """Return (latitude, longitude); None where absent, invalid, or (0, 0), the value without a fix.

    Reads `53,7.95N` and `53,7,57N` (ISO 16684-1), signed decimals (icloudpd, digiKam), and
    decimals with a separate `exif:GPSLatitudeRef` (Apple Photos).
    """
    latitude = _angle(packet, "GPSLatitude", 90.0)
    longitude = _angle(packet, "GPSLongitude", 180.0)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def altitude(packet: Properties) -> float | None:
    """Return meters above sea level; `exif:GPSAltitudeRef` 1 means below."""
    meters = rational(packet.text(ns.EXIF, "GPSAltitude"))
    if meters is None:
        return None
    below = packet.text(ns.EXIF, "GPSAltitudeRef") == "1"
    return -abs(meters) if below else meters if abs(meters) < 1_000_000 else None


def _angle(packet: Properties, name: str, limit: float) -> float | None:
    match = _ANGLE.fullmatch((packet.text(ns.EXIF, name) or "")[:_LONGEST])
    if match is None:
        return None
    degrees = sum(float(part) / 60**power for power, part in enumerate(match.groups()[1:4]) if part)
    hemisphere = (match[5] or packet.text(ns.EXIF, f"{name}Ref") or "")[:1].upper()
    if match[1] == "-" or hemisphere in {"S", "W"}:
        degrees = -degrees
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpLocation:
    """One location; None where not stated. Degrees and meters as in `XmpRecord`."""

    name: str | None = None
    sublocation: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    world_region: str | None = None
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    gps_altitude_m: float | None = None


def location_created(packet: Properties) -> XmpLocation | None:
    """Return where the picture was taken."""
    return next(iter(_locations(packet, "LocationCreated")), None)


def locations_shown(packet: Properties) -> tuple[XmpLocation, ...]:
    """Return the depicted places, which are not the position of the camera."""
    return tuple(_locations(packet, "LocationShown"))


def plain_location(packet: Properties) -> XmpLocation:
    """Return the older fields, each of which may be filled from LocationCreated."""
    created = location_created(packet) or XmpLocation()
    own = position(packet)
    where = own or _pair(created)
    return XmpLocation(
        sublocation=packet.text(ns.IPTC_CORE, "Location") or created.sublocation,
        city=packet.text(ns.PHOTOSHOP, "City") or created.city,
        state=packet.text(ns.PHOTOSHOP, "State") or created.state,
        country=packet.text(ns.PHOTOSHOP, "Country") or created.country,
        country_code=packet.text(ns.IPTC_CORE, "CountryCode") or created.country_code,
        gps_latitude=where[0] if where else None,
        gps_longitude=where[1] if where else None,
        gps_altitude_m=altitude(packet) if own else created.gps_altitude_m,
    )


def _locations(packet: Properties, name: str) -> list[XmpLocation]:
    """Return the structures of a list, or of the single structure of older writers."""
    single = packet.struct(ns.IPTC_EXT, name)
    stated = packet.structs(ns.IPTC_EXT, name) or ([single] if single else [])
    found = [_location(entry) for entry in stated]
    return [location for location in found if location != XmpLocation()]


def _location(entry: Properties) -> XmpLocation:
    where = position(entry)
    return XmpLocation(
        name=entry.text(ns.IPTC_EXT, "LocationName"),
        sublocation=entry.text(ns.IPTC_EXT, "Sublocation"),
        city=entry.text(ns.IPTC_EXT, "City"),
        state=entry.text(ns.IPTC_EXT, "ProvinceState"),
        country=entry.text(ns.IPTC_EXT, "CountryName"),
        country_code=entry.text(ns.IPTC_EXT, "CountryCode"),
        world_region=entry.text(ns.IPTC_EXT, "WorldRegion"),
        gps_latitude=where[0] if where else None,
        gps_longitude=where[1] if where else None,
        gps_altitude_m=altitude(entry) if where else None,
    )


def _pair(location: XmpLocation) -> tuple[float, float] | None:
    if location.gps_latitude is None or location.gps_longitude is None:
        return None
    return location.gps_latitude, location.gps_longitude
