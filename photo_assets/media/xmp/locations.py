"""Places by name: Photoshop's and IPTC Core's fields, and the structures of IPTC Extension.

IPTC Photo Metadata Standard 2023.2: LocationCreated is where the camera was, LocationShown what is
in the picture; the older fields City, State and Country do not say which of the two they mean.
"""

from dataclasses import dataclass

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.places import altitude, position
from photo_assets.media.xmp.properties import Properties


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpLocation:
    """One location; None where it does not say. Degrees and metres as in `XmpRecord`."""

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
    """Return the places in the picture. They are not the camera's."""
    return tuple(_locations(packet, "LocationShown"))


def plain_location(packet: Properties) -> XmpLocation:
    """Return the older fields, of which each may be filled from LocationCreated."""
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
    """Return the structures of a list, or of the single structure that older writers made."""
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
