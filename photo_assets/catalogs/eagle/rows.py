"""From one item's document and listing to the fields of an `Item`: what Eagle's fields mean."""

import dataclasses
import os
from typing import Any

from photo_assets.catalogs.eagle import values
from photo_assets.catalogs.eagle.albums import FolderPaths, albums_of
from photo_assets.catalogs.eagle.documents import DocumentError, open_regular
from photo_assets.catalogs.eagle.listing import Entry, Listing, Stated
from photo_assets.catalogs.eagle.token import change_token
from photo_assets.media.exif.read import read_exif
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.exif.window import ExifError
from photo_assets.model.item import ITEM_FIELD_NAMES, Keyword, canonical_json
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import Availability, CaptureKind

# Fields with a column of their own; all others, known to this reader or not, ride in extras. Width
# and height ride there too: Eagle's are the shown picture's, the columns hold the stored one's.
_MAPPED = frozenset(
    {
        "id",
        "name",
        "ext",
        "tags",
        "folders",
        "isDeleted",
        "url",
        "annotation",
        "star",
        "modificationTime",
        "lastModified",
        "duration",
    }
)
_NOT_FROM_EXIF = frozenset({"width", "height", "rating", "caption"})
_FROM_EXIF = tuple(
    field.name
    for field in dataclasses.fields(ExifRecord)
    if field.name in ITEM_FIELD_NAMES and field.name not in _NOT_FROM_EXIF
)


def stated_media(document: dict[str, Any]) -> Stated:
    """Return what the document says about the media file."""
    name, ext = values.text(document.get("name")), values.text(document.get("ext"))
    return Stated(name, ext, document.get("noThumbnail") is True)


def item_fields(
    native_id: str, folder: str, listing: Listing, document: dict[str, Any], paths: FolderPaths
) -> dict[str, Any]:
    """Return the fields of the item, all but those that name its catalog.

    The camera's own EXIF gives what Eagle never states: when, where and with what it was taken.
    """
    candidates = listing.media_candidates(stated_media(document))
    media = candidates[0] if candidates else None
    folder_ids = values.texts(document.get("folders"))
    exif = _embedded(os.path.join(folder, media.name)) if media else ExifRecord()
    extras = _extras(native_id, document, listing, candidates) | _embedded_words(exif)
    return {
        "native_id": native_id,
        **_file_fields(folder, media, document),
        **_camera_fields(exif),
        "url": values.text(document.get("url")),
        "width": exif.width or values.dimension(document.get("width")),
        "height": exif.height or values.dimension(document.get("height")),
        "duration_s": values.seconds(document.get("duration")),
        "added_time": values.moment(document.get("modificationTime")),
        "modified_time": values.moment(document.get("lastModified")),
        "rating": values.stars(document.get("star")),
        "title": _title(document, media),
        "caption": values.text(document.get("annotation")),
        "keywords": tuple(Keyword(path=(tag,)) for tag in values.texts(document.get("tags"))),
        "albums": albums_of(folder_ids, paths),
        "availability": _availability(document, media),
        "extras": canonical_json(extras).decode() if extras else None,
        "change_token": change_token(listing, folder_ids, paths),
    }


def _title(document: dict[str, Any], media: Entry | None) -> str | None:
    """Return the item's name unless it is the file's own: Eagle names every item after its file.

    Taken for a title it would contradict every title another catalog has.
    """
    name = values.text(document.get("name"))
    if media is not None and name == to_text(media.name).rpartition(".")[0]:
        return None
    return name


def _file_fields(folder: str, media: Entry | None, document: dict[str, Any]) -> dict[str, Any]:
    if media is None:
        stated = stated_media(document)
        media_type, kind = media_of(f"x.{stated.ext}")
        name = f"{stated.name}.{stated.ext}" if stated.name else None
        return {"file_name": name, "media_type": media_type, "media_kind": kind}
    media_type, kind = media_of(media.name)
    return {
        "path": to_text(os.path.join(folder, media.name)),
        "file_name": to_text(media.name),
        "media_type": media_type,
        "media_kind": kind,
        "file_size": media.size,
        "file_mtime_ns": media.mtime_ns,
        "file_inode": media.inode,
    }


def _camera_fields(exif: ExifRecord) -> dict[str, Any]:
    fields = {name: getattr(exif, name) for name in _FROM_EXIF}
    if exif.capture_time is not None:
        fields["capture_kind"] = CaptureKind.WALL
    if exif.gps_latitude is not None:
        fields["gps_source"] = "exif:GPSLatitude"
    return fields


def _embedded(path: str) -> ExifRecord:
    """Return the file's EXIF; an empty record when it has none that can be read."""
    try:
        with open_regular(path) as stream:
            return read_exif(stream, os.path.basename(path))
    except (OSError, DocumentError, ExifError):
        return ExifRecord()


def _embedded_words(exif: ExifRecord) -> dict[str, Any]:
    """Return stars and caption inside the file: kept, and not passed off as said by Eagle."""
    words = {"embedded_rating": exif.rating, "embedded_caption": exif.caption}
    return {name: value for name, value in words.items() if value is not None}


def _availability(document: dict[str, Any], media: Entry | None) -> Availability:
    if document.get("isDeleted") is True:
        return Availability.TRASHED
    return Availability.ONLINE if media else Availability.MISSING


def _extras(
    native_id: str, document: dict[str, Any], listing: Listing, candidates: tuple[Entry, ...]
) -> dict[str, Any]:
    """Return what has no column: Eagle's other fields, and what is odd about the folder."""
    extras = {key: value for key, value in document.items() if key not in _MAPPED}
    if document.get("id") != native_id:
        extras["stated_id"] = document.get("id")
    if len(candidates) > 1:
        extras["media_candidates"] = [to_text(entry.name) for entry in candidates]
    if listing.links:
        extras["links_not_followed"] = listing.links
    if "star" in document and values.stars(document["star"]) is None:
        extras["star"] = document["star"]
    return extras
