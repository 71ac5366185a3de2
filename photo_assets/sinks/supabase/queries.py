"""The SQL that makes each table's rows from the lake's tables. Text only; `desired` runs it.

Each query gives `partition`, `key`, `photo_id`, `withheld` and `content`, JSON with a value for
every column of the database's table: a missing column would be set to null. The disclosure of the
content is not decided here; `withheld` marks the rows of photos that may not be sent. The views
`items` and `fingerprints` are the lake's, the others those of `sinks.disclosing`.
"""

# ruff: noqa: S608  (no value comes into these texts)

from collections.abc import Mapping
from typing import Final

from photo_assets.sinks.supabase.tables import (
    AI_METADATA,
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    PHOTO_ALBUMS,
    PHOTOS,
    VIEW_NUMBERS,
    VIEW_PLAIN,
)

# marked_members has each item once; of an item in two months, the row that it refers to counts.
_SAME_ITEM = (
    "{0}.source = m.source AND {0}.catalog = m.catalog AND {0}.native_id = m.native_id"
    " AND {0}.month = m.month"
)
_PLACE = ("gps_latitude", "gps_longitude")
_OF_A_PHOTO = "{0}.photo_id NOT IN (SELECT photo_id FROM shown_photos)"


def _plain(row: str, *names: str) -> dict[str, str]:
    return {name: f"{row}.{name}" for name in names}


def _numbers(row: str, *names: str) -> dict[str, str]:
    """Return floats; JSON cannot represent values that are not finite."""
    return {name: f"CASE WHEN isfinite({row}.{name}) THEN {row}.{name} END" for name in names}


def _hex(row: str, *names: str) -> dict[str, str]:
    return {name: f"lower(hex({row}.{name}))" for name in names}


def _wall(value: str) -> str:
    return f"replace(CAST({value} AS VARCHAR), ' ', 'T')"


def _utc(value: str) -> str:
    """Return a time in UTC as text, from its number: DuckDB's own conversion needs an extension."""
    return _wall(f"make_timestamp(epoch_us({value}))") + " || 'Z'"


def _uuid(*parts: str) -> str:
    """Return a key from the row's identifying values, as JSON so that it is unambiguous."""
    return f"CAST(substr(sha256(CAST(to_json([{', '.join(parts)}]) AS VARCHAR)), 1, 32) AS UUID)"


def _rows(key: str, row: str, columns: dict[str, str], source: str, withheld: str) -> str:
    whole = {**columns, "month": f"{row}.month", "notes": "NULL", "gone": "false"}
    struct = ", ".join(f"'{name}': {value}" for name, value in whole.items())
    return (
        f"SELECT {row}.partition AS partition, CAST({key} AS VARCHAR) AS key,"
        f" {row}.photo_id AS photo_id, {withheld} AS withheld,"
        f" CAST(to_json({{{struct}}}) AS VARCHAR) AS content FROM {source} ORDER BY partition, key"
    )


_ITEM_ID = _uuid("m.source", "m.catalog", "m.native_id")
_ALBUM_ID = _uuid("source", "catalog", "id")


def _photos() -> str:
    columns = {
        **_plain("u", *VIEW_PLAIN),
        **_numbers("u", *VIEW_NUMBERS),
        "capture_time": _wall("u.capture_time"),
        "provenance": f"[{{'field': p.field, 'source': p.source, 'catalog': p.catalog,"
        f" 'native_id': p.native_id, 'stated_at': {_utc('p.stated_at')}, 'rule': p.rule}}"
        " FOR p IN u.provenance]",
        **_hex("p", "sha256"),
        **_plain("p", "master_source", "master_catalog", "master_native_id", "master_path"),
        **_plain("p", "catalog_count", "blob_count"),
        "merged_into": "NULL",
    }
    source = "viewed u JOIN photos p ON p.photo_id = u.photo_id AND p.partition = u.partition"
    return _rows("u.photo_id", "u", columns, source, _OF_A_PHOTO.format("u"))


def _items() -> str:
    columns = {
        "item_id": _ITEM_ID,
        **_plain("m", "photo_id", "is_master", "step"),
        **_plain("i", "source", "catalog", "native_id", "account", "path", "member", "url"),
        **_plain("i", "file_name", "media_kind", "media_type", "file_size", "width", "height"),
        **_plain("i", "orientation", "capture_offset_min", "capture_kind", "capture_precision"),
        **_plain("i", "capture_source", "rating", "pick", "favourite", "label", "title"),
        **_plain("i", "caption", "albums", "visibility", "archived", "availability", "links"),
        **_plain("i", "gps_source", "keywords", "people", "extras"),
        **_numbers("i", "duration_s", *_PLACE, "gps_altitude_m"),
        "capture_time": _wall("i.capture_time"),
        "added_time": _utc("i.added_time"),
        "modified_time": _utc("i.modified_time"),
        **_hex("i", "sha256"),
    }
    source = f"marked_members m JOIN items i ON {_SAME_ITEM.format('i')}"
    return _rows(_ITEM_ID, "m", columns, source, "m.withheld")


