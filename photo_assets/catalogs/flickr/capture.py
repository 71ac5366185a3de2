"""When a photo was taken, as Flickr states it: a wall clock without zone, and how precise it is."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from photo_assets.catalogs.flickr.values import flag, text, whole
from photo_assets.media.names import time_in_name
from photo_assets.model.vocabulary import CaptureKind, Precision

PRECISIONS: Final = {
    0: Precision.SECOND,
    4: Precision.MONTH,
    6: Precision.YEAR,
    8: Precision.YEAR,
}
"""Flickr's granularities. 8 is "circa": a year that its owner is not sure of."""
CIRCA: Final = 8

_TAKEN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[ T](\d\d):(\d\d):(\d\d))?")


def capture_fields(record: Mapping[str, Any], *, dates_from_names: bool) -> dict[str, Any]:
    """Return the fields of the capture time; {} if none is stated.

    Where a photo has no date, Flickr shows the date of its upload and says that it is unknown. The
    title is then used, if it is a file name with a date, as Flickr makes it from the file's name.
    """
    stated = None if flag(record.get("datetakenunknown")) else text(record.get("datetaken"))
    taken = _time(stated) if stated else None
    if taken is not None:
        precision = PRECISIONS.get(whole(record.get("datetakengranularity")) or 0)
        return {
            "capture_time": taken,
            "capture_kind": CaptureKind.WALL,
            "capture_precision": precision or Precision.SECOND,
            "capture_source": "flickr:datetaken",
        }
    title = text(record.get("title"))
    guess = time_in_name(title) if title and dates_from_names else None
    if guess is None:
        return {}
    return {
        "capture_time": guess.time,
        "capture_offset_min": guess.offset_min,
        "capture_kind": guess.kind,
        "capture_precision": guess.precision,
        "capture_source": "flickr:title",
    }


def _time(stated: str) -> datetime | None:
    """Return a time whose month and day may be 00, for unknown; None for the year 0000."""
    match = _TAKEN.fullmatch(stated.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month or 1, day or 1, hour, minute, second)
    except ValueError:
        return None
