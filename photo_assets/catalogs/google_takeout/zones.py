"""The possible offsets from UTC at a position, by the borders of time zones (IANA).

Both the borders and the rules come from installed packages, so that they are the same on every
machine. At sea the zone is unknown, because clocks follow the ship.
"""

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from tzfpy import get_tzs

from photo_assets.media.record import GpsPosition

_NEAR_DEGREES = 0.2
_AROUND = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
_AT_SEA = "Etc/"


def offsets_at(position: GpsPosition, wall: datetime) -> set[int]:
    """Return the offsets, minutes east of UTC, of a clock that shows `wall` at a position.

    Several near a border, where two zones are in use, and in the repeated hour at the end of summer
    time; empty where no zone is known.
    """
    found = set()
    for zone in _zones_at(position):
        for fold in (0, 1):
            offset = wall.replace(tzinfo=zone, fold=fold).utcoffset()
            if offset is not None:
                found.add(round(offset.total_seconds() / 60))
    return found


def _zones_at(position: GpsPosition) -> list[ZoneInfo]:
    names: dict[str, None] = {}
    for north, east in _AROUND:
        latitude = max(-90.0, min(90.0, position.latitude + north * _NEAR_DEGREES))
        longitude = (position.longitude + east * _NEAR_DEGREES + 180) % 360 - 180
        names |= dict.fromkeys(get_tzs(longitude, latitude))
    if any(name.startswith(_AT_SEA) for name in get_tzs(position.longitude, position.latitude)):
        return []
    return [zone for name in names if (zone := _zone(name)) is not None]


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
            return ZoneInfo.from_file(stream, key=name)
    except (OSError, ValueError):  # a zone missing in the installed rules
        return None
