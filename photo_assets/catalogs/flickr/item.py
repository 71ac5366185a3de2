"""One photo of Flickr as an `Item`. Pure: a record, the account's albums and its tags' spellings.

A licence is no copyright notice, so it is not written into `copyright`, where it would contradict
the notices in other catalogs; it is in extras. People are not read: that would cost a call per
photo, as would EXIF data, which the original holds anyway.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from photo_assets.catalogs.flickr.capture import CIRCA, capture_fields
from photo_assets.catalogs.flickr.licenses import LICENSES
from photo_assets.catalogs.flickr.tags import Tags, digests_of, tags_of
from photo_assets.catalogs.flickr.values import degrees, dimension, flag, moment, plain, text, whole
from photo_assets.catalogs.flickr.visibility import visibility_of
from photo_assets.model.canonical import canonical
from photo_assets.model.item import Album, Item, Link
from photo_assets.model.media import media_of
from photo_assets.model.plausible import stated_place
from photo_assets.model.vocabulary import LinkKind, MediaKind, Quality

SOURCE: Final = "flickr"
READER_VERSION: Final = 3

_ORIGINAL: Final = "o"
_PAGE: Final = "https://www.flickr.com/photos"

# Names that cameras and phones give: Flickr makes a title of the file's name, without extension.
_FILE_NAME = re.compile(
    r"(?:_?(?:img|dsc[nf]?|imgp|pict|mvi|mov|vid|cimg|sam|gopr|gp|dji|pxl|hpim|mvimg|wp)[-_]?\d{4,}"
    r"|p\d{7,8}|\d{3}_\d{4}|(?:img|vid)-\d{8}-wa\d{4}|\d{8}[-_]\d{6})"
    r"(?:[-_~.]\w{1,12}| ?\(\d{1,3}\)){0,3}",
    re.IGNORECASE | re.ASCII,
)

Record = Mapping[str, Any]


def flickr_item(
    record: Record,
    albums: tuple[Album, ...],
    spellings: Mapping[str, Mapping[str, Any]],
    *,
    catalog: str,
    account: str | None,
    dates_from_names: bool,
) -> Item:
    """Return the item of a record (`record.record_of`). Raises `KeyError` and `TypeError`."""
    owner = text(record["owner"])
    tags = tags_of(text(record.get("tags")), spellings)
    digests = digests_of(tags.machine)
    sha1 = digests.get("sha1")
    title, seen_by = text(record.get("title")), visibility_of(record)
    original_name = title if title and _FILE_NAME.fullmatch(title.strip()) else None
    is_video = record.get("media") == "video"
    return Item(
        source=SOURCE,
        catalog=catalog,
        native_id=str(record["id"]),
        reader_version=READER_VERSION,
        account=account or owner,
        url=f"{_PAGE}/{text(record.get('pathalias')) or owner}/{record['id']}/",
        **_file_fields(record, is_video),
        **capture_fields(record, dates_from_names=dates_from_names),
        added_time=moment(record.get("dateupload")),
        modified_time=moment(record.get("lastupdate")),
        title=None if original_name else title,
        caption=plain(text(record.get("description"))),
        keywords=tags.keywords,
        albums=albums,
        **_place_fields(record),
        visibility=seen_by.level,
        visibility_stated=seen_by.words,
        **digests,
        links=() if sha1 is None else (Link(kind=LinkKind.TAGGED_SHA1, target=sha1.hex()),),
        extras=_extras(record, tags, original_name),
    )


def _file_fields(record: Record, is_video: bool) -> dict[str, Any]:
    """Return what the file is that the account may have: the original, or a smaller version.

    Of a video, Flickr's listing gives sizes of a still picture only, so nothing is known of it.
    """
    if is_video:
        return {"media_kind": MediaKind.VIDEO}
    size, width, height = record.get("best") or (None, None, None)
    fields: dict[str, Any] = {"media_kind": MediaKind.IMAGE}
    if size is not None:
        fields["width"], fields["height"] = dimension(width), dimension(height)
        fields["quality"] = Quality.ORIGINAL if size == _ORIGINAL else Quality.REDUCED
    extension = text(record.get("originalformat"))
    if size == _ORIGINAL and extension:
        media_type, kind = media_of(f"x.{extension}")
        if kind is not MediaKind.OTHER:
            fields |= {"media_type": media_type, "media_kind": kind}
    return fields


def _place_fields(record: Record) -> dict[str, Any]:
    """Return the place; none where the accuracy is 0, Flickr's value for a photo without one."""
    if not whole(record.get("accuracy")):
        return {}
    place = stated_place(degrees(record.get("latitude")), degrees(record.get("longitude")))
    if place is None:
        return {}
    return {"gps_latitude": place[0], "gps_longitude": place[1], "gps_source": "flickr:geo"}


def _extras(record: Record, tags: Tags, original_name: str | None) -> str | None:
    license_id = whole(record.get("license"))
    granularity = whole(record.get("datetakengranularity"))
    size = (record.get("best") or [None])[0]
    seen_by = [name for name in ("friend", "family") if flag(record.get(f"is{name}"))]
    place_seen_by = [
        name
        for name in ("public", "contact", "friend", "family")
        if flag(record.get(f"geo_is_{name}"))
    ]
    status = text(record.get("media_status"))
    extras = {
        "license": license_id,
        "license_name": None if license_id is None else LICENSES.get(license_id),
        "seen_by": seen_by or None,
        "place_accuracy": whole(record.get("accuracy")) or None,
        "place_seen_by": place_seen_by or None,
        "circa": True if granularity == CIRCA else None,
        "machine_tags": list(tags.machine) or None,
        "tags_of_unsure_spelling": list(tags.unsure) or None,
        "original_name": original_name,
        "largest_size": size if size != _ORIGINAL else None,
        "media_status": status if status != "ready" else None,
    }
    stated = {key: value for key, value in extras.items() if value is not None}
    return canonical(stated) if stated else None
