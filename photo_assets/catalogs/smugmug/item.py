"""Converting one image's record to an `Item`. No call is made here."""

import re
from typing import Any, Final

from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.smugmug.albums import Albums, Membership, albums_of
from photo_assets.catalogs.smugmug.fields import METADATA
from photo_assets.catalogs.smugmug.values import count, moment, number, text
from photo_assets.catalogs.smugmug.visibility import visibility_in
from photo_assets.media.names import time_in_name
from photo_assets.media.record import CaptureTime, capture_values, united_keywords
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Discarded, Found, ScanEvent
from photo_assets.model.item import Item, Keyword
from photo_assets.model.media import media_of
from photo_assets.model.plausible import stated_place
from photo_assets.model.vocabulary import CaptureKind, MediaKind, Quality
from photo_assets.model.wall_time import parse_wall_time

_MD5: Final = re.compile("[0-9a-fA-F]{32}")
_CREATED: Final = "DateTimeCreated"


def image_event(
    image: Record, memberships: list[Membership], albums: Albums, **of_catalog: Any
) -> ScanEvent:
    """Return the event of an image that is shown in these albums.

    `of_catalog`: the fields that name the catalog, and `dates_from_names`. Raises `KeyError`,
    `TypeError` and `ValueError` for a record that is not one.
    """
    key, name = image["ImageKey"], text(image.get("FileName"))
    if not isinstance(key, str) or not key:
        raise ValueError("an image without a key")
    media_type, kind = _media(image, name)
    if kind is MediaKind.OTHER:
        what = f"Its type is {text(image.get('Format')) or 'not stated'}."
        return Discarded(f"image {key}", "not a photo or video", what, native_id=key)
    dates_from_names = bool(of_catalog.pop("dates_from_names"))
    metadata: Record = image.get(METADATA) or {}
    seen_by = visibility_in(
        (albums[album] for album, _ in memberships), hidden=image.get("Hidden") is True
    )
    extras = _extras(image, kind)
    item = Item(
        **of_catalog,
        native_id=key,
        file_name=name,
        media_type=media_type,
        media_kind=kind,
        width=count(image.get("OriginalWidth")),
        height=count(image.get("OriginalHeight")),
        **_file(image, kind),
        **capture_values(_capture(image, metadata, name if dates_from_names else None)),
        added_time=moment(image.get("DateTimeUploaded") or image.get("Date")),
        modified_time=moment(image.get("LastUpdated")),
        title=text(image.get("Title")),
        caption=text(image.get("Caption")),
        keywords=_keywords(image),
        albums=albums_of(memberships, albums),
        visibility=seen_by.level,
        visibility_stated=seen_by.words,
        **_place(image),
        **_of_file(metadata),
        extras=canonical(extras) if extras else None,
    )
    return Found(item)


def lacks_original(image: Record) -> bool:
    """Return whether the service keeps the image and does not give its original."""
    return not image.get("ArchivedMD5") and image.get("Processing") is not True


def _media(image: Record, name: str | None) -> tuple[str | None, MediaKind]:
    """Return the type of the uploaded file, by its name; else of what the service made of it."""
    named = media_of(name or "")
    return named if named[0] is not None else media_of(f"x.{text(image.get('Format')) or ''}")


def _file(image: Record, kind: MediaKind) -> dict[str, Any]:
    """Return size and MD5 of the uploaded file, and whether its bytes can be had.

    Both are absent while the service processes an upload, and where it does not give the original
    to this account; the size of the original alone identifies nothing. A photo's bytes are kept; of
    a video only what the service made of it can be downloaded.
    """
    md5 = text(image.get("ArchivedMD5"))
    digest = bytes.fromhex(md5) if md5 and _MD5.fullmatch(md5) else None
    quality = Quality.ORIGINAL if digest else None
    return {
        "md5": digest,
        "file_size": count(image.get("ArchivedSize" if digest else "OriginalSize")),
        "quality": Quality.REDUCED if kind is MediaKind.VIDEO else quality,
    }