_IN_ALBUMS = (
    "(SELECT m.partition, i.source, i.catalog, m.photo_id, m.month,"
    f" unnest(i.albums, max_depth := 2), m.withheld"
    f" FROM marked_members m JOIN items i ON {_SAME_ITEM.format('i')})"
)


def _photo_albums() -> str:
    key = _uuid("CAST(l.photo_id AS VARCHAR)", "CAST(l.album_id AS VARCHAR)")
    columns = {"photo_album_id": key, **_plain("l", "photo_id", "album_id", "position")}
    source = (
        f"(SELECT partition, photo_id, {_ALBUM_ID} AS album_id, min(position) AS position,"
        f" max(month) AS month, bool_and(withheld) AS withheld FROM {_IN_ALBUMS}"
        " GROUP BY partition, photo_id, album_id) l"
    )
    return _rows(key, "l", columns, source, "l.withheld")


# The columns have no place to say that a hash is of a preview.
_OF_FILE = "CASE WHEN f.hash_basis IS DISTINCT FROM 'preview' THEN"


def _fingerprints() -> str:
    columns = {
        "item_id": _ITEM_ID,
        **_plain("m", "photo_id"),
        **_plain("f", "status", "reason", "detail", "file_size", "image_data_method"),
        **_plain("f", "width", "height"),
        **_hex("f", "sha256", "md5", "sha1", "image_data_sha256"),
        **{name: f"{_OF_FILE} f.{name} END" for name in ("flat", "hash_recipe", "decoder")},
        **{name: f"{_OF_FILE} format('{{:016x}}', f.{name}) END" for name in ("phash", "dhash")},
        "exif": "f.exif",
    }
    source = f"marked_members m JOIN fingerprints f ON {_SAME_ITEM.format('f')}"
    return _rows(_ITEM_ID, "m", columns, source, "m.withheld")


def _conflicts() -> str:
    columns = {
        **_plain("c", "conflict_id", "photo_id", "kind", "field", "rule", "detail"),
        "stated_values": "[{'source': v.source, 'catalog': v.catalog, 'native_id': v.native_id,"
        f" 'value': v.value, 'stated_at': {_utc('v.stated_at')}}} FOR v IN c.values]",
        "proposal": "c.proposal",
        **_hex("c", "evidence_digest"),
    }
    return _rows("c.conflict_id", "c", columns, "disputed c", _OF_A_PHOTO.format("c"))


def _ai_metadata() -> str:
    """Return one row per photo with approved values; nothing else of a model is in the view."""
    key = _uuid("'ai'", "CAST(u.photo_id AS VARCHAR)")
    columns = {
        "metadata_id": key,
        **_plain("u", "photo_id"),
        "model": "u.ai_approval.model",
        "prompt": "NULL",
        "input_hash": "u.ai_approval.request",
        "ai_description": "u.ai.description",
        "ai_tags": "u.ai.tags",
        "ai_categories": "NULL",
        **_plain("u.ai", "sport_type", "photo_category", "emotion"),
        **_numbers("u.ai", "quality_score"),
        **dict.fromkeys(("confidence_score", "dim", "embedding"), "NULL"),
        "processing_status": "'completed'",
        "approved": "true",
        "approved_by": "u.ai_approval.approved_by",
        "approved_at": _utc("u.ai_approval.approved_at"),
    }
    source = "viewed u WHERE u.ai_approval IS NOT NULL"
    return _rows(key, "u", columns, source, _OF_A_PHOTO.format("u"))


# Months may have been read at different times: the name does not depend on their order.
ALBUMS_OF_MONTHS: Final = (
    f"SELECT partition, CAST({_ALBUM_ID} AS VARCHAR), source, catalog, id, max(path), max(kind),"
    " count(DISTINCT photo_id) FILTER (WHERE NOT withheld), bool_and(withheld)"
    f" FROM {_IN_ALBUMS} GROUP BY partition, source, catalog, id"
)
"""The albums of each month: their number of photos, and whether all of these are withheld.

Columns: partition, album_id, source, catalog, id, path, kind, photo_count, withheld.
"""

QUERIES: Final[Mapping[str, str]] = {
    PHOTOS: _photos(),
    ITEMS: _items(),
    PHOTO_ALBUMS: _photo_albums(),
    FINGERPRINTS: _fingerprints(),
    CONFLICTS: _conflicts(),
    AI_METADATA: _ai_metadata(),
}
"""The query of each table with rows of photos; ALBUMS_OF_MONTHS is the query of the other."""
