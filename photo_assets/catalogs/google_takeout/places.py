"""Where a photo was taken, by who said it: the user or Google, the camera through Google, EXIF."""

from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.google_takeout.documents import number_field
from photo_assets.store.exif.record import ExifRecord


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees WGS 84 and metres; `source` as items name it."""

    latitude: float
    longitude: float
    altitude_m: float | None
    source: str


def place_of(fields: dict[str, Any], exif: ExifRecord) -> Place | None:
    """Return the place with the best claim. (0, 0) is how Google writes "no place"."""
    for name in ("geoData", "geoDataExif"):
        stated = _stated(fields.get(name), f"takeout:{name}")
        if stated is not None:
            return stated
    if exif.gps_latitude is None or exif.gps_longitude is None:
        return None
    return Place(exif.gps_latitude, exif.gps_longitude, exif.gps_altitude_m, "exif:GPS")


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
