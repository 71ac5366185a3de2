"""One asset of Immich as an `Item`. Pure: the record, and the tables of albums, tags and stacks.

The dates are Immich's: `localDateTime` is the wall clock written as if it were UTC,
`exifInfo.dateTimeOriginal` the instant, and `exifInfo.timeZone` says where its offset is from.
"""

import hashlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from photo_assets.catalogs.immich.people import people_of
from photo_assets.catalogs.immich.tables import ALBUMS, STACKS, TAGS, Index
from photo_assets.catalogs.immich.visibility import visibility_of
from photo_assets.catalogs.online.service import Record, Tables
from photo_assets.media.names import time_in_name
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Found, ScanEvent
from photo_assets.model.item import Album, Item, Keyword, Link
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    LinkKind,
    MediaKind,
    Precision,
    Quality,
)

_DAY_MIN = 24 * 60


class ImmichItems:
    """Reads the assets of one catalog."""

    def __init__(
        self,
        catalog: str,
        reader_version: int,
        *,
        account: str | None,
        endpoint: str,
        root_map: Mapping[str, Path],
        dates_from_names: bool = True,
    ) -> None:
        self._own = {
            "source": "immich",
            "catalog": catalog,
            "reader_version": reader_version,
            "account": account,
        }
        self._web = endpoint.rstrip("/")
        self._roots = sorted(root_map.items(), key=lambda root: -len(root[0]))
        self._dates_from_names = dates_from_names
        self._index: Index | None = None

    def event(self, record: Record, tables: Tables) -> ScanEvent:
        """Return the event of an asset. Raises `KeyError`, `TypeError` and `ValueError`."""
        if self._index is None or self._index.tables is not tables:
            self._index = Index(tables)
        index, asset = self._index, record["id"]
        exif = record.get("exifInfo") or {}
        name = record["originalFileName"]
        media_type, kind = media_of(name)
        if kind is MediaKind.OTHER and record["type"] in ("IMAGE", "VIDEO"):
            kind = MediaKind(record["type"].lower())
        rating = exif.get("rating")
        albums = index.of(ALBUMS, asset)
        seen_by = visibility_of(record, albums)
        values: dict[str, Any] = {
            **self._own,
            "native_id": asset,
            "path": self._path(record["originalPath"]),
            "url": f"{self._web}/photos/{asset}",
            "file_name": name,
            "media_type": media_type or record.get("originalMimeType"),
            "media_kind": kind,
            "file_size": exif.get("fileSizeInByte"),
            "width": exif.get("exifImageWidth"),
            "height": exif.get("exifImageHeight"),
            "orientation": _number(exif.get("orientation")),
            "duration_s": _duration(record.get("duration")),
            **self._capture(record, exif, name),
            "added_time": _instant(record.get("createdAt")),
            "modified_time": _instant(record["updatedAt"]),
            "rating": rating if rating and rating > 0 else None,  # 0: unrated
            "pick": -1 if rating == -1 else None,  # as XMP writes a rejected photo
            "favourite": record["isFavorite"],
            "caption": exif.get("description") or None,
            "keywords": tuple(
                Keyword(path=tuple(tag["head"]["value"].split("/")))
                for tag in index.of(TAGS, asset)
            ),
            "people": people_of(record),
            "albums": tuple(
                Album(id=a["id"], path=(a["head"]["albumName"],), kind=AlbumKind.ALBUM)
                for a in albums
            ),
            "gps_latitude": exif.get("latitude"),
            "gps_longitude": exif.get("longitude"),
            "city": exif.get("city") or None,
            "state": exif.get("state") or None,
            "country": exif.get("country") or None,
            "camera_make": exif.get("make") or None,
            "camera_model": exif.get("model") or None,
            "lens": exif.get("lensModel") or None,
            "aperture": exif.get("fNumber"),
            "exposure_time_s": _exposure(exif.get("exposureTime")),
            "iso": exif.get("iso"),
            "focal_length_mm": exif.get("focalLength"),
            "visibility": seen_by.level,
            "visibility_stated": seen_by.words,
            "archived": record.get("visibility") == "archive" or record.get("isArchived"),
            "sha1": content_sha1(record),
            "availability": _availability(record),
            "quality": Quality.ORIGINAL,
            "links": self._links(asset, index),
            "extras": canonical({"original_path": record["originalPath"]}),
        }
        return Found(Item(**values))

    def _path(self, original: str) -> str | None:
        """Return where the original is on this machine, if the settings say so."""
        for root, here in self._roots:
            if PurePosixPath(original).is_relative_to(root):
                return to_text(str(here / PurePosixPath(original).relative_to(root)))
        return None

    def _capture(self, record: Record, exif: Mapping[str, Any], name: str) -> dict[str, Any]:
        taken, local = _instant(exif.get("dateTimeOriginal")), _instant(record.get("localDateTime"))
        zone = exif.get("timeZone")
        is_of_file = zone is None and _is_of_file(record, taken)
        if taken is None or local is None or is_of_file:
            guess = time_in_name(name) if self._dates_from_names else None
            if guess is not None:
                return _capture(guess.time, guess.kind, "name", guess.precision, guess.offset_min)
            if taken is None:
                return {}
            return _capture(taken.replace(tzinfo=None), CaptureKind.FILE, "file")
        wall = local.replace(tzinfo=None)
        offset = round((wall - taken.replace(tzinfo=None)) / timedelta(minutes=1))
        stated = offset if zone is not None and abs(offset) < _DAY_MIN else None
        return _capture(wall, CaptureKind.WALL, "immich", offset_min=stated)

    def _links(self, asset: str, index: Index) -> tuple[Link, ...]:
        tops = [stack["top"] for stack in index.of(STACKS, asset) if stack["top"] != asset]
        links = [Link(kind=LinkKind.STACKED_UNDER, target=top) for top in tops if top]
        still = index.still_of(asset)
        if still is not None:
            links.append(Link(kind=LinkKind.LIVE_VIDEO_OF, target=still))
        return tuple(links)


