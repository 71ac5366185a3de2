"""One item of a run: its state while its content is looked up or read, and its row.

Rows are those of `model.tables.FINGERPRINTS`. No I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from photo_assets.identity.fingerprints.options import ItemKey, Row
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint, Part
from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.media.content import ContentRef, RemoteContent
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.model.vocabulary import Availability, HashBasis

_UNAVAILABLE = frozenset(
    {
        *(Reason.NO_PATH, Reason.OFFLINE, Reason.MISSING, Reason.NOT_FOUND),
        *(Reason.IDENTIFIED, Reason.NOT_ALLOWED, Reason.NO_ORIGINAL),
        *(Reason.SERVICE_UNAVAILABLE, Reason.NO_SPACE, Reason.NO_PREVIEW),
    }
)
ITEM_COLUMNS = ("source", "catalog", "native_id", "month", "path", "member")
_CONTENT_COLUMNS = tuple(
    name
    for name in FINGERPRINTS.schema.names
    if name not in {*ITEM_COLUMNS, "unread_reason", "unread_detail"}
)
AWAY = {
    Availability.OFFLINE: (Reason.OFFLINE, "The volume was unavailable when the catalog was read."),
    Availability.MISSING: (Reason.MISSING, "The catalog lists the file, but it did not exist."),
}
_MAX_IDLE_REREADS = 3
_DIGESTS = ("sha256", "md5", "sha1")
_HASHES = ("phash", "dhash", "flat", "decoder")
_PICTURE = (*_HASHES, "width", "height")
_OF_PREVIEW = (*_HASHES, "hash_basis", "hash_recipe", "preview_aspect", "content_version")


@dataclass(slots=True)
class Entry:
    """One item while its row is being determined."""

    item: Row
    parts: frozenset[Part]
    key: ContentKey | None = None
    known: Fingerprint | None = None
    doubted: Fingerprint | None = None
    """The record of a file in a similar state; its digests will show whether it is valid."""
    last: Row | None = None
    """The last row with known content or hashes of the item's present content, if that is
    unavailable now."""
    preview: Fingerprint | None = None
    """The record of its preview, where its content is unavailable."""
    failure: UnreadableError | None = None
    moved: bool = False
    """Whether it was known under another path with the same file according to stat."""
    needs_reading: bool = False
    content: RemoteContent | None = None
    """Its original or preview at an online service, if it has no path."""
    task: Task | None = None
    """The reading of its content, shared by the items with this content."""

    @property
    def ref(self) -> ContentRef:
        """The location of its content."""
        if self.content is not None:
            return self.content.ref
        return ContentRef(self.item["path"], self.item["member"])

    @property
    def identity(self) -> ItemKey:
        """The item's key."""
        return self.item["source"], self.item["catalog"], self.item["native_id"]

    @property
    def content_version(self) -> int | None:
        """The version of its content at an online service, where that is known."""
        return None if self.content is None else self.content.version_number

    @property
    def is_away(self) -> bool:
        """Whether its file was unavailable to its catalog."""
        return self.item["availability"] in AWAY

    def found(self, key: ContentKey, record: Fingerprint | None, *, reread: bool) -> None:
        """Use the cached record under `key`; with `reread`, only after reading the content."""
        self.key = key
        believed = record is not None and is_of(record, key) and not reread
        self.known, self.doubted = (record, None) if believed else (None, record)


def row_of(entry: Entry) -> dict[str, Any]:
    """Return the row of one item: from its record, or with the reason for its absence.

    Last known values are kept while the file is unavailable or unreadable: this shows in the item's
    availability, or in the columns `unread_…`. Where no content was ever known, the row may have
    the hashes of a preview.
    """
    item, failure = entry.item, entry.failure
    row: dict[str, Any] = {name: item[name] for name in ITEM_COLUMNS}
    if entry.known is not None:
        row["file_mtime_ns"] = (
            item["file_mtime_ns"]
            if entry.key is None or entry.content is not None
            else entry.key.file_mtime_ns
        )
        row.update(_known(entry.known, entry.parts), content_version=entry.content_version)
    elif entry.last is not None and entry.last["sha256"] is not None:
        row.update({name: entry.last[name] for name in _CONTENT_COLUMNS})
    else:
        assert failure is not None
        row.update(_unknown(failure))
        if entry.preview is not None:
            row.update(_of_preview(entry.preview, failure), content_version=entry.content_version)
        elif entry.last is not None:
            row.update({name: entry.last[name] for name in _OF_PREVIEW})
        return row
    if failure is not None and failure.reason not in _UNAVAILABLE:
        row.update(unread_reason=str(failure.reason), unread_detail=failure.detail)
    return row


def rows_to_table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows as one table."""
    return pa.Table.from_pylist(rows, schema=FINGERPRINTS.schema)


def _unknown(failure: UnreadableError) -> dict[str, Any]:
    status = "unavailable" if failure.reason in _UNAVAILABLE else "failed"
    return {"status": status, "reason": str(failure.reason), "detail": failure.detail}


def _of_preview(preview: Fingerprint, failure: UnreadableError) -> dict[str, Any]:
    if preview.phash is None:
        return {"detail": f"{failure.detail} Its preview has no hashes: {preview.picture_detail}"}
    aspect = preview.width / preview.height if preview.width and preview.height else None
    return {
        **{name: getattr(preview, name) for name in _HASHES},
        "hash_basis": HashBasis.PREVIEW,
        "hash_recipe": preview.picture_recipe,
        "preview_aspect": aspect,
    }


def _known(known: Fingerprint, parts: frozenset[Part]) -> dict[str, Any]:
    shown = (*_DIGESTS, *_PICTURE) if Part.PICTURE in parts else _DIGESTS
    row: dict[str, Any] = {name: getattr(known, name) for name in shown}
    row["file_size"] = known.content_size
    row["recipe"] = (
        f"{known.digest_recipe}.{known.exif_recipe}.{known.picture_recipe}"
        f".{known.image_data_recipe}"
    )
    row["status"] = "ok"
    if Part.EXIF in parts:
        row["exif"] = known.exif
    if Part.PICTURE in parts:
        if known.phash is not None:
            row["hash_recipe"], row["hash_basis"] = known.picture_recipe, HashBasis.FILE
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


def is_of(record: Fingerprint, key: ContentKey) -> bool:
    """Return whether a record found under `key` is of its bytes, judged by the change time."""
    if key.ctime_ns is None or record.rereads >= _MAX_IDLE_REREADS:
        return True
    return record.ctime_ns == key.ctime_ns
