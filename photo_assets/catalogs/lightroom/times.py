"""The capture time in the catalog's columns, stated or guessed.

Its precedence over other catalogs' times is decided in `metadata`, by its kind.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.packet import Packet
from photo_assets.catalogs.lightroom.record import ImageRecord
from photo_assets.catalogs.lightroom.values import moment, within
from photo_assets.model.vocabulary import CaptureKind, MediaKind, Precision
from photo_assets.model.wall_time import WallTime, parse_wall_time

CAPTURE_TIME = "lightroom:captureTime"
FILE_TIME = "lightroom:fileTime"
CAPTURE_DATE = "lightroom:dateYear"

# FAT records times to 2 s; Lightroom truncates fractions.
_SAME_TIME = timedelta(seconds=2)
_CAMERA_COLUMNS = ("cameraModelRef", "aperture", "shutterSpeed", "isoSpeedRating", "focalLength")
_LENGTH_OF = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A capture time, its kind, and the field that states it.

    `corrected_from` is the earlier time that a person replaced in Lightroom.
    """

    time: datetime
    offset_min: int | None
    kind: CaptureKind
    precision: Precision
    source: str
    corrected_from: datetime | None = None


def capture_time(record: ImageRecord, packet: Packet, kind: MediaKind) -> Captured | None:
    """Return the time of capture; None where the catalog has none.

    `captureTime` is ISO text, possibly partial or with an offset; the digits of a camera's date are
    the wall clock. Without it, AgHarvestedExifMetadata may hold the date, or the year alone.

    For a file without a date Lightroom uses the modification time of the file: in UTC, without an
    offset on a Mac, with "+00:00" on Windows (found in catalogs of Lightroom 3 to 14). That is a
    guess (`CaptureKind.FILE`), not a wall clock.
    """
    stated = _parsed(record.image.get("captureTime"))
    if stated is None:
        return _capture_date(record)
    original = _parsed(record.image.get("originalCaptureTime"))
    if original is not None and original.time != stated.time:
        return _captured(stated, CaptureKind.WALL, CAPTURE_TIME, corrected_from=original.time)
    if not _is_file_time(stated, record, packet, kind):
        return _captured(stated, CaptureKind.WALL, CAPTURE_TIME)
    return _captured(WallTime(stated.time, None, stated.precision), CaptureKind.FILE, FILE_TIME)


def _parsed(value: Value) -> WallTime | None:
    return parse_wall_time(value) if isinstance(value, str) else None


def _captured(
    stated: WallTime, kind: CaptureKind, source: str, corrected_from: datetime | None = None
) -> Captured:
    return Captured(
        time=stated.time,
        offset_min=stated.offset_min,
        kind=kind,
        precision=stated.precision,
        source=source,
        corrected_from=corrected_from,
    )


def _capture_date(record: ImageRecord) -> Captured | None:
    year, month, day = (
        within(record.exif.get(column), 1, highest) or 0
        for column, highest in (("dateYear", 9999), ("dateMonth", 12), ("dateDay", 31))
    )
    dated = parse_wall_time(f"{year:04d}-{month:02d}-{day:02d}")
    return None if dated is None else _captured(dated, CaptureKind.WALL, CAPTURE_DATE)


def _is_file_time(stated: WallTime, record: ImageRecord, packet: Packet, kind: MediaKind) -> bool:
    """Return whether `stated` is only the file's modification time.

    The packet contains the EXIF that Lightroom read; where it has no date, or a different one, a
    time equal to AgLibraryFile's is the file's. The file may have been rewritten since: then the
    absence of a camera name suffices. Without a packet both conditions must hold; for a movie,
    whose date is not in the packet, the times must be equal.
    """
    if stated.offset_min or stated.precision not in {Precision.SECOND, Precision.SUBSECOND}:
        return False
    is_equal = _was_written_at(stated.time, record)
    if packet.record.capture_time is not None:
        return is_equal and not _is_dated(stated.time, packet)
    by_camera = any(record.exif.get(column) is not None for column in _CAMERA_COLUMNS)
    if not packet.is_parsed:
        return is_equal and not by_camera
    return is_equal or (kind is not MediaKind.VIDEO and not by_camera)


def _was_written_at(time: datetime, record: ImageRecord) -> bool:
    written = [moment(record.file.get(column)) for column in ("modTime", "externalModTime")]
    instant = time.replace(tzinfo=UTC)
    return any(found is not None and abs(found - instant) < _SAME_TIME for found in written)


def _is_dated(time: datetime, packet: Packet) -> bool:
    """Return whether the packet states this time, in its precision."""
    dated, precision = packet.record.capture_time, packet.record.capture_precision
    assert dated is not None
    if precision in _LENGTH_OF:
        length = _LENGTH_OF[precision]
        return dated.isoformat()[:length] == time.isoformat()[:length]
    return abs(dated - time) < (
        timedelta(minutes=1) if precision is Precision.MINUTE else _SAME_TIME
    )
