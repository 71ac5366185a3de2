"""The capture times in a packet, in order of precedence."""

from datetime import timedelta

from photo_assets.media.exif.parts import StatedTime
from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.darktable import is_by_darktable, is_untouched
from photo_assets.media.xmp.properties import Properties
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import WallTime, parse_wall_time

# MWG Guidelines 2.0: the original date first; the create date is of the digital file. ACDSee writes
# the date of its database, which is that of the original until a person changes it.
_TIMES = (
    (ns.EXIF, "DateTimeOriginal", "xmp:exif:DateTimeOriginal"),
    (ns.PHOTOSHOP, "DateCreated", "xmp:photoshop:DateCreated"),
    (ns.ACDSEE, "datetime", "xmp:acdsee:datetime"),
    (ns.XMP, "CreateDate", "xmp:xmp:CreateDate"),
    (ns.EXIF, "DateTimeDigitized", "xmp:exif:DateTimeDigitized"),
)


def stated_times(packet: Properties) -> tuple[StatedTime, ...]:
    """Return the times of a packet. Excludes the default that darktable writes at import."""
    found = []
    for namespace, name, source in _TIMES:
        stated = parse_wall_time(packet.text(namespace, name) or "")
        if stated is None or (name == "DateTimeOriginal" and is_untouched(packet)):
            continue
        found.append(StatedTime(time=_without_filler(packet, stated), source=source))
    fix = _gps_time(packet)
    if fix is not None:
        found.append(StatedTime(time=fix, source="xmp:exif:GPSTimeStamp", kind=CaptureKind.UTC))
    return tuple(found)


def _without_filler(packet: Properties, stated: WallTime) -> WallTime:
    """Return a time of darktable without the `.000` that darktable appends to every time."""
    is_filler = stated.precision is Precision.SUBSECOND and stated.time.microsecond == 0
    if not (is_filler and is_by_darktable(packet)):
        return stated
    return WallTime(stated.time, stated.offset_min, Precision.SECOND)


def _gps_time(packet: Properties) -> WallTime | None:
    """Return the time of the GPS fix, in UTC.

    In XMP it is one date and time (`exif:GPSTimeStamp`); some programs copy EXIF's two tags
    instead.
    """
    text = packet.text(ns.EXIF, "GPSTimeStamp") or ""
    day = packet.text(ns.EXIF, "GPSDateStamp")
    stated = parse_wall_time(text) or parse_wall_time(f"{day} {text}" if day else "")
    if stated is None or stated.precision not in {Precision.SECOND, Precision.SUBSECOND}:
        return None
    moment = stated.time - timedelta(minutes=stated.offset_min or 0)
    return WallTime(moment, None, stated.precision)
