"""When a photo was taken, from the two that say it: the file itself and Google in the JSON.

Google's photoTakenTime is an instant in UTC, made from EXIF with a zone it guessed, or set by the
user. Where the two differ by a whole number of quarter hours, as zones do, the camera's clock says
more. Where they differ otherwise somebody corrected the time in Google Photos, or the camera's
clock is nonsense: then Google's stands. A movie's header states an instant as well: where it is
Google's, it stands, and else Google's does. Both are noted either way.

A clock that is whole hours off looks like one in another zone: a camera that missed the change to
summer time, put right in Google Photos. Where the zone is known, by the file or by the place, it is
told from that, and Google's time is kept beside the camera's (`second_clock`).
"""

from datetime import datetime, timedelta

from photo_assets.catalogs.google_takeout.zones import offsets_at
from photo_assets.media.record import CaptureTime, GpsPosition
from photo_assets.model.also_stated import AlsoStated
from photo_assets.model.vocabulary import CaptureKind, Precision

TAKEN_SOURCE = "takeout:photoTakenTime"

_EPOCH = datetime(1970, 1, 1)
_QUARTER_S = 15 * 60
_FARTHEST_ZONE_MIN = 14 * 60
_TOLERANCE_S = 2.0

Noted = dict[str, str | int]
"""What the two said, for the item's extras."""


def reconcile(
    file: CaptureTime | None, taken: int | None
) -> tuple[CaptureTime | None, Noted | None]:
    """Return the capture time of a photo; `taken` is Google's seconds since 1970 UTC."""
    if taken is None:
        return file, None
    google = _of_google(taken)
    instant = google.time
    if file is None:
        return google, None
    noted: Noted = {"exif": file.time.isoformat(), "photoTakenTime": f"{instant.isoformat()}Z"}
    implied = implied_offset(file.time, instant)
    if implied is None or (implied and file.kind is CaptureKind.UTC):
        return google, noted
    return file, noted | {"implied_offset_min": implied}


def second_clock(
    file: CaptureTime | None, taken: int | None, position: GpsPosition | None
) -> list[AlsoStated]:
    """Return Google's time where the camera's clock stands and was in another zone than it implies.

    Empty where they agree, and where nothing tells in which zone the clock was.
    """
    if file is None or taken is None or file.kind is not CaptureKind.WALL:
        return []
    instant = _of_google(taken).time
    implied = implied_offset(file.time, instant)
    if implied is None or file.precision not in {Precision.SECOND, Precision.SUBSECOND}:
        return []
    if file.offset_min is not None:
        if file.offset_min == implied:
            return []
        return [_stated(instant, 0, CaptureKind.UTC)]
    offsets = offsets_at(position, file.time) if position is not None else set()
    if not offsets or implied in offsets:
        return []
    offset = min(offsets, key=lambda offset: (abs(offset - implied), offset))
    return [_stated(instant + timedelta(minutes=offset), offset, CaptureKind.WALL)]


def implied_offset(wall: datetime, instant: datetime) -> int | None:
    """Return the zone, minutes east of UTC, in which `wall` is `instant`; None if in none."""
    seconds = (wall - instant).total_seconds()
    quarters = round(seconds / _QUARTER_S)
    if abs(seconds - quarters * _QUARTER_S) > _TOLERANCE_S:
        return None
    offset = quarters * 15
    return offset if abs(offset) <= _FARTHEST_ZONE_MIN else None


def _of_google(taken: int) -> CaptureTime:
    instant = _EPOCH + timedelta(seconds=taken)
    return CaptureTime(time=instant, source=TAKEN_SOURCE, offset_min=0, kind=CaptureKind.UTC)


def _stated(time: datetime, offset_min: int, kind: CaptureKind) -> AlsoStated:
    return AlsoStated(
        by=TAKEN_SOURCE,
        capture_time=time,
        capture_offset_min=offset_min,
        capture_kind=kind,
        capture_precision=Precision.SECOND,
    )
