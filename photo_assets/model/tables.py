"""The Arrow schemas of what is derived from items: fingerprints, photos, unified rows, conflicts.

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

    `reads_from` is the oldest version that is still read: what was added since may be null.
    """

    name: str
    version: int
    schema: pa.Schema
    reads_from: int | None = None


_ITEM_KEY = (
    _Column("source", pa.string(), "kind of catalog", nullable=False),
    _Column("catalog", pa.string(), "the catalog's key in photosync.yaml", nullable=False),
    _Column("native_id", pa.string(), "the catalog's own id of the entry", nullable=False),
)

FINGERPRINT_FIELDS: tuple[_Column, ...] = (
    *_ITEM_KEY,
    _Column("month", pa.string(), "the item's partition", "YYYY-MM-01", "", False),
    _Column("path", pa.string(), "file, or the archive that holds it; bytes-safe text"),
    _Column("member", pa.string(), "entry inside the archive"),
    _Column("file_size", pa.int64(), "size of the content that was read", "bytes"),
    _Column("file_mtime_ns", pa.int64(), "modification time of the file read", "ns since 1970 UTC"),
    _Column(
        "status",
        pa.string(),
        "ok: content read, and decoded if it is a picture; undecodable: digests only; "
        "unavailable: never read, its file is away; failed: never read, its file refuses",
        "",
        "",
        False,
    ),
    _Column(
        "reason",
        pa.string(),
        "short stable word why status is not ok; damaged: the picture is complete, the file is not",
    ),
    _Column("detail", pa.string(), "a sentence for people"),
    _Column("sha256", DIGEST, "SHA-256 of the bytes: the blob's name"),
    _Column("md5", pa.binary(16), "MD5 of the bytes, to match services that state it"),
    _Column("sha1", pa.binary(20), "SHA-1 of the bytes, to match services that state it"),
    _Column(
        "image_data_sha256",
        DIGEST,
        "SHA-256 of the image data without metadata; of a JPEG, with the tables it is decoded by",
    ),
    _Column("image_data_method", pa.string(), "how the image data was found: jpeg or exiftool"),
    _Column(
        "phash", pa.uint64(), "64-bit DCT hash of the upright image, most significant bit first"
    ),
    _Column("dhash", pa.uint64(), "64-bit gradient hash of the upright image"),
    _Column(
        "flat", pa.bool_(), "grey levels vary too little for perceptual hashes to mean anything"
    ),
    _Column("hash_recipe", pa.int32(), "version of the recipe behind phash and dhash"),
    _Column("decoder", pa.string(), "which decoder answered"),
    _Column("width", pa.int32(), "width of the upright image", "pixels"),
    _Column("height", pa.int32(), "height of the upright image", "pixels"),
    _Column(
        "exif",
        pa.string(),
        "what the file's EXIF says, normalised",
        "JSON of media.exif.ExifRecord",
    ),
    _Column(
        "recipe",
        pa.string(),
        "versions of the recipes the values were made with: digests, EXIF, picture, image data",
        "0: not made",
    ),
    _Column(
        "unread_reason",
        pa.string(),
        "short stable word why the file could not be read at the last try; the values are those of "
        "the reading before",
    ),
    _Column("unread_detail", pa.string(), "a sentence for people about it"),
)
FINGERPRINTS = TableKind("fingerprints", 2, build_schema(FINGERPRINT_FIELDS), reads_from=1)

THUMBNAIL_FIELDS: tuple[_Column, ...] = (
    _Column("sha256", DIGEST, "the blob the thumbnails are of", "", "", False),
    _Column("month", pa.string(), "partition of the items with this blob", "YYYY-MM-01", "", False),
    _Column(
        "status",
        pa.string(),
        "drawn: all three are on the disk; undecodable: the file gives no picture; missing: the "
        "file could not be read to draw them",
        "",
        "",
        False,
    ),
    _Column("reason", pa.string(), "short stable word why there are none"),
    _Column("tiny_bytes", pa.int64(), "size of the thumbnail of at most 150 pixels", "bytes"),
    _Column("small_bytes", pa.int64(), "size of the thumbnail of at most 500 pixels", "bytes"),
    _Column("medium_bytes", pa.int64(), "size of the thumbnail of at most 1920 pixels", "bytes"),
)
THUMBNAILS = TableKind("thumbnails", 1, build_schema(THUMBNAIL_FIELDS))

