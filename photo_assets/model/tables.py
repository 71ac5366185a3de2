"""The Arrow schemas of tables derived from items: fingerprints, photos, unified rows, conflicts.

Documented column by column like `schema.ITEM_FIELDS`. A change raises the table's version.
"""

from dataclasses import dataclass

import pyarrow as pa

from photo_assets.model.schema import (
    DIGEST,
    ITEM_SCHEMA,
    ITEM_SCHEMA_VERSION,
    KEYWORD,
    UTC,
    WALL,
    build_schema,
)
from photo_assets.model.schema import Column as _Column


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table in the lake: its name, schema version and schema.

    `reads_from` is the oldest version that can still be read: columns added since may be null.
    `rows_per_group`: how many rows are encoded together, and in memory at once.
    """

    name: str
    version: int
    schema: pa.Schema
    reads_from: int | None = None
    rows_per_group: int = 65_536


_ITEM_KEY = (
    _Column("source", pa.string(), "kind of catalog", nullable=False),
    _Column("catalog", pa.string(), "the catalog's key in photosync.yaml", nullable=False),
    _Column("native_id", pa.string(), "the catalog's own id of the entry", nullable=False),
)

FINGERPRINT_FIELDS: tuple[_Column, ...] = (
    *_ITEM_KEY,
    _Column("month", pa.string(), "the item's partition", "YYYY-MM-01", "", False),
    _Column(
        "path",
        pa.string(),
        "absolute path of the file, or of the archive that holds it; bytes-safe text",
    ),
    _Column("member", pa.string(), "name of the entry in the archive"),
    _Column("file_size", pa.int64(), "size of the file's content", "bytes"),
    _Column("file_mtime_ns", pa.int64(), "modification time of the file", "ns since 1970 UTC"),
    _Column(
        "status",
        pa.string(),
        "ok: read, and decoded if it is a picture; undecodable: digests only; unavailable: "
        "never read, the file is missing, offline or not downloaded; failed: never read, reading "
        "the file fails",
        "",
        "",
        False,
    ),
    _Column(
        "reason",
        pa.string(),
        "stable code for why status is not ok; damaged: the picture is complete, the file is not",
    ),
    _Column("detail", pa.string(), "description, one sentence"),
    _Column("sha256", DIGEST, "SHA-256 of the bytes: the blob's name"),
    _Column("md5", pa.binary(16), "MD5 of the bytes, for matching services that state it"),
    _Column("sha1", pa.binary(20), "SHA-1 of the bytes, for matching services that state it"),
    _Column(
        "image_data_sha256",
        DIGEST,
        "SHA-256 of the image data without metadata; for a JPEG, with its decoding tables",
    ),
    _Column("image_data_method", pa.string(), "how the image data was found: jpeg or exiftool"),
    _Column(
        "phash", pa.uint64(), "64-bit DCT hash of the upright image, most significant bit first"
    ),
    _Column("dhash", pa.uint64(), "64-bit gradient hash of the upright image"),
    _Column("flat", pa.bool_(), "the gray levels vary too little for meaningful perceptual hashes"),
    _Column("hash_recipe", pa.int32(), "version of the algorithm of phash and dhash"),
    _Column(
        "hash_basis",
        pa.string(),
        "what phash and dhash are of: file, or preview: a picture that the service made from the "
        "file; then no bytes of the file are known, and the hashes only find look-alikes",
    ),
    _Column(
        "preview_aspect", pa.float64(), "width by height of that preview, upright", "", "preview"
    ),
    _Column("decoder", pa.string(), "name of the decoder"),
    _Column("width", pa.int32(), "width of the upright image", "pixels"),
    _Column("height", pa.int32(), "height of the upright image", "pixels"),
    _Column(
        "exif",
        pa.string(),
        "the file's EXIF values, normalized",
        "JSON of media.exif.ExifRecord",
    ),
    _Column(
        "recipe",
        pa.string(),
        "versions of the algorithms that computed the values: digests, EXIF, picture, image data",
        "0: not made",
    ),
    _Column(
        "unread_reason",
        pa.string(),
        "stable code for why the last attempt to read the file failed; the other values are "
        "from the last successful read",
    ),
    _Column("unread_detail", pa.string(), "description of that failure, one sentence"),
    _Column(
        "content_version",
        pa.int64(),
        "the version of the content at an online service that the values are of; a replaced file "
        "has another",
        "digest of media.content.RemoteContent.version",
    ),
)
FINGERPRINTS = TableKind("fingerprints", 4, build_schema(FINGERPRINT_FIELDS), reads_from=1)

THUMBNAIL_FIELDS: tuple[_Column, ...] = (
    _Column("sha256", DIGEST, "the blob that the thumbnails show", "", "", False),
    _Column("month", pa.string(), "partition of the items with this blob", "YYYY-MM-01", "", False),
    _Column(
        "status",
        pa.string(),
        "drawn: all three exist on the disk; undecodable: the file contains no picture that can "
        "be decoded; missing: the file could not be read",
        "",
        "",
        False,
    ),
    _Column("reason", pa.string(), "stable code for why there are no thumbnails"),
    _Column("tiny_bytes", pa.int64(), "size of the thumbnail of at most 150 pixels", "bytes"),
    _Column("small_bytes", pa.int64(), "size of the thumbnail of at most 500 pixels", "bytes"),
    _Column("medium_bytes", pa.int64(), "size of the thumbnail of at most 1920 pixels", "bytes"),
)
THUMBNAILS = TableKind("thumbnails", 1, build_schema(THUMBNAIL_FIELDS))

ORIGINAL_FIELDS: tuple[_Column, ...] = (
    _Column("sha256", DIGEST, "the blob; none for an item whose download failed"),
    _Column("month", pa.string(), "partition of the items with this blob", "YYYY-MM-01", "", False),
    _Column("size", pa.int64(), "size of the blob", "bytes"),
    _Column(
        "status",
        pa.string(),
        "stored: every store has a verified copy; partial: some stores have one; absent: none",
        "",
        "",
        False,
    ),
    _Column(
        "stores", pa.list_(pa.string()), "names of the stores with a verified copy", "", "", False
    ),
    _Column("reason", pa.string(), "stable code for why a store has no copy"),
    _Column("detail", pa.string(), "description, one sentence"),
    _Column("source", pa.string(), "kind of catalog of the item whose download failed"),
    _Column("catalog", pa.string(), "its catalog's key in photosync.yaml"),
    _Column("native_id", pa.string(), "its id in the catalog"),
)
ORIGINALS = TableKind("originals", 2, build_schema(ORIGINAL_FIELDS), reads_from=1)

HISTORY_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", "", "ledger", False),
    _Column(
        "month", pa.string(), "the photo's partition, that of its master", "YYYY-MM-01", "", False
    ),
    _Column(
        "record", pa.binary(20), "git's name (SHA-1) of its record in the history", "", "", False
    ),
)
HISTORY = TableKind("history", 1, build_schema(HISTORY_FIELDS))

PHOTO_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "permanent UUID of the photo", "", "ledger", False),
    _Column(
        "month", pa.string(), "the photo's partition, that of its master", "YYYY-MM-01", "", False
    ),
    _Column(
        "uii", pa.string(), "first 16 hex digits of the master's SHA-256; for display, never a key"
    ),
    _Column("sha256", DIGEST, "the master's blob"),
    _Column("master_source", pa.string(), "source of the item chosen as master", nullable=False),
    _Column("master_catalog", pa.string(), "catalog of the master", nullable=False),
    _Column("master_native_id", pa.string(), "native id of the master", nullable=False),
    _Column("master_path", pa.string(), "path of the master's file; bytes-safe text"),
    _Column(
        "master_availability", pa.string(), "online, offline, missing or trashed", "", "", False
    ),
    _Column("master_reason", pa.string(), "the rule of the hierarchy that chose the master"),
    _Column("item_count", pa.int32(), "number of items of the photo", nullable=False),
    _Column("catalog_count", pa.int32(), "number of catalogs with the photo", nullable=False),
    _Column("blob_count", pa.int32(), "number of different blobs among its items", nullable=False),
    _Column("media_kind", pa.string(), "image, raw, video or other, of the master", "", "", False),
)
PHOTOS = TableKind("photos", 2, build_schema(PHOTO_FIELDS))

MEMBER_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    *_ITEM_KEY,
    _Column("month", pa.string(), "the item's partition", nullable=False),
    _Column("sha256", DIGEST, "the item's blob, where known"),
    _Column(
        "step",
        pa.int8(),
        "strongest step of the matching ladder that joins the item to the photo; 0: the only item",
        "0..4",
    ),
    _Column("is_master", pa.bool_(), "whether the item is the master", nullable=False),
    _Column("media_kind", pa.string(), "image, raw, video or other", nullable=False),
    _Column(
        "availability", pa.string(), "availability of its file at the last scan", nullable=False
    ),
)
MEMBERS = TableKind("members", 1, build_schema(MEMBER_FIELDS))

EDGE_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo of both items", nullable=False),
    _Column("a_source", pa.string(), "source of the first item", nullable=False),
    _Column("a_catalog", pa.string(), "catalog of the first item", nullable=False),
    _Column("a_native_id", pa.string(), "native id of the first item", nullable=False),
    _Column("b_source", pa.string(), "source of the second item", nullable=False),
    _Column("b_catalog", pa.string(), "catalog of the second item", nullable=False),
    _Column("b_native_id", pa.string(), "native id of the second item", nullable=False),
    _Column(
        "step",
        pa.int8(),
        "1: same bytes, 2: same image data, 3: identifier stated by catalogs, 4: a person's "
        "decision",
        "1..4",
        "",
        False,
    ),
    _Column(
        "key",
        pa.string(),
        "kind of the shared key: sha256, md5+size, import_hash …; decision for step 4",
        "",
        "",
        False,
    ),
    _Column(
        "value",
        pa.string(),
        "the key's value, hex for digests; for a decision, the id of its question",
        nullable=False,
    ),
)
EDGES = TableKind("edges", 1, build_schema(EDGE_FIELDS))

RELATION_FIELDS: tuple[_Column, ...] = (
    _Column("kind", pa.string(), "a value of model.vocabulary.LinkKind", nullable=False),
    _Column("from_photo_id", pa.string(), "the photo that states the link", nullable=False),
    _Column("to_photo_id", pa.string(), "the photo that the link points to", nullable=False),
    _Column("source", pa.string(), "source of the catalog that states the link", nullable=False),
    _Column("catalog", pa.string(), "key of that catalog in photosync.yaml", nullable=False),
    _Column(
        "from_native_id", pa.string(), "native id of the item that states the link", nullable=False
    ),
    _Column(
        "to_native_id", pa.string(), "native id of the item that the link points to", nullable=False
    ),
    _Column("detail", pa.string(), "further information from the catalog"),
)
RELATIONS = TableKind("relations", 1, build_schema(RELATION_FIELDS))

LOOKALIKE_FIELDS: tuple[_Column, ...] = (
    _Column("a_photo_id", pa.string(), "the photo with the smaller id", nullable=False),
    _Column(
        "b_photo_id",
        pa.string(),
        "the photo with the larger id; only a person merges the two",
        "",
        "",
        False,
    ),
    _Column("a_sha256", DIGEST, "the first photo's blob of the closest pair; nothing: a preview"),
    _Column("b_sha256", DIGEST, "the second photo's blob of the closest pair; nothing: a preview"),
    _Column("distance", pa.int8(), "bits in which their pHashes differ", "0..8", "", False),
    _Column(
        "dhash_distance",
        pa.int8(),
        "bits in which their dHashes differ; null where one is rotated or mirrored",
    ),
    _Column(
        "turn",
        pa.string(),
        "the rotation or reflection that makes the first look like the second: none, or a value "
        "of identity.lookalikes.Turn; rotations are clockwise",
        nullable=False,
    ),
    _Column("a_aspect", pa.float64(), "width by height of the first photo, upright"),
    _Column("b_aspect", pa.float64(), "width by height of the second photo, upright"),
    _Column(
        "aspect_difference",
        pa.float64(),
        "difference of the aspect ratios after turning; 0 for equal ratios",
        "fraction of the larger",
    ),
    _Column(
        "capture_difference_s",
        pa.float64(),
        "time between the two captures, where both are known to the minute or better",
        "s",
    ),
    _Column(
        "relation",
        pa.string(),
        "the relation of the two that a catalog states, a value of model.vocabulary.LinkKind",
    ),
    _Column("group_id", pa.string(), "the group that shows the pair", "", "", False),
)
LOOKALIKES = TableKind("lookalikes", 1, build_schema(LOOKALIKE_FIELDS))

LOOKALIKE_GROUP_FIELDS: tuple[_Column, ...] = (
    _Column("group_id", pa.string(), "16 hex digits of a digest of kind and photos", "", "", False),
    _Column(
        "kind",
        pa.string(),
        "star: one photo and the photos similar to it, which need not be similar to each other; "
        "crowd: similar photos that are too many to list as pairs",
        nullable=False,
    ),
    _Column("place", pa.int32(), "rank by likelihood, the most likely first", "from 1", "", False),
    _Column("centre_photo_id", pa.string(), "the photo in the center of a star"),
    _Column(
        "members",
        pa.list_(pa.string()),
        "photo ids: of a star the center, then the others, closest first; of a crowd the first 50",
    ),
    _Column("photo_count", pa.int32(), "number of photos in the group", nullable=False),
    _Column("smallest_distance", pa.int8(), "smallest distance of a star's pairs", "bits"),
    _Column(
        "largest_distance", pa.int8(), "largest distance of a star's pairs with its center", "bits"
    ),
    _Column("phash", pa.uint64(), "the most frequent hash in a crowd"),
)
LOOKALIKE_GROUPS = TableKind("lookalike_groups", 1, build_schema(LOOKALIKE_GROUP_FIELDS))

KEYWORD_PATH = pa.list_(pa.string())
PROVENANCE = pa.struct(
    [
        ("field", pa.string()),
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("stated_at", UTC),  # when the catalog last changed the entry, where stated
        ("rule", pa.string()),  # the rule that chose this value
    ]
)

AI_VALUES = pa.struct(
    [
        ("description", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("photo_category", pa.string()),
        ("sport_type", pa.string()),
        ("emotion", pa.string()),
        ("quality_score", pa.float64()),  # 0 to 10
    ]
)
AI_APPROVAL = pa.struct(
    [
        ("model", pa.string()),  # that proposed the values, or those that were edited
        ("request", pa.string()),  # digest of the picture, model and prompt
        ("approved_by", pa.string()),
        ("approved_at", UTC),
    ]
)

UNIFIED_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    _Column("uii", pa.string(), "short name for display"),
    _Column(
        "month",
        pa.string(),
        "the photo's partition, that of its master",
        "YYYY-MM-01",
    ),
    _Column("file_name", pa.string(), "file name of the master"),
    _Column("media_kind", pa.string(), "image, raw, video or other"),
    _Column("media_type", pa.string(), "IANA media type of the master"),
    _Column("width", pa.int32(), "width of the upright image", "pixels"),
    _Column("height", pa.int32(), "height of the upright image", "pixels"),
    _Column("capture_time", WALL, "when the picture was taken; see capture_kind"),
    _Column("capture_offset_min", pa.int16(), "offset of the wall clock east of UTC", "minutes"),
    _Column("capture_kind", pa.string(), "wall, utc, or the guesses name and file"),
    _Column("capture_precision", pa.string(), "finest stated part of the time"),
    _Column("rating", pa.int8(), "stars", "0..5"),
    _Column("pick", pa.int8(), "1 picked, 0 unflagged, -1 rejected"),
    _Column("favourite", pa.bool_(), "a heart or favorite mark in any catalog"),
    _Column("label", pa.string(), "color label"),
    _Column("title", pa.string(), "title"),
    _Column("caption", pa.string(), "description"),
    _Column("keywords", pa.list_(KEYWORD_PATH), "union of keyword paths"),
    _Column(
        "marked_keywords",
        pa.list_(KEYWORD),
        "keywords that a catalog marks as names of people or as excluded from exports",
    ),
    _Column("people", pa.list_(pa.string()), "union of names"),
    _Column(
        "guessed_people", pa.list_(pa.string()), "names guessed by a program and not confirmed"
    ),
    _Column("albums", pa.list_(pa.string()), "union of album paths, ' / ' between levels"),
    _Column("gps_latitude", pa.float64(), "latitude WGS 84", "degrees north"),
    _Column("gps_longitude", pa.float64(), "longitude WGS 84", "degrees east"),
    _Column("sublocation", pa.string(), "place within the city"),
    _Column("city", pa.string(), "city"),
    _Column("state", pa.string(), "state or province"),
    _Column("country", pa.string(), "country"),
    _Column("country_code", pa.string(), "ISO 3166 code"),
    _Column("creator", pa.string(), "photographer"),
    _Column("copyright", pa.string(), "copyright notice"),
    _Column("camera_make", pa.string(), "camera maker"),
    _Column("camera_model", pa.string(), "camera model"),
    _Column("lens", pa.string(), "lens"),
    _Column("aperture", pa.float64(), "aperture", "f-number"),
    _Column("exposure_time_s", pa.float64(), "exposure time", "s"),
    _Column("iso", pa.int32(), "sensitivity", "ISO"),
    _Column("focal_length_mm", pa.float64(), "focal length", "mm"),
    _Column("ai", AI_VALUES, "values of an AI model that a person approved"),
    _Column("ai_approval", AI_APPROVAL, "of the values in ai: which request, who and when"),
    _Column("visibility", pa.string(), "the most restrictive stated value"),
    _Column("archived", pa.bool_(), "archived by its owner in a catalog"),
    _Column("availability", pa.string(), "best availability among its items"),
    _Column("item_count", pa.int32(), "number of items of the photo", nullable=False),
    _Column("sources", pa.list_(pa.string()), "source/catalog of its items"),
    _Column(
        "conflict_count",
        pa.int32(),
        "number of open conflicts, except those about the availability of its files",
        nullable=False,
    ),
    _Column("provenance", pa.list_(PROVENANCE), "source, time and rule of each value"),
)
UNIFIED = TableKind("unified", 5, build_schema(UNIFIED_FIELDS), reads_from=3)

STATED_VALUE = pa.struct(
    [
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("value", pa.string()),  # JSON
        ("stated_at", UTC),
    ]
)
CONFLICT_FIELDS: tuple[_Column, ...] = (
    _Column("conflict_id", pa.string(), "stable id of (photo, kind, field)", nullable=False),
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    _Column(
        "kind",
        pa.string(),
        "duplicate, metadata_mismatch, missing_master, orphaned or undecodable",
        nullable=False,
    ),
    _Column("field", pa.string(), "the field with different values, for metadata_mismatch"),
    _Column("values", pa.list_(STATED_VALUE), "every stated value with its sources"),
    _Column("proposal", pa.string(), "the value that the rules would choose", "JSON"),
    _Column("rule", pa.string(), "the rule behind the proposal"),
    _Column("detail", pa.string(), "description, one sentence", nullable=False),
    _Column(
        "evidence_digest",
        DIGEST,
        "digest of the stated values; a decision refers to it",
        "",
        "",
        False,
    ),
    _Column("month", pa.string(), "the master's partition"),
)
CONFLICTS = TableKind("conflicts", 2, build_schema(CONFLICT_FIELDS))

SEEN_ITEM = pa.struct(
    [
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("level", pa.string()),
        ("stated", pa.string()),  # in the service's words
        ("since", UTC),  # the scan that first found it so
        ("availability", pa.string()),
    ]
)
DISCREPANCY = pa.struct(
    [
        ("kind", pa.string()),
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("level", pa.string()),
        ("stated", pa.string()),
        ("since", UTC),
        ("close", pa.string()),  # what would close it, one sentence
    ]
)
VISIBILITY_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    _Column("month", pa.string(), "the photo's partition, that of its master", "YYYY-MM-01"),
    _Column(
        "effective",
        pa.string(),
        "the most restrictive level of its items, which applies at once; unknown if one is",
        "locked … public, or unknown",
        "",
        False,
    ),
    _Column(
        "highest",
        pa.string(),
        "the most visible level of the items that its catalogs still show, where unknown counts as "
        "most visible",
        "locked … public, or unknown",
    ),
    _Column("highest_at", pa.list_(pa.string()), "source/catalog of the items with that level"),
    _Column(
        "items", pa.list_(SEEN_ITEM), "the items whose catalogs state or hide their visibility"
    ),
    _Column("conflict_id", pa.string(), "the question about it, where the stated levels differ"),
    _Column("wanted", pa.string(), "the level that a person decided, while that decision is valid"),
    _Column(
        "discrepancies",
        pa.list_(DISCREPANCY),
        "items that more people may see than intended, and that nobody approved; too_visible: "
        "above the effective or the decided level; unknown: its catalog does not tell the level",
    ),
)
VISIBILITY = TableKind("visibility", 1, build_schema(VISIBILITY_FIELDS))

# A row with its raw record takes some KiB.
ITEMS = TableKind("items", ITEM_SCHEMA_VERSION, ITEM_SCHEMA, reads_from=1, rows_per_group=8_192)
