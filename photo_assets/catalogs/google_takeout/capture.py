"""The capture time of a photo, from its two sources: the file, and Google's JSON.

Google's photoTakenTime is an instant in UTC, derived from EXIF with a guessed zone, or set by the
user. Where the two differ by a whole number of quarter hours, as zones do, the camera's clock is
used, because it contains more information. Otherwise the user corrected the time in Google Photos,
or the camera's clock is wrong: Google's time is used. A movie's header also states an instant: it
is used where it equals Google's, otherwise Google's is. Both are noted in any case.

A clock that is wrong by whole hours (a camera that was not set to summer time, corrected in Google
Photos) looks like one in another zone. Where the zone is known from the file or the place, the two
cases are distinguished, and Google's time is kept beside the camera's (`second_clock`).
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
"""The values of both sources, for the item's extras."""


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
    """Return Google's time where the camera's time is used and its implied zone is impossible.

    Empty where they agree, and where the zone of the clock is unknown.
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
    """Return the zone, minutes east of UTC, in which `wall` is `instant`; None without one."""
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
