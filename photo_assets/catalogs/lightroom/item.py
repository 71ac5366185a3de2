"""One image's record to one `Item`: which column is believed for which field, position, links."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from photo_assets.catalogs.lightroom.extras import extras, raw
from photo_assets.catalogs.lightroom.faces import people
from photo_assets.catalogs.lightroom.packet import Packet, read_packet
from photo_assets.catalogs.lightroom.record import Fields, ImageRecord, Publication
from photo_assets.catalogs.lightroom.times import capture_time
from photo_assets.catalogs.lightroom.values import (
    aperture,
    duration_s,
    exposure_time_s,
    import_moment,
    moment,
    number,
    orientation,
    text,
    truth,
    within,
)
from photo_assets.media.xmp.camera import Camera
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.item import Album, Item, Link
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import LinkKind, MediaKind

# A packet states minutes to ten digits and columns a float: the same place agrees to far less.
_SAME_PLACE_DEGREES = 1e-5


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees WGS 84, metres above sea level where stated, and the source."""

    latitude: float
    longitude: float
    altitude_m: float | None
    source: str


def position(record: ImageRecord, packet: Packet) -> Position | None:
    """Return the coordinates of the columns, with the packet's altitude if it means the same place.

    Lightroom 3 has only the flag `hasGPS`, so the packet is asked. (0, 0) is not a place.
    """
    exif, xmp = record.exif, packet.record
    if not truth(exif.get("hasGPS")):
        return None
    if "gpsLatitude" not in exif:
        if xmp.gps_latitude is None or xmp.gps_longitude is None:
            return None
        source = "lightroom:xmp:exif:GPSLatitude"
        return Position(xmp.gps_latitude, xmp.gps_longitude, xmp.gps_altitude_m, source)
    latitude, longitude = number(exif["gpsLatitude"]), number(exif.get("gpsLongitude"))
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    agrees = _near(latitude, xmp.gps_latitude) and _near(longitude, xmp.gps_longitude)
    altitude = xmp.gps_altitude_m if agrees else None
    return Position(latitude, longitude, altitude, "lightroom:gpsLatitude")


def _near(value: float, other: float | None) -> bool:
    return other is not None and abs(value - other) < _SAME_PLACE_DEGREES


def links(record: ImageRecord, xmp: XmpRecord) -> tuple[Link, ...]:
    """Return all links, each once, in a fixed order."""
    return tuple(dict.fromkeys(_links(record, xmp)))


def _links(record: ImageRecord, xmp: XmpRecord) -> Iterator[Link]:
    if record.master is not None:
        name = text(record.image.get("copyName"))
        yield Link(kind=LinkKind.VIRTUAL_COPY_OF, target=record.master, detail=name)
    if record.stacked is not None and record.stacked.top is not None:
        yield Link(kind=LinkKind.STACKED_UNDER, target=record.stacked.top)
    for publication in record.publications:
        remote_id = text(publication.remote_id)
        if remote_id is not None:
            yield Link(kind=LinkKind.PUBLISHED_AS, target=remote_id, detail=_published(publication))
    for name, asserted in (
        ("xmpMM:DocumentID", xmp.document_id),
        ("xmpMM:OriginalDocumentID", xmp.original_document_id),
    ):
        if asserted:
            yield Link(kind=LinkKind.DOCUMENT_ID, target=asserted, detail=name)
    import_hash = text(record.file.get("importHash"))
    if import_hash is not None:
        yield Link(kind=LinkKind.IMPORT_HASH, target=import_hash)


def _published(publication: Publication) -> str | None:
    """Return "<service> <url>", whichever of the two is known."""
    service = publication.collection.service if publication.collection else None
    return " ".join(part for part in (service, text(publication.url)) if part) or None


SOURCE = "lightroom"
READER_VERSION = 3
"""Raised when the same catalog would yield other items; part of every change token."""

OF_FILE = frozenset(
    {
        *("path", "file_name"),  # as the disk spells them
        *("file_size", "file_mtime_ns", "file_ctime_ns", "file_inode"),
    }
)
"""The fields that only the file itself says; all others are the catalog's word."""

_LARGEST = 2**31 - 1
_FORMATS = {
    "RAW": MediaKind.RAW,
    "DNG": MediaKind.RAW,
    "VIDEO": MediaKind.VIDEO,
    "JPG": MediaKind.IMAGE,
    "TIFF": MediaKind.IMAGE,
    "PSD": MediaKind.IMAGE,
    "PNG": MediaKind.IMAGE,
    "HEIC": MediaKind.IMAGE,
    "AVIF": MediaKind.IMAGE,
    "JXL": MediaKind.IMAGE,
}


