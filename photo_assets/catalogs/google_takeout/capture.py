"""When a photo was taken, from the two that say it: the camera in EXIF and Google in the JSON.

Google's photoTakenTime is an instant in UTC, made from EXIF with a zone it guessed, or set by the
user. Where the two differ by a whole number of quarter hours, as zones do, the camera's clock says
more. Where they differ otherwise somebody corrected the time in Google Photos, or the camera's
clock is nonsense: then Google's stands. Both are noted either way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from photo_assets.media.exif.record import ExifRecord
from photo_assets.model.vocabulary import CaptureKind, Precision

TAKEN_SOURCE = "takeout:photoTakenTime"

_EPOCH = datetime(1970, 1, 1)
_QUARTER_S = 15 * 60
_FARTHEST_ZONE_MIN = 14 * 60
_TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The capture fields of an item; `noted` goes into its extras."""

    time: datetime | None = None
    offset_min: int | None = None
    kind: CaptureKind | None = None
    precision: Precision | None = None
    source: str | None = None
    noted: dict[str, str | int] | None = None


def reconcile(exif: ExifRecord, taken: int | None) -> Capture:
    """Return the capture of a photo; `taken` is Google's seconds since 1970 UTC."""
    instant = None if taken is None else _EPOCH + timedelta(seconds=taken)
    if exif.capture_time is None:
        if instant is None:
            return Capture()
        return _of_google(instant, None)
    if instant is None:
        return _of_camera(exif, None)
    noted: dict[str, str | int] = {
        "exif": exif.capture_time.isoformat(),
        "photoTakenTime": f"{instant.isoformat()}Z",
    }
    implied = implied_offset(exif.capture_time, instant)
    if implied is None:
        return _of_google(instant, noted)
    return _of_camera(exif, noted | {"implied_offset_min": implied})


def implied_offset(wall: datetime, instant: datetime) -> int | None:
    """Return the zone, minutes east of UTC, in which `wall` is `instant`; None if in none."""
    seconds = (wall - instant).total_seconds()
    quarters = round(seconds / _QUARTER_S)
    if abs(seconds - quarters * _QUARTER_S) > _TOLERANCE_S:
        return None
    offset = quarters * 15
    return offset if abs(offset) <= _FARTHEST_ZONE_MIN else None


def _of_camera(exif: ExifRecord, noted: dict[str, str | int] | None) -> Capture:
    return Capture(
        time=exif.capture_time,
        offset_min=exif.capture_offset_min,
        kind=CaptureKind.WALL,
        precision=exif.capture_precision,
        source=exif.capture_source,
        noted=noted,
    )


def _of_google(instant: datetime, noted: dict[str, str | int] | None) -> Capture:
    return Capture(
        time=instant,
        offset_min=0,
        kind=CaptureKind.UTC,
        precision=Precision.SECOND,
        source=TAKEN_SOURCE,
        noted=noted,
    )
