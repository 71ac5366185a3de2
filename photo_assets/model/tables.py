"""The Arrow schemas of what is derived from items: fingerprints, photos, unified rows, conflicts.

Documented column by column like `schema.ITEM_FIELDS`. A change raises the table's version.
"""

from dataclasses import dataclass

import pyarrow as pa

from photo_assets.model.schema import DIGEST, ITEM_SCHEMA, ITEM_SCHEMA_VERSION, UTC, WALL
from photo_assets.model.schema import Column as C
from photo_assets.model.schema import build_schema


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table in the lake: its name, schema version and schema."""

    name: str
    version: int
    schema: pa.Schema


_ITEM_KEY = (
    C("source", pa.string(), "kind of catalog", nullable=False),
    C("catalog", pa.string(), "the catalog's key in photosync.yaml", nullable=False),
    C("native_id", pa.string(), "the catalog's own id of the entry", nullable=False),
)

FINGERPRINT_FIELDS: tuple[C, ...] = (
    *_ITEM_KEY,
    C("month", pa.string(), "the item's partition", "YYYY-MM-01", "", False),
    C("path", pa.string(), "file, or the archive that holds it; bytes-safe text"),
    C("member", pa.string(), "entry inside the archive"),
    C("file_size", pa.int64(), "size of the content that was read", "bytes"),
    C("file_mtime_ns", pa.int64(), "modification time of the file read", "ns since 1970 UTC"),
    C(
        "status",
        pa.string(),
        "ok: content read, and decoded if it is a picture; undecodable: digests only; "
        "unavailable: no content to read now; failed: could not be read",
        "",
        "",
        False,
    ),
    C("reason", pa.string(), "short stable word why status is not ok"),
    C("detail", pa.string(), "a sentence for people"),
    C("sha256", DIGEST, "SHA-256 of the bytes: the blob's name"),
    C("md5", pa.binary(16), "MD5 of the bytes, to match services that state it"),
    C("sha1", pa.binary(20), "SHA-1 of the bytes, to match services that state it"),
    C("image_data_sha256", DIGEST, "SHA-256 of the image data without metadata"),
    C("image_data_method", pa.string(), "how the image data was found: jpeg or exiftool"),
    C("phash", pa.uint64(), "64-bit DCT hash of the upright image, most significant bit first"),
    C("dhash", pa.uint64(), "64-bit gradient hash of the upright image"),
    C("flat", pa.bool_(), "grey levels vary too little for perceptual hashes to mean anything"),
    C("hash_recipe", pa.int32(), "version of the recipe behind phash and dhash"),
    C("decoder", pa.string(), "which decoder answered"),
    C("width", pa.int32(), "width of the upright image", "pixels"),
    C("height", pa.int32(), "height of the upright image", "pixels"),
    C(
        "exif",
        pa.string(),
        "what the file's EXIF says, normalised",
        "JSON of store.exif.ExifRecord",
    ),
)
FINGERPRINTS = TableKind("fingerprints", 1, build_schema(FINGERPRINT_FIELDS))

PHOTO_FIELDS: tuple[C, ...] = (
    C("photo_id", pa.string(), "UUID of the photo; the same for ever", "", "ledger", False),
    C("uii", pa.string(), "first 16 hex digits of the master's SHA-256; to show, never a key"),
    C("sha256", DIGEST, "the master's blob"),
    C("master_source", pa.string(), "source of the item chosen as master", nullable=False),
    C("master_catalog", pa.string(), "catalog of the master", nullable=False),
    C("master_native_id", pa.string(), "native id of the master", nullable=False),
    C("master_path", pa.string(), "path of the master's file; bytes-safe text"),
    C("master_availability", pa.string(), "online, offline, missing or trashed", "", "", False),
    C("master_reason", pa.string(), "which rule of the hierarchy chose it"),
    C("item_count", pa.int32(), "items that are this photo", nullable=False),
    C("catalog_count", pa.int32(), "catalogs it is in", nullable=False),
    C("blob_count", pa.int32(), "different byte contents among its items", nullable=False),
    C("media_kind", pa.string(), "image, raw, video or other, of the master", "", "", False),
)
PHOTOS = TableKind("photos", 1, build_schema(PHOTO_FIELDS))

MEMBER_FIELDS: tuple[C, ...] = (
    C("photo_id", pa.string(), "the photo", nullable=False),
    *_ITEM_KEY,
    C("month", pa.string(), "the item's partition", nullable=False),
    C("sha256", DIGEST, "the item's blob, where known"),
    C("step", pa.int8(), "strongest ladder step that joins it to the photo; 0 = alone", "0..3"),
    C("is_master", pa.bool_(), "whether it is the master", nullable=False),
    C("media_kind", pa.string(), "image, raw, video or other", nullable=False),
    C("availability", pa.string(), "where its file was at the last reading", nullable=False),
)
MEMBERS = TableKind("members", 1, build_schema(MEMBER_FIELDS))

EDGE_FIELDS: tuple[C, ...] = (
    C("photo_id", pa.string(), "the photo both items are", nullable=False),
    C("a_source", pa.string(), "first item", nullable=False),
    C("a_catalog", pa.string(), "", nullable=False),
    C("a_native_id", pa.string(), "", nullable=False),
    C("b_source", pa.string(), "second item", nullable=False),
    C("b_catalog", pa.string(), "", nullable=False),
    C("b_native_id", pa.string(), "", nullable=False),
    C("step", pa.int8(), "1 same bytes, 2 same image data, 3 asserted id", "1..3", "", False),
    C("key", pa.string(), "kind of key that joins: sha256, md5+size, import_hash …", "", "", False),
    C("value", pa.string(), "the key's value, hex for digests", nullable=False),
)
EDGES = TableKind("edges", 1, build_schema(EDGE_FIELDS))

RELATION_FIELDS: tuple[C, ...] = (
    C("kind", pa.string(), "a word of model.vocabulary.LinkKind", nullable=False),
    C("from_photo_id", pa.string(), "the photo that states the link", nullable=False),
    C("to_photo_id", pa.string(), "the photo it points to", nullable=False),
    C("source", pa.string(), "catalog that says so", nullable=False),
    C("catalog", pa.string(), "", nullable=False),
    C("from_native_id", pa.string(), "item that states the link", nullable=False),
    C("to_native_id", pa.string(), "item it points to", nullable=False),
    C("detail", pa.string(), "what the catalog adds"),
)
RELATIONS = TableKind("relations", 1, build_schema(RELATION_FIELDS))

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

UNIFIED_FIELDS: tuple[C, ...] = (
    C("photo_id", pa.string(), "the photo", nullable=False),
    C("uii", pa.string(), "short name to show people"),
    C("month", pa.string(), "month of the unified capture time", "YYYY-MM-01"),
    C("file_name", pa.string(), "name of the master's file"),
    C("media_kind", pa.string(), "image, raw, video or other"),
    C("media_type", pa.string(), "IANA media type of the master"),
    C("width", pa.int32(), "width of the upright image", "pixels"),
    C("height", pa.int32(), "height of the upright image", "pixels"),
    C("capture_time", WALL, "when it was taken; see capture_kind"),
    C("capture_offset_min", pa.int16(), "offset of the wall clock east of UTC", "minutes"),
    C("capture_kind", pa.string(), "wall or utc"),
    C("capture_precision", pa.string(), "finest part really stated"),
    C("rating", pa.int8(), "stars", "0..5"),
    C("pick", pa.int8(), "1 picked, 0 unflagged, -1 rejected"),
    C("favourite", pa.bool_(), "a heart somewhere"),
    C("label", pa.string(), "colour label"),
    C("title", pa.string(), "title"),
    C("caption", pa.string(), "description"),
    C("keywords", pa.list_(KEYWORD_PATH), "union of keyword paths"),
    C("people", pa.list_(pa.string()), "union of names"),
    C("albums", pa.list_(pa.string()), "union of album paths, ' / ' between levels"),
    C("gps_latitude", pa.float64(), "latitude WGS 84", "degrees north"),
    C("gps_longitude", pa.float64(), "longitude WGS 84", "degrees east"),
    C("sublocation", pa.string(), "place within the city"),
    C("city", pa.string(), "city"),
    C("state", pa.string(), "state or province"),
    C("country", pa.string(), "country"),
    C("country_code", pa.string(), "ISO 3166 code"),
    C("creator", pa.string(), "photographer"),
    C("copyright", pa.string(), "copyright notice"),
    C("camera_make", pa.string(), "camera maker"),
    C("camera_model", pa.string(), "camera model"),
    C("lens", pa.string(), "lens"),
    C("aperture", pa.float64(), "aperture", "f-number"),
    C("exposure_time_s", pa.float64(), "exposure time", "s"),
    C("iso", pa.int32(), "sensitivity", "ISO"),
    C("focal_length_mm", pa.float64(), "focal length", "mm"),
    C("visibility", pa.string(), "the most restrictive stated"),
    C("availability", pa.string(), "best availability among its items"),
    C("item_count", pa.int32(), "items that are this photo", nullable=False),
    C("sources", pa.list_(pa.string()), "source/catalog of its items"),
    C("conflict_count", pa.int32(), "open conflicts", nullable=False),
    C("provenance", pa.list_(PROVENANCE), "who said each value, when, and by which rule"),
)
UNIFIED = TableKind("unified", 1, build_schema(UNIFIED_FIELDS))

STATED_VALUE = pa.struct(
    [
        ("source", pa.string()),
        ("catalog", pa.string()),
        ("native_id", pa.string()),
        ("value", pa.string()),  # JSON
        ("stated_at", UTC),
    ]
)
CONFLICT_FIELDS: tuple[C, ...] = (
    C("conflict_id", pa.string(), "stable id of (photo, kind, field)", nullable=False),
    C("photo_id", pa.string(), "the photo", nullable=False),
    C(
        "kind",
        pa.string(),
        "duplicate, metadata_mismatch, missing_master or orphaned",
        nullable=False,
    ),
    C("field", pa.string(), "the field that disagrees, for metadata_mismatch"),
    C("values", pa.list_(STATED_VALUE), "every value seen and who said it"),
    C("proposal", pa.string(), "what the rules would choose", "JSON"),
    C("rule", pa.string(), "the rule behind the proposal"),
    C("detail", pa.string(), "one sentence for people", nullable=False),
    C("evidence_digest", DIGEST, "digest of the values seen; a decision names it", "", "", False),
    C("month", pa.string(), "the master's partition"),
)
CONFLICTS = TableKind("conflicts", 1, build_schema(CONFLICT_FIELDS))

ITEMS = TableKind("items", ITEM_SCHEMA_VERSION, ITEM_SCHEMA)
