"""When a photo was taken, from the two that say it: the file itself and Google in the JSON.

Google's photoTakenTime is an instant in UTC, made from EXIF with a zone it guessed, or set by the
user. Where the two differ by a whole number of quarter hours, as zones do, the camera's clock says
more. Where they differ otherwise somebody corrected the time in Google Photos, or the camera's
clock is nonsense: then Google's stands. A movie's header states an instant as well: where it is
Google's, it stands, and else Google's does. Both are noted either way.
"""

from datetime import datetime, timedelta

from photo_assets.media.record import CaptureTime
from photo_assets.model.vocabulary import CaptureKind

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
    instant = _EPOCH + timedelta(seconds=taken)
    google = CaptureTime(time=instant, source=TAKEN_SOURCE, offset_min=0, kind=CaptureKind.UTC)
    if file is None:
        return google, None
    noted: Noted = {"exif": file.time.isoformat(), "photoTakenTime": f"{instant.isoformat()}Z"}
    implied = implied_offset(file.time, instant)
    if implied is None or (implied and file.kind is CaptureKind.UTC):
        return google, noted
    return file, noted | {"implied_offset_min": implied}


def implied_offset(wall: datetime, instant: datetime) -> int | None:
    """Return the zone, minutes east of UTC, in which `wall` is `instant`; None if in none."""
    seconds = (wall - instant).total_seconds()
    quarters = round(seconds / _QUARTER_S)
    if abs(seconds - quarters * _QUARTER_S) > _TOLERANCE_S:
        return None
    offset = quarters * 15
    return offset if abs(offset) <= _FARTHEST_ZONE_MIN else None
