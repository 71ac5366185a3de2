"""Guessing dates from file names of phones, messengers and cameras.

Only known patterns are read: eight digits alone may be any number. Sources: names of Android
cameras (`IMG_20200601_123456`, Pixel's `PXL_` in UTC), WhatsApp (`IMG-20200601-WA0001`), Signal,
screenshots of Android, iOS, macOS and Windows, Dropbox camera uploads, Telegram.
"""

import dataclasses
import re
from datetime import datetime, timedelta

from photo_assets.media.record import CaptureTime, MediaRecord, Moment
from photo_assets.model.vocabulary import CaptureKind, Precision

_DATE = (
    r"(?P<year>19[7-9]\d|20\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])"
)
# A number after "_" counts pictures taken in the same second (bursts, Signal). Macs and WhatsApp on
# computers write the time in the system's language, so "11.34.56 PM" is as common as "23.34.56".
_HALF_OF_DAY = r"[\s_]?(?P<half>[ap])\.?\s?m(?![^\W_])"
_TIME = (
    r"(?P<hour>[01]\d|2[0-3]|\d(?=\.\d\d\.\d\d[\s_]?[ap]\.?\s?m))"
    r"[-_.h:]?(?P<minute>[0-5]\d)[-_.m:]?(?P<second>[0-5]\d)"
    rf"(?:[-.]?(?P<fraction>\d{{3}}))?(?:{_HALF_OF_DAY})?"
)
_BETWEEN = r"(?:[-_ T.]|, | at | um | à | a las | a la\(s\) )"
# Prefixes of names that contain a date.
_PREFIXES = (
    "img|vid|pano|panorama|burst|mvimg|pxl|dsc|dscn|photo|video|image|picture|screenshot"
    "|screen shot|screen recording|screenrecording|screencast|bildschirmfoto|capture|captura"
    "|captura de pantalla"
    "|capture d’écran|capture d'écran|schermata|skärmavbild|skjermbilde|snapchat|signal"
    "|signal-attachment|whatsapp image|whatsapp video|telegram|viber image|wp|scan|trim|c360|cymera"
    "|b612|lrm|lrm_export|collage|cam|camera"
)
_MESSENGER = re.compile(
    rf"(?:img|vid|aud|ptt|stk)-{_DATE}-wa\d{{4}}.*", re.IGNORECASE | re.DOTALL | re.ASCII
)
_STAMPED = re.compile(
    rf"(?:(?P<prefix>{_PREFIXES})[-_ ]{{1,3}})?{_DATE}(?:{_BETWEEN}{{0,2}}{_TIME})?(?!\d).*",
    re.IGNORECASE | re.DOTALL,
)
_IN_UTC = frozenset({"pxl"})
_LONGEST_NAME = 255


def time_in_name(name: str) -> CaptureTime | None:
    """Return the time in a file name.

    A date alone is used only with a known prefix (`IMG-20200601-WA0001`); without prefix a time of
    day must follow (`2020-06-01 12.34.56`). Pixel phones write UTC, all others the wall clock.
    """
    stem = name[:_LONGEST_NAME].rpartition(".")[0] or name[:_LONGEST_NAME]
    match = _MESSENGER.match(stem) or _STAMPED.match(stem)
    if match is None:
        return None
    parts = match.groupdict()
    if parts.get("hour") is None and "prefix" in parts and parts["prefix"] is None:
        return None
    day = f"{parts['year']}-{parts['month']}-{parts['day']}"
    clock = timedelta(
        hours=_hour(parts),
        minutes=int(parts.get("minute") or 0),
        seconds=int(parts.get("second") or 0),
        milliseconds=int(parts.get("fraction") or 0),
    )
    try:
        moment = datetime.fromisoformat(day) + clock
    except ValueError:  # 31 February
        return None
    has_clock = parts.get("hour") is not None
    is_utc = (parts.get("prefix") or "").lower() in _IN_UTC and has_clock
    return CaptureTime(
        time=moment,
        source="name",
        offset_min=0 if is_utc else None,
        precision=_precision(parts),
        kind=CaptureKind.NAME,
        moment=Moment.LAST,
    )


def dated_by_name(record: MediaRecord, name: str) -> MediaRecord:
    """Return the record; without a capture time, with the one from the file name."""
    guess = None if record.captures else time_in_name(name)
    return record if guess is None else dataclasses.replace(record, captures=(guess,))


def _hour(parts: dict[str, str | None]) -> int:
    """Return the hour of the day; 12 AM is midnight."""
    hour, half = int(parts.get("hour") or 0), parts.get("half")
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half in "pP" else 0)


def _precision(parts: dict[str, str | None]) -> Precision:
    if parts.get("hour") is None:
        return Precision.DAY
    return Precision.SECOND if parts.get("fraction") is None else Precision.SUBSECOND