def build_item(record: ImageRecord, catalog: str, account: str | None, token: str) -> Item:
    """Return the item of a record. Values that cannot mean anything are left out; `raw` has them.

    The catalog's columns win over its XMP packet, which is older; only title, altitude, the
    camera's maker and document ids exist nowhere else.
    """
    packet = read_packet(record.metadata)
    image, exif, places = record.image, record.exif, record.places
    name = PurePosixPath(record.sighting.path).name
    media_type, kind = _media(name, text(image.get("fileFormat")))
    taken = capture_time(record, packet, kind)
    where = position(record, packet)
    imported = [found for date in record.imports if (found := import_moment(date)) is not None]
    return Item(
        source=SOURCE,
        catalog=catalog,
        native_id=record.native_id,
        reader_version=READER_VERSION,
        account=account,
        path=to_text(record.sighting.path),
        file_name=to_text(name),
        media_type=media_type,
        media_kind=kind,
        file_size=record.sighting.size,
        file_mtime_ns=record.sighting.mtime_ns,
        file_ctime_ns=record.sighting.ctime_ns,
        file_inode=record.sighting.inode,
        width=within(image.get("fileWidth"), 1, _LARGEST),
        height=within(image.get("fileHeight"), 1, _LARGEST),
        orientation=orientation(image.get("orientation")),
        duration_s=duration_s(record.video.get("duration")),
        capture_time=taken.time if taken else None,
        capture_offset_min=taken.offset_min if taken else None,
        capture_kind=taken.kind if taken else None,
        capture_precision=taken.precision if taken else None,
        capture_source=taken.source if taken else None,
        capture_corrected_from=taken.corrected_from if taken else None,
        added_time=min(imported, default=None),
        modified_time=moment(image.get("touchTime")),
        rating=within(image.get("rating"), 0, 5),
        pick=within(image.get("pick"), -1, 1),
        label=text(image.get("colorLabels")),
        title=packet.record.title,
        caption=text(record.caption.get("caption")),
        keywords=record.keywords,
        people=people(record),
        albums=_albums(record),
        gps_latitude=where.latitude if where else None,
        gps_longitude=where.longitude if where else None,
        gps_altitude_m=where.altitude_m if where else None,
        gps_source=where.source if where else None,
        sublocation=text(places.get("locationRef")),
        city=text(places.get("cityRef")),
        state=text(places.get("stateRef")),
        country=text(places.get("countryRef")),
        country_code=text(places.get("isoCountryCodeRef")),
        creator=text(places.get("creatorRef")),
        copyright=text(record.caption.get("copyright")),
        **_camera(exif, packet.record),
        availability=record.sighting.availability,
        links=links(record, packet.record),
        extras=extras(record, packet),
        raw=raw(record, packet),
        change_token=token,
    )


def _media(name: str, file_format: str | None) -> tuple[str | None, MediaKind]:
    """Return type and kind by extension; Lightroom's own word where the extension is unknown."""
    media_type, kind = media_of(name)
    if kind is MediaKind.OTHER:
        kind = _FORMATS.get(file_format or "", MediaKind.OTHER)
    return media_type, kind


def _albums(record: ImageRecord) -> tuple[Album, ...]:
    return tuple(
        dict.fromkeys(
            Album(
                id=one.collection.id,
                path=one.collection.path,
                kind=one.collection.kind,
                position=one.position,
            )
            for one in record.memberships
            if one.collection.kind is not None
        )
    )


def _camera(exif: Fields, packet: XmpRecord) -> Camera:
    """Return what the picture was taken with: by its column, else by the packet.

    The maker has no column. The packet is in the catalog, so this holds while the file is away.
    """
    return Camera(
        camera_make=packet.camera_make,
        camera_model=text(exif.get("cameraModelRef")) or packet.camera_model,
        camera_serial=text(exif.get("cameraSNRef")) or packet.camera_serial,
        lens=text(exif.get("lensRef")) or packet.lens,
        aperture=aperture(exif.get("aperture")) or packet.aperture,
        exposure_time_s=exposure_time_s(exif.get("shutterSpeed")) or packet.exposure_time_s,
        iso=_iso(number(exif.get("isoSpeedRating"))) or packet.iso,
        focal_length_mm=_positive(number(exif.get("focalLength"))) or packet.focal_length_mm,
    )


def _iso(value: float | None) -> int | None:
    return round(value) if value is not None and 1 <= value <= _LARGEST else None


def _positive(value: float | None) -> float | None:
    return value if value is not None and 0 < value < 1e5 else None
