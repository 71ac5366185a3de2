"""Rows of `model.tables.FINGERPRINTS` from the record of each item. Pure conversion."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from photo_assets.identity.fingerprints.lookup import Entry
from photo_assets.identity.fingerprints.parts import Part
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.record import Fingerprint
from photo_assets.identity.fingerprints.tasks import Failure
from photo_assets.model.tables import FINGERPRINTS

_UNAVAILABLE = frozenset({Reason.NO_PATH, Reason.OFFLINE, Reason.MISSING, Reason.NOT_FOUND})
PLACE = ("source", "catalog", "native_id", "month", "path", "member")
_SAID = tuple(
    name
    for name in FINGERPRINTS.schema.names
    if name not in {*PLACE, "unread_reason", "unread_detail"}
)
_DIGESTS = ("sha256", "md5", "sha1")
_PICTURE = ("phash", "dhash", "flat", "decoder", "width", "height")


def row_of(entry: Entry) -> dict[str, Any]:
    """Return the row of one item: from its record, or with the reason for its absence.

    Last known values are kept while the file is unavailable or unreadable: this shows in the item's
    availability, or in the columns `unread_…`.
    """
    item, failure = entry.item, entry.failure
    row: dict[str, Any] = {name: item[name] for name in PLACE}
    if entry.known is not None:
        row["file_mtime_ns"] = (
            item["file_mtime_ns"] if entry.key is None else entry.key.file_mtime_ns
        )
        row.update(_known(entry.known, entry.parts))
    elif entry.last is not None:
        row.update({name: entry.last[name] for name in _SAID})
    else:
        assert failure is not None
        row.update(_unknown(failure))
        return row
    if failure is not None and failure.reason not in _UNAVAILABLE:
        row.update(unread_reason=str(failure.reason), unread_detail=failure.detail)
    return row


def rows_to_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows as one table."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=FINGERPRINTS.schema)


def _unknown(failure: Failure) -> dict[str, Any]:
    status = "unavailable" if failure.reason in _UNAVAILABLE else "failed"
    return {"status": status, "reason": str(failure.reason), "detail": failure.detail}


def _known(known: Fingerprint, parts: frozenset[Part]) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(known, name) for name in _DIGESTS}
    row["file_size"] = known.content_size
    row["recipe"] = (
        f"{known.digest_recipe}.{known.exif_recipe}.{known.picture_recipe}"
        f".{known.image_data_recipe}"
    )
    row["status"] = "ok"
    if Part.EXIF in parts:
        row["exif"] = known.exif
    if Part.PICTURE in parts:
        row.update({name: getattr(known, name) for name in _PICTURE})
        if known.phash is not None:
            row["hash_recipe"] = known.picture_recipe
        if known.picture_reason is not None:
            row["status"] = "undecodable" if known.phash is None else "ok"
            row["reason"] = known.picture_reason
            row["detail"] = known.picture_detail
    elif known.exif is None and known.picture_reason == Reason.NO_HEADER and Part.EXIF in parts:
        row.update(status="undecodable", reason=known.picture_reason, detail=known.picture_detail)
    if Part.IMAGE_DATA in parts and _image_data_names_a_picture(known):
        row["image_data_sha256"] = known.image_data_sha256
        row["image_data_method"] = known.image_data_method
    return row


def _image_data_names_a_picture(known: Fingerprint) -> bool:
    """Return whether equal image data means an equal picture.

    exiftool's hash omits the tables and palettes that determine the picture. Different pictures
    with a single level, or with a palette, can share it. The picture of an undecodable JPEG is
    unknown.
    """
    if known.flat or known.indexed:
        return False
    return known.image_data_method != "jpeg" or known.phash is not None
