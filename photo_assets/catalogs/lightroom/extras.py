"""Extras of an item as JSON, and the raw record of the image for later reader versions."""

import orjson

from photo_assets.catalogs.lightroom.blobs import BlobError, unpacked
from photo_assets.catalogs.lightroom.packet import Packet
from photo_assets.catalogs.lightroom.record import (
    Fields,
    ImageRecord,
    file_name,
    sidecar_names,
)
from photo_assets.catalogs.lightroom.values import number, text, truth
from photo_assets.model.canonical import canonical
from photo_assets.model.names import clean_text, to_text

# Any packet without painted masks fits in a megabyte; larger ones are mentioned, but not kept in
# the row.
MAX_KEPT_TEXT_BYTES = 1024 * 1024


def extras(record: ImageRecord, packet: Packet) -> str:
    """Return the extras as JSON, without values that the catalog does not state.

    `edited` is included, true or false, where the catalog states whether the picture was developed.
    """
    image, file = record.image, record.file
    cloud_id = text(record.cloud.get("ozAssetId"))
    found: dict[str, object] = {
        "file_format": text(image.get("fileFormat")),
        "copy_name": text(image.get("copyName")),
        "master_missing": image.get("masterImage") is not None and record.master is None,
        "stack": _stack(record),
        "sidecars": [{"file_name": to_text(name)} for name in sidecar_names(record.file)],
        "develop_settings": _develop_settings(record.develop),
        "process_version": text(record.develop.get("processVersion")),
        "own_collections": [
            one.collection.path[-1] for one in record.memberships if one.collection.kind is None
        ],
        "keywords_not_exported": ["|".join(key.path) for key in record.keywords if key.private],
        "unnamed_faces": sum(face.person is None for face in record.faces),
        "alt_text": text(record.caption.get("altTextAccessibility")),
        "extended_description": text(record.caption.get("extDescrAccessibility")),
        "location_origin": "reverse geocoded" if _is_geocoded(record.places) else None,
        "stated_location": _stated_location(record.places, packet),
        "original_capture_time": text(image.get("originalCaptureTime")),
        "original_file_name": _name_at_import(record),
        "file_error": text(file.get("errorMessage")),
        "md5_hint": text(file.get("md5")),
        "sha256_hint": text(record.asset.get("sha256")),
        "cloud_asset_id": None if cloud_id == "pending" else cloud_id,
        "derived_from": packet.record.derived_from,
        "sidecar_is_older": truth(record.metadata.get("externalXmpIsDirty")),
        "xmp_error": packet.error,
    }
    fields = {key: value for key, value in found.items() if value}
    edited = _is_edited(record.develop)
    return _json(fields if edited is None else {**fields, "edited": edited})


def raw(record: ImageRecord, packet: Packet) -> str:
    """Return the joined row by table as JSON, with the packet as text, without the edits.

    Blobs are written in hexadecimal. Of packets above `MAX_KEPT_TEXT_BYTES` only the size is kept.
    The edits are in the extras.
    """
    metadata = {key: value for key, value in record.metadata.items() if key != "xmp"}
    develop = {key: value for key, value in record.develop.items() if key != "text"}
    tables: dict[str, Fields] = {
        "Adobe_images": record.image,
        "AgLibraryFile": record.file,
        "AgHarvestedExifMetadata": record.exif,
        "AgHarvestedIptcMetadata": record.places,
        "AgLibraryIPTC": record.caption,
        "Adobe_AdditionalMetadata": metadata,
        "Adobe_imageDevelopSettings": develop,
        "AgVideoInfo": record.video,
        "AgLibraryImageOzAssetIds": record.cloud,
        "AgLibraryFileAssetMetadata": record.asset,
        "AgLibraryImport": {f"importDate{at}": date for at, date in enumerate(record.imports)},
    }
    rows: dict[str, object] = {table: row for table, row in tables.items() if row}
    if len(packet.data) > MAX_KEPT_TEXT_BYTES:
        rows["xmp_bytes"] = len(packet.data)
    elif packet.data:
        rows["xmp"] = clean_text(packet.data.decode("utf-8", "replace"))
    return _json(rows)


def _stack(record: ImageRecord) -> dict[str, object] | None:
    if record.stacked is None:
        return None
    stack = {"id": record.stacked.stack, "position": record.stacked.position}
    return {**stack, "is_top": record.stacked.top is None}


def _develop_settings(develop: Fields) -> str | None:
    """Return Lightroom's edits as the stored Lua text, or the reason why they are not kept."""
    refused = text(develop.get("develop_error"))
    if refused is not None:
        return f"(not read: {refused})"
    try:
        settings = unpacked(develop.get("text"))
    except BlobError as error:
        return f"(not read: {error})"
    if len(settings) > MAX_KEPT_TEXT_BYTES:
        return f"(not kept: {len(settings):,} bytes)"
    return text(settings.decode("utf-8", "replace"))


def _is_edited(develop: Fields) -> bool | None:
    """Return whether the picture was developed; None where the catalog does not state it.

    The current flag is `hasDevelopAdjustmentsEx`, 1 or -1; `hasDevelopAdjustments` is NULL in all
    catalogs seen (Lightroom 3, 5, 7, 9, 11 and 14).
    """
    for column in ("hasDevelopAdjustmentsEx", "hasDevelopAdjustments"):
        flag = number(develop.get(column))
        if flag is not None:
            return flag > 0
    return None


def _is_geocoded(places: Fields) -> bool:
    """Return whether Lightroom derived the place names from coordinates."""
    return places.get("locationDataOrigination") == "gps"


def _stated_location(places: Fields, packet: Packet) -> dict[str, str] | None:
    """Return the place names of the packet where those in the columns are derived ones."""
    if not _is_geocoded(places):
        return None
    names = ("sublocation", "city", "state", "country", "country_code")
    stated = {name: getattr(packet.record, name) for name in names}
    return {name: value for name, value in stated.items() if value}


def _name_at_import(record: ImageRecord) -> str | None:
    name = text(record.file.get("originalFilename"))
    return None if name == file_name(record.file) else name


def _json(value: dict[str, object]) -> str:
    """Return JSON; texts are cleaned in a copy, only where needed, which is rare."""
    try:
        encoded = _encoded(value)
    except orjson.JSONEncodeError:  # text with invalid UTF-8
        return _encoded(_cleaned(value)).decode()
    return (_encoded(_cleaned(value)) if rb"\u0000" in encoded else encoded).decode()


def _encoded(value: object) -> bytes:
    return canonical(value).encode()


def _cleaned(value: object) -> object:
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    return clean_text(value) if isinstance(value, str) else value
