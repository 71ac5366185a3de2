"""What the file's own header adds to what Google says: EXIF first, XMP where EXIF is silent."""

import dataclasses
from typing import Any

from photo_assets.catalogs.google_takeout.headers import Header
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.media.xmp.regions import upright_people
from photo_assets.model.item import Link, Person
from photo_assets.model.vocabulary import LinkKind

_OF_EXIF = (
    "width",
    "height",
    "orientation",
    "duration_s",
    "camera_make",
    "camera_model",
    "camera_serial",
    "lens",
    "aperture",
    "exposure_time_s",
    "iso",
    "focal_length_mm",
)
_OF_XMP = (
    "label",
    "title",
    "keywords",
    "sublocation",
    "city",
    "state",
    "country",
    "country_code",
)


def embedded_fields(header: Header) -> dict[str, Any]:
    """Return the item fields of which Google's JSON says nothing."""
    exif, xmp = header.exif, header.xmp
    fields: dict[str, Any] = {name: getattr(exif, name) for name in _OF_EXIF}
    fields |= {name: getattr(xmp, name) for name in _OF_XMP}
    fields["creator"] = exif.creator or xmp.creator
    fields["copyright"] = exif.copyright or xmp.copyright
    fields["rating"], fields["pick"] = _marks(exif, xmp)
    return fields


def timed_exif(header: Header) -> ExifRecord:
    """Return the EXIF record, with XMP's time and place where it has none."""
    exif, xmp = header.exif, header.xmp
    if exif.capture_time is None and xmp.capture_time is not None:
        exif = dataclasses.replace(
            exif,
            capture_time=xmp.capture_time,
            capture_offset_min=xmp.capture_offset_min,
            capture_precision=xmp.capture_precision,
            capture_source=xmp.capture_source,
        )
    return exif


def embedded_people(header: Header) -> tuple[Person, ...]:
    """Return the people the packet names, their regions in the upright frame."""
    exif, xmp = header.exif, header.xmp
    stored = None
    if exif.width is not None and exif.height is not None:
        stored = (exif.width, exif.height)
    orientation = exif.orientation or xmp.orientation
    return upright_people(xmp.people, orientation, stored, xmp.regions_applied_to)


def embedded_links(header: Header) -> tuple[Link, ...]:
    """Return the ids the packet asserts."""
    xmp = header.xmp
    stated = ((xmp.document_id, "DocumentID"), (xmp.original_document_id, "OriginalDocumentID"))
    return tuple(
        Link(kind=LinkKind.DOCUMENT_ID, target=target, detail=detail)
        for target, detail in stated
        if target
    )


def _marks(exif: ExifRecord, xmp: XmpRecord) -> tuple[int | None, int | None]:
    """Return stars and flag; -1 stars is XMP's word for rejected."""
    if xmp.rating is not None and xmp.rating < 0:
        return None, -1
    if xmp.rating is not None:
        return min(5, int(xmp.rating + 0.5)), xmp.pick
    stars = exif.rating if exif.rating is not None and 0 <= exif.rating <= 5 else None
    return stars, xmp.pick
