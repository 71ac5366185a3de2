"""The position of a photo, by source: the user in Google Photos, the camera, the file."""

from typing import Any

from photo_assets.catalogs.google_takeout.documents import number_field
from photo_assets.media.record import GpsPosition, MediaRecord
from photo_assets.model.plausible import stated_altitude, stated_place


def position_of(fields: dict[str, Any], file: MediaRecord) -> GpsPosition | None:
    """Return the position of the source with the highest precedence. (0, 0) means "no place"."""
    for name in ("geoData", "geoDataExif"):
        stated = _stated(fields.get(name), f"takeout:{name}")
        if stated is not None:
            return stated
    return file.position


def _stated(value: object, source: str) -> GpsPosition | None:
    if not isinstance(value, dict):
        return None
    place = stated_place(number_field(value, "latitude"), number_field(value, "longitude"))
    if place is None:
        return None
    altitude = stated_altitude(number_field(value, "altitude"))
    return GpsPosition(
        latitude=place[0], longitude=place[1], altitude_m=altitude or None, source=source
    )
