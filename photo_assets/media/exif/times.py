"""The EXIF tags with capture times, and their precedence.

EXIF 3.0 (CIPA DC-008) for the tags; Metadata Working Group, Guidelines 2.0, section 5.3 for the
order: the original date, then that of digitization; both with their sub-seconds and offsets.
"""

from datetime import timedelta

from photo_assets.media.exif.fields import make, model
from photo_assets.media.exif.parts import Directories
from photo_assets.media.exif.tiff import Directory
from photo_assets.media.record import CaptureTime, Moment
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import parse_offset, parse_wall_time, with_fraction

# (time, sub-seconds, offset, whether in the EXIF directory, name, moment); DateTime is the time of
# the last change of the file, so it is used only where a camera, not a program, wrote the rest.
_TIMES = (
    (0x9003, 0x9291, 0x9011, True, "exif:DateTimeOriginal", Moment.SHUTTER),
    (0x9004, 0x9292, 0x9012, True, "exif:DateTimeDigitized", Moment.DIGITAL),
    (0x0132, 0x9290, 0x9010, False, "exif:DateTime", Moment.LAST),
)
_GPS_TIME, _GPS_DATE = 7, 0x1D
_QUARTER = timedelta(minutes=15)
_FURTHEST_ZONE = timedelta(hours=14)
_SLACK = timedelta(minutes=2)  # a fix may be older than the picture, and clocks differ


def captures(found: Directories) -> tuple[CaptureTime, ...]:
    """Return the times of the tags in order of precedence.

    An offset in the text of the time is used where no offset tag exists. The GPS time is an instant
    in UTC; it precedes DateTime unless the two differ by a time zone only.
    """
    times = []
    for time_tag, fraction_tag, offset_tag, in_exif, name, moment in _TIMES:
        place = found.exif if in_exif else found.main
        stated = None if place is None else parse_wall_time(place.text(time_tag) or "")
        if stated is None or (not in_exif and not (make(found) or model(found))):
            continue
        offset = stated.offset_min
        if found.exif is not None:
            stated = with_fraction(stated, found.exif.text(fraction_tag) or "")
            tagged = parse_offset(found.exif.text(offset_tag) or "")
            offset = offset if tagged is None else tagged
        times.append(
            CaptureTime(
                time=stated.time,
                source=name,
                offset_min=offset,
                precision=stated.precision,
                moment=moment,
            )
        )
    fix = _gps_time(found.gps)
    if fix is None:
        return tuple(times)
    if times and times[-1].moment is Moment.LAST and not _zones_apart(times[-1], fix):
        return (*times[:-1], fix, times[-1])
    return (*times, fix)


def _gps_time(gps: Directory | None) -> CaptureTime | None:
    """Return the time of the GPS fix, to the second (GPSDateStamp and GPSTimeStamp, UTC)."""
    if gps is None:
        return None
    day, clock = parse_wall_time(gps.text(_GPS_DATE) or ""), gps.numbers(_GPS_TIME)
    if day is None or day.precision is not Precision.DAY or len(clock) < 3:
        return None
    hour, minute, second = clock[:3]
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    elapsed = timedelta(hours=hour, minutes=minute, seconds=int(second))
    return CaptureTime(
        time=day.time + elapsed,
        source="exif:GPSTimeStamp",
        offset_min=0,
        kind=CaptureKind.UTC,
        moment=Moment.LAST,
    )


def _zones_apart(one: CaptureTime, other: CaptureTime) -> bool:
    apart = abs(one.time - other.time)
    quarters = round(apart / _QUARTER)
    return apart <= _FURTHEST_ZONE and abs(apart - quarters * _QUARTER) <= _SLACK
