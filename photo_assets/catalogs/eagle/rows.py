"""Converting one item's document and listing to the fields of an `Item`."""

import os
from typing import Any

from photo_assets.catalogs.eagle import values
from photo_assets.catalogs.eagle.albums import FolderPaths, albums_of, visibility_of
from photo_assets.catalogs.eagle.change_token import change_token
from photo_assets.catalogs.eagle.documents import DocumentError, open_regular
from photo_assets.catalogs.eagle.listing import Entry, Listing, StatedMedia
from photo_assets.media.names import dated_by_name
from photo_assets.media.read import ExifError, read_media
from photo_assets.media.record import MediaRecord, united_keywords
from photo_assets.model.canonical import canonical_json
from photo_assets.model.item import Keyword
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.plausible import stated_text
from photo_assets.model.vocabulary import Availability

# Fields with a column of their own; all others, known to this reader or not, are kept in extras. So
# are width and height: Eagle states those of the displayed picture, the columns those of the stored
# one.
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
# Where Eagle states no stars the item has none: the file's stars are kept in extras.
_NOT_FROM_FILE = frozenset({"rating", "pick"})


def stated_media(document: dict[str, Any]) -> StatedMedia:
    """Return the document's description of the media file."""
    name, ext = values.text(document.get("name")), values.text(document.get("ext"))
    return StatedMedia(name, ext, document.get("noThumbnail") is True)


def item_fields(
    native_id: str,
    folder: str,
    listing: Listing,
    document: dict[str, Any],
    paths: FolderPaths,
    *,
    dates_from_names: bool = True,
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the fields of the item, except those that name its catalog, and the unseen ones.

    The file provides the values that Eagle never states (time, place and camera) and texts that
    Eagle lacks; keywords of both are kept. The values of a missing or unreadable file are unseen;
    an unreadable one gets no token, so that the next scan tries again.
    """
    candidates = listing.media_candidates(stated_media(document))
    media = candidates[0] if candidates else None
    folder_ids = values.texts(document.get("folders"))
    read = _embedded(os.path.join(folder, media.name)) if media else None
    file = read or MediaRecord()
    if media is not None and dates_from_names:
        file = dated_by_name(file, to_text(media.name))
    extras = _extras(native_id, document, listing, candidates) | _embedded_words(file)
    token = change_token(listing, folder_ids, paths)
    fields = {
        "native_id": native_id,
        **_file_fields(folder, media, document),
        **_camera_fields(file),
        "url": values.text(document.get("url")),
        "width": file.width or values.dimension(document.get("width")),
        "height": file.height or values.dimension(document.get("height")),
        "duration_s": values.seconds(document.get("duration")),
        "added_time": values.moment(document.get("modificationTime")),
        "modified_time": values.moment(document.get("lastModified")),
        "rating": values.stars(document.get("star")),
        "title": _title(document, media) or file.title,
        "caption": _annotation(document) or file.caption,
        "keywords": united_keywords((*_tags(document), *file.keywords)),
        "albums": albums_of(folder_ids, paths),
        "visibility": visibility_of(folder_ids, paths),
        "availability": _availability(document, media),
        "extras": canonical_json(extras).decode() if extras else None,
        "change_token": token if read is not None or media is None else None,
    }
    return fields, frozenset() if read is not None else _unseen(media, document)


def _unseen(media: Entry | None, document: dict[str, Any]) -> frozenset[str]:
    """Return the fields that only the media file states: all, or only those in its content."""
    if media is None:
        stated = {"caption"} if _annotation(document) else frozenset()
        return (_INSIDE | _OF_FILE) - stated
    words = {"title": _title(document, media), "caption": _annotation(document)}
    return _INSIDE - {name for name, word in words.items() if word}


def _annotation(document: dict[str, Any]) -> str | None:
    return stated_text(values.text(document.get("annotation")))


def _tags(document: dict[str, Any]) -> tuple[Keyword, ...]:
    return tuple(Keyword(path=(tag,)) for tag in values.texts(document.get("tags")))


def _title(document: dict[str, Any], media: Entry | None) -> str | None:
    """Return the item's name unless it is the file name: Eagle names every item after its file.

    As a title it would contradict every title in other catalogs.
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
        "file_ctime_ns": media.ctime_ns,
        "file_inode": media.inode,
    }


def _camera_fields(file: MediaRecord) -> dict[str, Any]:
    return {name: v for name, v in file.item_values().items() if name not in _NOT_FROM_FILE}


def _embedded(path: str) -> MediaRecord | None:
    """Return the metadata in the file, None where it cannot be read."""
    try:
        with open_regular(path) as stream:
            return read_media(stream, os.path.basename(path))
    except ExifError as error:
        return MediaRecord(problems=(str(error),))
    except DocumentError:
        return MediaRecord()
    except OSError:
        return None


# The fields read from the content of the file, and all fields of the file.
_INSIDE = frozenset(_camera_fields(MediaRecord())) - {"duration_s"} | {
    f"extras.{name}"
    for name in ("embedded_rating", "embedded_pick", "content_identifier", "headline", "problems")
}
_OF_FILE = frozenset(
    {
        *("path", "file_name", "media_type", "file_size", "file_mtime_ns", "file_ctime_ns"),
        "file_inode",
    }
)


def _embedded_words(file: MediaRecord) -> dict[str, Any]:
    """Return the file's values without a column, and the problems of reading them."""
    words = {
        "embedded_rating": file.rating,
        "embedded_pick": file.pick,
        "content_identifier": file.content_identifier,
        "headline": file.headline,
        "problems": list(file.problems) or None,
    }
    return {name: value for name, value in words.items() if value is not None}


def _availability(document: dict[str, Any], media: Entry | None) -> Availability:
    if document.get("isDeleted") is True:
        return Availability.TRASHED
    return Availability.ONLINE if media else Availability.MISSING


def _extras(
    native_id: str, document: dict[str, Any], listing: Listing, candidates: tuple[Entry, ...]
) -> dict[str, Any]:
    """Return values without a column: Eagle's other fields, and irregularities of the folder."""
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