def _capture(image: Record, metadata: Record, name: str | None) -> CaptureTime | None:
    """Return the camera's clock, as the file's metadata state it; else the date in the file name.

    `DateTimeOriginal` is the same time shifted to UTC by the service, which knows no more of the
    camera's zone than the file: it is used only where the metadata were not given.
    """
    stated, finer = text(metadata.get(_CREATED)), text(metadata.get("MicroDateTimeCreated"))
    is_same = stated is not None and finer is not None and finer.startswith(stated)
    wall = parse_wall_time((finer if is_same else stated) or "")
    if wall is not None:
        source = f"smugmug:metadata:{_CREATED}"
        return CaptureTime(
            time=wall.time, source=source, offset_min=wall.offset_min, precision=wall.precision
        )
    shifted = parse_wall_time(text(image.get("DateTimeOriginal")) or "")
    if shifted is not None:
        source = "smugmug:DateTimeOriginal"
        return CaptureTime(
            time=shifted.time, source=source, precision=shifted.precision, kind=CaptureKind.UTC
        )
    return time_in_name(name) if name else None


def _keywords(image: Record) -> tuple[Keyword, ...]:
    stated = image.get("KeywordArray")
    if not isinstance(stated, list):
        stated = str(image.get("Keywords") or "").split(";")
    words = dict.fromkeys(filter(None, map(text, stated)))
    return united_keywords(Keyword(path=(word,)) for word in words)


def _place(image: Record) -> dict[str, Any]:
    """Return the position. Coordinates are texts, "0.00000000000000" is none, as is height 0."""
    place = stated_place(number(image.get("Latitude")), number(image.get("Longitude")))
    if place is None:
        return {}
    return {
        "gps_latitude": place[0],
        "gps_longitude": place[1],
        "gps_altitude_m": number(image.get("Altitude")) or None,
        "gps_source": "smugmug:Latitude",
    }


def _of_file(metadata: Record) -> dict[str, Any]:
    """Return the values that the service read from the file: each is a text, or absent."""
    focal = (text(metadata.get("FocalLength")) or "").removesuffix("mm").strip()
    iso, rating = number(metadata.get("ISO")), number(metadata.get("Rating"))
    texts = {
        "creator": "Author",
        "copyright": "Copyright",
        "city": "City",
        "state": "State",
        "country": "Country",
        "country_code": "CountryCode",
        "camera_make": "Make",
        "camera_model": "Model",
        "camera_serial": "SerialNumber",
        "lens": "Lens",
    }
    return {
        **{column: text(metadata.get(field)) for column, field in texts.items()},
        "aperture": number(metadata.get("Aperture")),
        "exposure_time_s": number(metadata.get("Exposure")),
        "focal_length_mm": number(focal),
        "iso": int(iso) if iso and iso < 2**31 else None,
        "rating": int(rating) if rating is not None and rating in range(6) else None,
    }


def _extras(image: Record, kind: MediaKind) -> dict[str, Any]:
    """Return values without a column: of a video the format that the service made of it."""
    extras: dict[str, Any] = {
        "hidden": image.get("Hidden") is True or None,
        "processing": image.get("Processing") is True or None,
        "version": image.get("Serial") or None,
        "format": image.get("Format") if kind is MediaKind.VIDEO else None,
        "raw_beside": _raw_beside(image.get("ComponentFileTypes")),
    }
    return {name: value for name, value in extras.items() if value is not None}


def _raw_beside(components: object) -> list[str] | None:
    """Return the types of RAW files that the service keeps with the image: they are no images."""
    if not isinstance(components, dict):
        return None
    types = [one for part in components.values() if isinstance(part, list) for one in part]
    return [one for one in types if media_of(f"x.{one}")[1] is MediaKind.RAW] or None
