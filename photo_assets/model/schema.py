"""The one Arrow schema of catalog items, documented field by field.

Every `catalog/*` table has exactly these columns, so all later steps work for every catalog. The
descriptions are stored in the Arrow field metadata and shown in the Dagster UI. A change here
raises `ITEM_SCHEMA_VERSION`. Columns and fields that are added may be null: older tables can then
still be read, with null in the added columns (`tables.ITEMS`).
"""

from dataclasses import dataclass

import pyarrow as pa

ITEM_SCHEMA_VERSION = 4


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Arrow type, meaning, unit, and the origin of its values."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    origin: str = ""
    nullable: bool = True

    def to_field(self) -> pa.Field:
        """Return the Arrow field with the documentation in its metadata."""
        metadata = {"meaning": self.meaning, "unit": self.unit, "origin": self.origin}
        return pa.field(self.name, self.type, nullable=self.nullable, metadata=metadata)


def build_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema of documented columns."""
    return pa.schema([column.to_field() for column in columns])


UTC = pa.timestamp("us", tz="UTC")
WALL = pa.timestamp("us")
DIGEST = pa.binary(32)

REGION = pa.struct(
    [("x", pa.float64()), ("y", pa.float64()), ("width", pa.float64()), ("height", pa.float64())]
)
PERSON = pa.struct([("name", pa.string()), ("region", REGION), ("confirmed", pa.bool_())])
KEYWORD = pa.struct(
    [
        ("path", pa.list_(pa.string())),
        ("person", pa.bool_()),
        ("synonyms", pa.list_(pa.string())),
        # Since version 2; null in older rows.
        ("private", pa.bool_()),
        ("private_from", pa.int32()),
        ("exported_from", pa.int32()),
        ("private_synonyms", pa.list_(pa.string())),
    ]
)
ALBUM = pa.struct(
    [
        ("id", pa.string()),
        ("path", pa.list_(pa.string())),
        ("kind", pa.string()),
        ("position", pa.int32()),
    ]
)
LINK = pa.struct([("kind", pa.string()), ("target", pa.string()), ("detail", pa.string())])

ITEM_FIELDS: tuple[Column, ...] = (
    Column(
        "source",
        pa.string(),
        "kind of catalog: lightroom, eagle, folders …",
        "",
        "configuration",
        False,
    ),
    Column(
        "catalog", pa.string(), "the catalog's key in photosync.yaml", "", "configuration", False
    ),
    Column(
        "native_id",
        pa.string(),
        "the catalog's own stable id of the entry; unique within (source, catalog)",
        "",
        "Lightroom id_global; Eagle item id; path below the root for folders; path in the export "
        "for Takeout",
        False,
    ),
    Column(
        "reader_version",
        pa.int32(),
        "version of the reader that wrote the row",
        "",
        "the reader",
        False,
    ),
    Column(
        "account", pa.string(), "the account or person that owns the catalog", "", "configuration"
    ),
    Column(
        "path",
        pa.string(),
        "absolute path of the file, or of the archive that holds it; bytes-safe text (model.names)",
        "",
        "file system or catalog",
    ),
    Column(
        "member",
        pa.string(),
        "name of the entry in the archive at `path`",
        "",
        "zip or tar directory",
    ),
    Column(
        "url",
        pa.string(),
        "address stated by the catalog; never fetched",
        "",
        "Eagle url; Takeout JSON url",
    ),
    Column(
        "file_name",
        pa.string(),
        "name with extension; bytes-safe text (model.names)",
        "",
        "file system or catalog",
    ),
    Column(
        "media_type",
        pa.string(),
        "IANA media type, from the extension or the service",
        "",
        "model.media",
    ),
    Column("media_kind", pa.string(), "image, raw, video or other", "", "model.media", False),
    Column("file_size", pa.int64(), "size of the file", "bytes", "stat or the service"),
    Column(
        "file_mtime_ns", pa.int64(), "modification time of the file", "ns since 1970 UTC", "stat"
    ),
    Column(
        "file_ctime_ns",
        pa.int64(),
        "time of the last change of the file's content or attributes (ctime), which programs "
        "cannot set",
        "ns since 1970 UTC",
        "stat",
    ),
    Column(
        "file_inode", pa.uint64(), "inode of the file, where the file system has one", "", "stat"
    ),
    Column(
        "width",
        pa.int32(),
        "width as stored, before orientation",
        "pixels",
        "catalog or file header",
    ),
    Column(
        "height",
        pa.int32(),
        "height as stored, before orientation",
        "pixels",
        "catalog or file header",
    ),
    Column("orientation", pa.int8(), "EXIF orientation", "1..8", "EXIF 2.32 tag 0x0112"),
    Column("duration_s", pa.float64(), "length of a video", "s", "QuickTime mvhd"),
    Column(
        "capture_time",
        WALL,
        "when the picture was taken; see capture_kind",
        "wall clock",
        "see capture_source",
    ),
    Column(
        "capture_offset_min",
        pa.int16(),
        "offset of the wall clock east of UTC",
        "minutes",
        "EXIF OffsetTimeOriginal; XMP",
    ),
    Column(
        "capture_kind",
        pa.string(),
        "wall: the camera's clock; utc: an instant in UTC; guesses where no source states a "
        "time: name: a wall clock taken from the file name; file: modification time of the "
        "file, in UTC",
        "",
        "see capture_source",
    ),
    Column(
        "capture_precision",
        pa.string(),
        "finest stated part of the time",
        "year … subsecond",
        "the stated text",
    ),
    Column(
        "capture_source",
        pa.string(),
        "the field that states the value, as <origin>:<field>",
        "",
        "the reader",
    ),
    Column(
        "capture_corrected_from",
        WALL,
        "the earlier capture time, where a person set `capture_time` in this catalog",
        "as capture_time",
        "Lightroom originalCaptureTime",
    ),
    Column(
        "added_time",
        UTC,
        "when the item was added to its catalog",
        "UTC",
        "Lightroom import; Eagle modificationTime; Takeout creationTime",
    ),
    Column("modified_time", UTC, "when the catalog last changed the entry", "UTC", "catalog; stat"),
    Column(
        "rating",
        pa.int8(),
        "stars; 0: stated as unrated, null: not stated",
        "0..5",
        "catalog; xmp:Rating",
    ),
    Column(
        "pick",
        pa.int8(),
        "flag: 1 picked, 0 unflagged, -1 rejected",
        "-1..1",
        "Lightroom pick; xmp:Rating -1",
    ),
    Column(
        "favourite",
        pa.bool_(),
        "heart or favorite mark; never converted to stars",
        "",
        "Takeout favorited; icloudpd",
    ),
    Column("label", pa.string(), "color label; free text, possibly localized", "", "xmp:Label"),
    Column("title", pa.string(), "title", "", "dc:title"),
    Column("caption", pa.string(), "description", "", "dc:description"),
    Column(
        "keywords",
        pa.list_(KEYWORD),
        "keywords as paths from root to leaf",
        "",
        "catalog; lr:hierarchicalSubject",
    ),
    Column(
        "people",
        pa.list_(PERSON),
        "people, with regions as fractions of the upright image",
        "",
        "catalog; MWG regions",
    ),
    Column("albums", pa.list_(ALBUM), "albums, collections and folders of the item", "", "catalog"),
    Column("gps_latitude", pa.float64(), "latitude WGS 84", "degrees north", "see gps_source"),
    Column("gps_longitude", pa.float64(), "longitude WGS 84", "degrees east", "see gps_source"),
    Column("gps_altitude_m", pa.float64(), "altitude", "m above sea level", "see gps_source"),
    Column(
        "gps_source",
        pa.string(),
        "the field that states the value, as <origin>:<field>",
        "",
        "the reader",
    ),
    Column("sublocation", pa.string(), "place within the city", "", "Iptc4xmpCore:Location"),
    Column("city", pa.string(), "city", "", "photoshop:City"),
    Column("state", pa.string(), "state or province", "", "photoshop:State"),
    Column("country", pa.string(), "country", "", "photoshop:Country"),
    Column("country_code", pa.string(), "ISO 3166 code", "", "Iptc4xmpCore:CountryCode"),
    Column("creator", pa.string(), "photographer", "", "dc:creator"),
    Column("copyright", pa.string(), "copyright notice", "", "dc:rights"),
    Column("camera_make", pa.string(), "camera maker", "", "EXIF Make"),
    Column("camera_model", pa.string(), "camera model", "", "EXIF Model"),
    Column("camera_serial", pa.string(), "camera serial number", "", "EXIF BodySerialNumber"),
    Column("lens", pa.string(), "lens", "", "EXIF LensModel"),
    Column("aperture", pa.float64(), "aperture as f-number", "f-number", "EXIF FNumber"),
    Column("exposure_time_s", pa.float64(), "exposure time", "s", "EXIF ExposureTime"),
    Column("iso", pa.int32(), "sensitivity", "ISO", "EXIF PhotographicSensitivity"),
    Column(
        "focal_length_mm",
        pa.float64(),
        "focal length, not 35 mm equivalent",
        "mm",
        "EXIF FocalLength",
    ),
    Column(
        "visibility",
        pa.string(),
        "who can see the item in its service; locked: only its owner, after unlocking; unknown: "
        "the service states what the reader does not know",
        "locked … public",
        "online services; Takeout inLockedFolder; icloudpd hidden",
    ),
    Column(
        "visibility_stated",
        pa.string(),
        "what `visibility` was taken from, in the words of the service or of docs/visibility.md",
        "",
        "the reader, of online catalogs",
    ),
    Column(
        "visibility_since",
        UTC,
        "the scan that first found `visibility` and `visibility_stated` as they are now",
        "UTC",
        "discovery",
    ),
    Column(
        "archived",
        pa.bool_(),
        "archived by its owner: kept, but hidden from the main view",
        "",
        "Takeout archived",
    ),
    Column(
        "sha256", DIGEST, "SHA-256 of the file's bytes, as stated by the catalog", "", "catalog"
    ),
    Column(
        "sha1", pa.binary(20), "SHA-1 of the file's bytes, as stated by the catalog", "", "catalog"
    ),
    Column(
        "md5", pa.binary(16), "MD5 of the file's bytes, as stated by the catalog", "", "catalog"
    ),
    Column(
        "image_data_sha256",
        DIGEST,
        "SHA-256 of the image data without metadata, as stated by the catalog",
        "",
        "catalog",
    ),
    Column(
        "availability", pa.string(), "online, offline, missing or trashed", "", "the reader", False
    ),
    Column(
        "quality",
        pa.string(),
        "original: the service holds the bytes that were uploaded; reduced: only a smaller, "
        "re-encoded or stripped rendition can be had; null: not known",
        "",
        "the reader, of online catalogs",
    ),
    Column(
        "links",
        pa.list_(LINK),
        "references to other items; evidence only, they do not join photos",
        "",
        "catalog; file names and ids",
    ),
    Column("extras", pa.string(), "values without a column of their own", "JSON", "catalog"),
    Column(
        "raw",
        pa.string(),
        "the catalog's original record, so that a later reader version can read it again",
        "JSON",
        "catalog",
    ),
    Column(
        "change_token",
        pa.string(),
        "opaque value of the reader: an equal token means that the entry is unchanged and is "
        "not read again",
        "",
        "the reader",
    ),
    Column("item_digest", DIGEST, "SHA-256 of the row's canonical JSON", "", "model.item", False),
    Column("month", pa.string(), "partition key", "YYYY-MM-01", "model.months", False),
    Column(
        "month_basis",
        pa.string(),
        "capture, added, file, before_first (a time before 1990, kept in 1990-01) or none",
        "",
        "model.months",
        False,
    ),
)

ITEM_SCHEMA: pa.Schema = build_schema(ITEM_FIELDS)