PHOTO_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "UUID of the photo; never changes", "", "ledger", False),
    _Column("month", pa.string(), "its partition: that of its master", "YYYY-MM-01", "", False),
    _Column(
        "uii", pa.string(), "first 16 hex digits of the master's SHA-256; to show, never a key"
    ),
    _Column("sha256", DIGEST, "the master's blob"),
    _Column("master_source", pa.string(), "source of the item chosen as master", nullable=False),
    _Column("master_catalog", pa.string(), "catalog of the master", nullable=False),
    _Column("master_native_id", pa.string(), "native id of the master", nullable=False),
    _Column("master_path", pa.string(), "path of the master's file; bytes-safe text"),
    _Column(
        "master_availability", pa.string(), "online, offline, missing or trashed", "", "", False
    ),
    _Column("master_reason", pa.string(), "which rule of the hierarchy chose it"),
    _Column("item_count", pa.int32(), "items that are this photo", nullable=False),
    _Column("catalog_count", pa.int32(), "catalogs it is in", nullable=False),
    _Column("blob_count", pa.int32(), "different byte contents among its items", nullable=False),
    _Column("media_kind", pa.string(), "image, raw, video or other, of the master", "", "", False),
)
PHOTOS = TableKind("photos", 2, build_schema(PHOTO_FIELDS))

MEMBER_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    *_ITEM_KEY,
    _Column("month", pa.string(), "the item's partition", nullable=False),
    _Column("sha256", DIGEST, "the item's blob, where known"),
    _Column(
        "step", pa.int8(), "strongest ladder step that joins it to the photo; 0 = alone", "0..3"
    ),
    _Column("is_master", pa.bool_(), "whether it is the master", nullable=False),
    _Column("media_kind", pa.string(), "image, raw, video or other", nullable=False),
    _Column("availability", pa.string(), "where its file was at the last reading", nullable=False),
)
MEMBERS = TableKind("members", 1, build_schema(MEMBER_FIELDS))

EDGE_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo both items are", nullable=False),
    _Column("a_source", pa.string(), "source of the first item", nullable=False),
    _Column("a_catalog", pa.string(), "catalog of the first item", nullable=False),
    _Column("a_native_id", pa.string(), "native id of the first item", nullable=False),
    _Column("b_source", pa.string(), "source of the second item", nullable=False),
    _Column("b_catalog", pa.string(), "catalog of the second item", nullable=False),
    _Column("b_native_id", pa.string(), "native id of the second item", nullable=False),
    _Column("step", pa.int8(), "1 same bytes, 2 same image data, 3 asserted id", "1..3", "", False),
    _Column(
        "key", pa.string(), "kind of key that joins: sha256, md5+size, import_hash …", "", "", False
    ),
    _Column("value", pa.string(), "the key's value, hex for digests", nullable=False),
)
EDGES = TableKind("edges", 1, build_schema(EDGE_FIELDS))

RELATION_FIELDS: tuple[_Column, ...] = (
    _Column("kind", pa.string(), "a word of model.vocabulary.LinkKind", nullable=False),
    _Column("from_photo_id", pa.string(), "the photo that states the link", nullable=False),
    _Column("to_photo_id", pa.string(), "the photo it points to", nullable=False),
    _Column("source", pa.string(), "kind of the catalog that says so", nullable=False),
    _Column("catalog", pa.string(), "that catalog's key in photosync.yaml", nullable=False),
    _Column("from_native_id", pa.string(), "item that states the link", nullable=False),
    _Column("to_native_id", pa.string(), "item it points to", nullable=False),
    _Column("detail", pa.string(), "what the catalog adds"),
)
RELATIONS = TableKind("relations", 1, build_schema(RELATION_FIELDS))

LOOKALIKE_FIELDS: tuple[_Column, ...] = (
    _Column("a_photo_id", pa.string(), "the photo with the smaller id", nullable=False),
    _Column("b_photo_id", pa.string(), "the other photo; never merged by a program", "", "", False),
    _Column("a_sha256", DIGEST, "the first photo's blob that is closest to one of the other's"),
    _Column("b_sha256", DIGEST, "the second photo's blob that is"),
    _Column("distance", pa.int8(), "bits in which their pHashes differ", "0..8", "", False),
    _Column("dhash_distance", pa.int8(), "bits in which their dHashes differ; turned: nothing"),
    _Column(
        "turn",
        pa.string(),
        "how the first has to be turned to look like the second: none, or a word of "
        "identity.lookalikes.Turn; rotations are clockwise",
        nullable=False,
    ),
    _Column("a_aspect", pa.float64(), "width by height of the first, upright"),
    _Column("b_aspect", pa.float64(), "width by height of the second, upright"),
    _Column(
        "aspect_difference",
        pa.float64(),
        "by how much the aspects differ once turned; 0 for equal shapes",
        "share of the larger",
    ),
    _Column(
        "capture_difference_s",
        pa.float64(),
        "time between the two captures, where both are known at least to the minute",
        "s",
    ),
    _Column(
        "relation",
        pa.string(),
        "what a catalog already says of the two, a word of model.vocabulary.LinkKind",
    ),
    _Column("group_id", pa.string(), "the group in which to look at the pair", "", "", False),
)
LOOKALIKES = TableKind("lookalikes", 1, build_schema(LOOKALIKE_FIELDS))

