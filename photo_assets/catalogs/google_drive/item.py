"""One file of Drive as an `Item`: pure conversion of its record and the folders."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from photo_assets.catalogs.google_drive.folder_tree import FolderTree
from photo_assets.catalogs.google_drive.records import Record, media_kind_of
from photo_assets.catalogs.google_drive.sharing import Sharing, sharing_of
from photo_assets.catalogs.online import google_values as values
from photo_assets.media.names import time_in_name
from photo_assets.media.record import CaptureTime, GpsPosition, capture_values, position_values
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Discarded, Found, ScanEvent
from photo_assets.model.item import Item
from photo_assets.model.plausible import stated_place, stated_text
from photo_assets.model.vocabulary import Availability, CaptureKind, MediaKind, Quality
from photo_assets.model.wall_time import parse_wall_time

TIME_SOURCE: Final = "google_drive:imageMediaMetadata.time"
PLACE_SOURCE: Final = "google_drive:imageMediaMetadata.location"

_ORIENTATIONS: Final = {0: 1, 1: 6, 2: 3, 3: 8}
"""Quarter turns clockwise -> EXIF orientation. Drive does not state mirrored pictures."""

_TURNED: Final = frozenset({6, 8})

_MAPPED: Final = frozenset(
    {"time", "location", "rotation", "cameraMake", "cameraModel", "lens", "aperture"}
    | {"exposureTime", "focalLength", "isoSpeed"}
)


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads the files of one catalog. `folders`: only files below these are read; () for all."""

    VERSION: ClassVar[int] = 2

    catalog: str
    account: str | None = None
    dates_from_names: bool = True
    folders: tuple[str, ...] = ()
    shared_with_me: bool = True

    def event(self, record: Record, tree: FolderTree) -> ScanEvent:
        """Return the event of a file's record."""
        file_id = record["id"]
        media_type, kind = media_kind_of(record)
        if kind is MediaKind.OTHER:
            return Discarded(file_id, "not a photo or video")
        if self.folders and not tree.is_below(record, self.folders):
            return Discarded(file_id, "outside the chosen folders")
        if not self.shared_with_me and record.get("ownedByMe") is False:
            return Discarded(file_id, "owned by somebody else")
        image = values.part(record, "imageMediaMetadata")
        sharing, gaps = sharing_of(record), gaps_of(record)
        return Found(
            Item(
                source="google_drive",
                catalog=self.catalog,
                native_id=file_id,
                reader_version=self.VERSION,
                account=self.account,
                file_name=values.text(record.get("name")),
                media_type=media_type,
                media_kind=kind,
                file_size=values.whole(record.get("size")),
                added_time=values.moment(record.get("createdTime")),
                modified_time=values.moment(record.get("modifiedTime")),
                favourite=_flag(record.get("starred")),
                caption=stated_text(values.text(record.get("description"))),
                albums=tree.albums(record),
                visibility=sharing.visibility.level,
                visibility_stated=sharing.visibility.words,
                sha256=values.digest(record.get("sha256Checksum"), 32),
                sha1=values.digest(record.get("sha1Checksum"), 20),
                md5=values.digest(record.get("md5Checksum"), 16),
                availability=_availability(record, tree),
                # Drive keeps the bytes as uploaded; without permission it gives a preview alone.
                quality=Quality.REDUCED if "download" in gaps else Quality.ORIGINAL,
                extras=canonical(_extras(record, image, sharing, gaps)),
                **_size(record, image),
                **capture_values(self._capture(record, image)),
                **position_values(_position(image)),
                **_camera(image),
            )
        )

    def _capture(self, record: Record, image: Record) -> CaptureTime | None:
        """Return the camera's clock, which Drive states as EXIF text without a zone."""
        stated = parse_wall_time(values.text(image.get("time")) or "")
        if stated is not None:
            return CaptureTime(
                time=stated.time,
                source=TIME_SOURCE,
                offset_min=stated.offset_min,
                precision=stated.precision,
                kind=CaptureKind.WALL,
            )
        name = values.text(record.get("name"))
        return time_in_name(name) if name is not None and self.dates_from_names else None


def gaps_of(record: Record) -> list[str]:
    """Return what the account may not see or do: `sharing` or `download`."""
    gaps = [] if sharing_of(record).is_whole else ["sharing"]
    may_download = values.part(record, "capabilities").get("canDownload") is not False
    return gaps if may_download else [*gaps, "download"]


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _availability(record: Record, tree: FolderTree) -> Availability:
    return Availability.TRASHED if tree.is_trashed(record) else Availability.ONLINE


def _size(record: Record, image: Record) -> dict[str, Any]:
    """Return size, orientation and length.

    Of a picture turned by 90 degrees the width and height stay in extras: Drive does not document
    whether they are those before the rotation, and programs that use them disagree.
    """
    orientation = _orientation(image)
    video = values.part(record, "videoMediaMetadata")
    size = {} if orientation in _TURNED else image or video
    duration = values.whole(video.get("durationMillis"))
    return {
        "width": values.count(size.get("width")),
        "height": values.count(size.get("height")),
        "orientation": orientation,
        "duration_s": None if duration is None else duration / 1000,
    }


def _orientation(image: Record) -> int | None:
    turns = image.get("rotation")
    return _ORIENTATIONS.get(turns) if isinstance(turns, int) else None


def _unmapped(image: Record) -> dict[str, Any]:
    mapped = _MAPPED if _orientation(image) in _TURNED else _MAPPED | {"width", "height"}
    return {name: value for name, value in image.items() if name not in mapped}


def _position(image: Record) -> GpsPosition | None:
    stated = values.part(image, "location")
    numbers = [stated.get(name) for name in ("latitude", "longitude", "altitude")]
    latitude, longitude, altitude = (
        float(one) if isinstance(one, int | float) and not isinstance(one, bool) else None
        for one in numbers
    )
    place = stated_place(latitude, longitude)
    if place is None:
        return None
    return GpsPosition(
        latitude=place[0], longitude=place[1], altitude_m=altitude, source=PLACE_SOURCE
    )


def _camera(image: Record) -> dict[str, Any]:
    return {
        "camera_make": values.text(image.get("cameraMake")),
        "camera_model": values.text(image.get("cameraModel")),
        "lens": values.text(image.get("lens")),
        "aperture": values.positive(image.get("aperture")),
        "exposure_time_s": values.positive(image.get("exposureTime")),
        "iso": values.count(image.get("isoSpeed")),
        "focal_length_mm": values.positive(image.get("focalLength")),
    }


def _extras(record: Record, image: Record, sharing: Sharing, gaps: list[str]) -> dict[str, Any]:
    """Return values without a column, and what the account may not see or do."""
    owners = [
        one["emailAddress"] for one in values.parts(record, "owners") if "emailAddress" in one
    ]
    original = values.text(record.get("originalFilename"))
    extras = {
        "original_name": original if original != record.get("name") else None,
        "mime_type": values.text(record.get("mimeType")),
        "revision": values.text(record.get("headRevisionId")),
        "shared_drive": values.text(record.get("driveId")),
        "owners": owners or None,
        "owned_by_me": _flag(record.get("ownedByMe")),
        "shared_with_me": values.text(record.get("sharedWithMeTime")),
        "sharing": sharing.grants or None,
        "gaps": gaps or None,
        "image": _unmapped(image) or None,
    }
    return {name: value for name, value in extras.items() if value is not None}
