"""Where the picture was taken: coordinates and the source that stated them."""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.packet import Packet
from photo_assets.catalogs.lightroom.record import ImageRecord
from photo_assets.catalogs.lightroom.values import number, truth

# A packet states minutes to ten digits and columns a float: the same place agrees to far less.
_SAME_PLACE_DEGREES = 1e-5


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees WGS 84, metres above sea level where stated, and the source."""

    latitude: float
    longitude: float
    altitude_m: float | None
    source: str


def position(record: ImageRecord, packet: Packet) -> Position | None:
    """Return the coordinates of the columns, with the packet's altitude if it means the same place.

    Lightroom 3 has only the flag `hasGPS`, so the packet is asked. (0, 0) is no place.
    """
    exif, xmp = record.exif, packet.record
    if not truth(exif.get("hasGPS")):
        return None
    if "gpsLatitude" not in exif:
        if xmp.gps_latitude is None or xmp.gps_longitude is None:
            return None
        source = "lightroom:xmp:exif:GPSLatitude"
        return Position(xmp.gps_latitude, xmp.gps_longitude, xmp.gps_altitude_m, source)
    latitude, longitude = number(exif["gpsLatitude"]), number(exif.get("gpsLongitude"))
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    agrees = _near(latitude, xmp.gps_latitude) and _near(longitude, xmp.gps_longitude)
    altitude = xmp.gps_altitude_m if agrees else None
    return Position(latitude, longitude, altitude, "lightroom:gpsLatitude")


def _near(value: float, other: float | None) -> bool:
    return other is not None and abs(value - other) < _SAME_PLACE_DEGREES
