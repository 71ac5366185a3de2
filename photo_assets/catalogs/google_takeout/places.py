"""Where a photo was taken, by who said it: the user in Google Photos, the camera, the file."""

from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.google_takeout.documents import number_field
from photo_assets.catalogs.google_takeout.headers import Header


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees WGS 84 and metres; `source` as items name it."""

    latitude: float
    longitude: float
    altitude_m: float | None
    source: str


def place_of(fields: dict[str, Any], header: Header) -> Place | None:
    """Return the place with the best claim. (0, 0) is how Google writes "no place"."""
    for name in ("geoData", "geoDataExif"):
        stated = _stated(fields.get(name), f"takeout:{name}")
        if stated is not None:
            return stated
    for record, source in ((header.exif, "exif:GPS"), (header.xmp, "xmp:exif:GPS")):
        if record.gps_latitude is not None and record.gps_longitude is not None:
            return Place(record.gps_latitude, record.gps_longitude, record.gps_altitude_m, source)
    return None


def _stated(value: object, source: str) -> Place | None:
    if not isinstance(value, dict):
        return None
    latitude, longitude = number_field(value, "latitude"), number_field(value, "longitude")
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    altitude = number_field(value, "altitude")
    return Place(latitude, longitude, altitude if altitude else None, source)