def content_sha1(record: Record) -> bytes | None:
    """Return the SHA-1 of the file's bytes, None where Immich's checksum is another one.

    Of an uploaded asset it is the SHA-1 of the bytes; of one in an external library it is the SHA-1
    of "path:" and the path, and says nothing about the content (from the server's source).
    """
    digest = b64decode(record["checksum"], validate=True)
    by_path = hashlib.sha1(b"path:" + record["originalPath"].encode()).digest()  # noqa: S324
    if record.get("libraryId") is not None or digest == by_path or len(digest) != 20:
        return None
    return digest


def content_version(record: Record) -> list[Any]:
    """Return what changes with the file: its digest; in an external library, size and time."""
    size = (record.get("exifInfo") or {}).get("fileSizeInByte")
    of_file = [] if content_sha1(record) else [size, record.get("fileModifiedAt")]
    return [record["checksum"], *of_file]


def _availability(record: Record) -> Availability:
    if record["isTrashed"]:
        return Availability.TRASHED
    return Availability.OFFLINE if record["isOffline"] else Availability.ONLINE


def _is_of_file(record: Record, taken: datetime | None) -> bool:
    """Return whether the time is that of the file: Immich states it where EXIF has none."""
    written = _instant(record.get("fileModifiedAt"))
    return taken is not None and written is not None and abs(taken - written) < timedelta(seconds=1)


def _capture(
    time: datetime,
    kind: CaptureKind,
    source: str,
    precision: Precision | None = None,
    offset_min: int | None = None,
) -> dict[str, Any]:
    if precision is None:
        precision = Precision.SUBSECOND if time.microsecond else Precision.SECOND
    return {
        "capture_time": time,
        "capture_kind": kind,
        "capture_source": source,
        "capture_precision": precision,
        "capture_offset_min": offset_min,
    }


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


def _number(value: str | int | None) -> int | None:
    """Return an EXIF orientation, 1 to 8, which Immich states as text."""
    text = str(value or "")
    return int(text) if text in set("12345678") else None


def _exposure(value: str | None) -> float | None:
    """Return seconds of "1/250" or "0.5"."""
    return float(Fraction(value)) if value else None


def _duration(value: float | str | None) -> float | None:
    """Return seconds: version 3 states milliseconds, earlier ones "0:00:05.120000"."""
    if value is None or isinstance(value, int | float):
        return value / 1000 if value else None
    hours, minutes, seconds = value.split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + float(seconds) or None
