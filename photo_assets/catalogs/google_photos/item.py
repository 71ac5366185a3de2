"""One picked item as an `Item`. Pure: a record of the Picker API, without its links.

The Picker gives no original: `=d` is without the place, and a video is re-encoded. It states the
name, the size in pixels and the camera of the file that was uploaded, but no checksum.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from photo_assets.catalogs.online import google_values as values
from photo_assets.media.names import time_in_name
from photo_assets.media.record import CaptureTime, capture_values
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Discarded, Found
from photo_assets.model.item import Item
from photo_assets.model.media import media_of
from photo_assets.model.vocabulary import CaptureKind, MediaKind, Precision, Quality

SOURCE: Final = "google_photos"
READER_VERSION: Final = 1

_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)s", re.ASCII)
_KINDS: Final = {"PHOTO": MediaKind.IMAGE, "VIDEO": MediaKind.VIDEO}

Record = Mapping[str, Any]


def without_links(value: Any) -> Any:
    """Return a value of a reply without the links in it: they expire, and give access."""
    if isinstance(value, dict):
        return {key: without_links(part) for key, part in value.items() if not _is_link(key, part)}
    return [without_links(part) for part in value] if isinstance(value, list) else value


def picked_item(
    record: Record, *, catalog: str, account: str | None, dates_from_names: bool
) -> Found | Discarded:
    """Return the event of a picked item. Raises `KeyError`."""
    item_id = str(record["id"])
    file = values.part(record, "mediaFile")
    media_type, kind = _media(record, file)
    if kind is MediaKind.OTHER:
        return Discarded(item_id, "not a photo or video")
    about = values.part(file, "mediaFileMetadata")
    photo, video = values.part(about, "photoMetadata"), values.part(about, "videoMetadata")
    extras = {
        "fps": values.positive(video.get("fps")),
        "processing_status": values.text(video.get("processingStatus")),
    }
    stated = {name: value for name, value in extras.items() if value is not None}
    return Found(
        Item(
            source=SOURCE,
            catalog=catalog,
            native_id=item_id,
            reader_version=READER_VERSION,
            account=account,
            file_name=values.text(file.get("filename")),
            media_type=media_type,
            media_kind=kind,
            width=values.count(about.get("width")),
            height=values.count(about.get("height")),
            camera_make=values.text(about.get("cameraMake")),
            camera_model=values.text(about.get("cameraModel")),
            aperture=values.positive(photo.get("apertureFNumber")),
            exposure_time_s=values.positive(seconds(photo.get("exposureTime"))),
            iso=values.count(photo.get("isoEquivalent")),
            focal_length_mm=values.positive(photo.get("focalLength")),
            quality=Quality.REDUCED,
            extras=canonical(stated) if stated else None,
            **capture_values(_capture(record, file, dates_from_names)),
        )
    )


def seconds(value: object) -> float | None:
    """Return a google.protobuf.Duration, such as "3.5s", in seconds."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return float(found[1]) if found else None


def _is_link(key: str, value: object) -> bool:
    return key.endswith(("Url", "Uri")) or (isinstance(value, str) and "://" in value)


def _media(record: Record, file: Record) -> tuple[str | None, MediaKind]:
    """Return media type and kind: by the name's extension, else by the stated type."""
    found = media_of(values.text(file.get("filename")) or "")
    if found[1] is not MediaKind.OTHER:
        return found
    stated = values.text(file.get("mimeType")) or ""
    for prefix, kind in (("image/", MediaKind.IMAGE), ("video/", MediaKind.VIDEO)):
        if stated.startswith(prefix):
            return stated, kind
    return None, _KINDS.get(str(record.get("type")), MediaKind.OTHER)


def _capture(record: Record, file: Record, dates_from_names: bool) -> CaptureTime | None:
    """Return the time of capture, which Google states as an instant, without the camera's zone."""
    instant = values.moment(record.get("createTime"))
    if instant is not None:
        return CaptureTime(
            time=instant.replace(tzinfo=None),
            source=f"{SOURCE}:createTime",
            offset_min=0,
            precision=Precision.SUBSECOND if instant.microsecond else Precision.SECOND,
            kind=CaptureKind.UTC,
        )
    name = values.text(file.get("filename"))
    return time_in_name(name) if name is not None and dates_from_names else None