LOOKALIKE_GROUP_FIELDS: tuple[_Column, ...] = (
    _Column("group_id", pa.string(), "16 hex digits of a digest of kind and photos", "", "", False),
    _Column(
        "kind",
        pa.string(),
        "star: one photo and those that look like it, which need not look like each other; "
        "crowd: so many alike that their pairs are not listed",
        nullable=False,
    ),
    _Column("place", pa.int32(), "place in the order of likeliness", "from 1", "", False),
    _Column("centre_photo_id", pa.string(), "the photo a star is made around"),
    _Column(
        "members",
        pa.list_(pa.string()),
        "photo ids: a star's centre, then the others, closest first; of a crowd the first 50",
    ),
    _Column("photo_count", pa.int32(), "photos in the group", nullable=False),
    _Column("smallest_distance", pa.int8(), "of a star's pairs", "bits"),
    _Column("largest_distance", pa.int8(), "of a star's pairs with its centre", "bits"),
    _Column("phash", pa.uint64(), "the hash most photos of a crowd have"),
)
LOOKALIKE_GROUPS = TableKind("lookalike_groups", 1, build_schema(LOOKALIKE_GROUP_FIELDS))

KEYWORD_PATH = pa.list_(pa.string())
PROVENANCE = pa.struct(
    [
        ("field", pa.string()),
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("stated_at", UTC),  # when the catalog last changed the entry, where it says
        ("rule", pa.string()),  # the rule that chose this value
    ]
)

UNIFIED_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", nullable=False),
    _Column("uii", pa.string(), "short name to show people"),
    _Column(
        "month",
        pa.string(),
        "its partition: that of its master",
        "YYYY-MM-01",
    ),
    _Column("file_name", pa.string(), "name of the master's file"),
    _Column("media_kind", pa.string(), "image, raw, video or other"),
    _Column("media_type", pa.string(), "IANA media type of the master"),
    _Column("width", pa.int32(), "width of the upright image", "pixels"),
    _Column("height", pa.int32(), "height of the upright image", "pixels"),
    _Column("capture_time", WALL, "when it was taken; see capture_kind"),
    _Column("capture_offset_min", pa.int16(), "offset of the wall clock east of UTC", "minutes"),
    _Column("capture_kind", pa.string(), "wall, utc, or the guesses name and file"),
    _Column("capture_precision", pa.string(), "finest part really stated"),
    _Column("rating", pa.int8(), "stars", "0..5"),
    _Column("pick", pa.int8(), "1 picked, 0 unflagged, -1 rejected"),
    _Column("favourite", pa.bool_(), "a heart somewhere"),
    _Column("label", pa.string(), "colour label"),
    _Column("title", pa.string(), "title"),
    _Column("caption", pa.string(), "description"),
    _Column("keywords", pa.list_(KEYWORD_PATH), "union of keyword paths"),
    _Column(
        "marked_keywords",
        pa.list_(KEYWORD),
        "those that a catalog says are people's names or keeps from exports, as it marks them",
    ),
    _Column("people", pa.list_(pa.string()), "union of names"),
    _Column("guessed_people", pa.list_(pa.string()), "names a program guessed, not confirmed"),
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
    _Column("visibility", pa.string(), "the most restrictive stated"),
    _Column("archived", pa.bool_(), "set aside by its owner in a catalog"),
    _Column("availability", pa.string(), "best availability among its items"),
    _Column("item_count", pa.int32(), "items that are this photo", nullable=False),
    _Column("sources", pa.list_(pa.string()), "source/catalog of its items"),
    _Column(
        "conflict_count",
        pa.int32(),
        "open conflicts, without those about where its files are: see availability",
        nullable=False,
    ),
    _Column("provenance", pa.list_(PROVENANCE), "who said each value, when, and by which rule"),
)
UNIFIED = TableKind("unified", 3, build_schema(UNIFIED_FIELDS))

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
    _Column("field", pa.string(), "the field that disagrees, for metadata_mismatch"),
    _Column("values", pa.list_(STATED_VALUE), "every value seen and who said it"),
    _Column("proposal", pa.string(), "what the rules would choose", "JSON"),
    _Column("rule", pa.string(), "the rule behind the proposal"),
    _Column("detail", pa.string(), "one sentence for people", nullable=False),
    _Column(
        "evidence_digest", DIGEST, "digest of the values seen; a decision names it", "", "", False
    ),
    _Column("month", pa.string(), "the master's partition"),
)
CONFLICTS = TableKind("conflicts", 2, build_schema(CONFLICT_FIELDS))

ITEMS = TableKind("items", ITEM_SCHEMA_VERSION, ITEM_SCHEMA, reads_from=1)
