"""The SQL that joins items and fingerprints to their photos. Text only; run by `staging`.

An additional statement of an item (`model.also_stated`) is another row of that item. Impossible
values (latitude 91, aperture 0) and places at (0, 0) count as not stated.
"""

from collections.abc import Mapping, Sequence

from photo_assets.metadata.fields import FACTS, SET_NAMES, ExifRole
from photo_assets.model.also_stated import COLUMNS, KEY

_PLAIN = ("pick", "favourite", "label", "title", "sublocation", "city", "state", "country")
_NUMBERS = ("aperture", "exposure_time_s", "iso", "focal_length_mm")
_HERE = (
    "{0}.gps_latitude BETWEEN -90 AND 90 AND {0}.gps_longitude BETWEEN -180 AND 180"
    " AND NOT (abs({0}.gps_latitude) < 1e-7 AND abs({0}.gps_longitude) < 1e-7)"
)
_SIDEWAYS = "coalesce({0}.orientation, 1) >= 5"

_EXIF_TYPES = {
    "width": "INTEGER",
    "height": "INTEGER",
    "orientation": "INTEGER",
    "capture_time": "VARCHAR",
    "capture_offset_min": "INTEGER",
    "capture_kind": "VARCHAR",
    "capture_precision": "VARCHAR",
    "gps_latitude": "DOUBLE",
    "gps_longitude": "DOUBLE",
    "camera_make": "VARCHAR",
    "camera_model": "VARCHAR",
    "lens": "VARCHAR",
    "aperture": "DOUBLE",
    "exposure_time_s": "DOUBLE",
    "iso": "INTEGER",
    "focal_length_mm": "DOUBLE",
    "creator": "VARCHAR",
    "copyright": "VARCHAR",
    "caption": "VARCHAR",
    "rating": "INTEGER",
}
_ITEM_TYPES = {"rating": "TINYINT", "capture_offset_min": "SMALLINT"}

VALUE_COLUMNS: tuple[str, ...] = tuple(column for fact in FACTS for column in fact.columns)
ITEM_ONLY = (
    "file_name", "media_kind", "media_type", "path", "member", "capture_corrected_from",
)  # fmt: skip
SIZE = ("width", "height")
EXIF_COLUMNS: tuple[str, ...] = tuple(
    column for fact in FACTS if fact.exif is not ExifRole.NONE for column in fact.columns
)
"""The value columns that a file's EXIF may state."""
FURTHER_COLUMNS: tuple[str, ...] = tuple(name for name in VALUE_COLUMNS if name in COLUMNS)
"""The value columns that additional statements of an item may have."""

_FURTHER_TYPES = {
    **{name: _EXIF_TYPES.get(name, "BOOLEAN") for name in FURTHER_COLUMNS},
    "stated_at": "TIMESTAMPTZ",
}


def _checked(column: str, row: str) -> str:
    """Return the SQL of a column with impossible values as NULL."""
    name = f"{row}.{column}"
    if column in {"gps_latitude", "gps_longitude"}:
        return f"CASE WHEN {_HERE.format(row)} THEN {name} END"
    if column in _NUMBERS:
        return f"CASE WHEN {name} > 0 AND {name} < 1e9 THEN {name} END"
    if column == "capture_offset_min":
        return f"CASE WHEN {name} BETWEEN -1439 AND 1439 THEN {name} END"
    if column == "rating":
        return f"CASE WHEN {name} BETWEEN 0 AND 5 THEN {name} END"
    return name


def _upright(column: str, row: str) -> str:
    other = "height" if column == "width" else "width"
    sideways = _SIDEWAYS.format(row)
    return f"CASE WHEN {sideways} THEN {row}.{other} ELSE {row}.{column} END AS {column}"


def _item_values() -> str:
    values = [f"{_checked(column, 'i')} AS {column}" for column in VALUE_COLUMNS]
    named = [f"i.{name}" for name in (*ITEM_ONLY, *SET_NAMES)]
    return ", ".join([*named, _upright("width", "i"), _upright("height", "i"), *values])


def _exif_values() -> str:
    special = {
        "capture_time": "TRY_CAST(f.e.capture_time AS TIMESTAMP)",
        "capture_kind": "CASE WHEN f.e.capture_time IS NOT NULL "
        "THEN coalesce(f.e.capture_kind, 'wall') END",
        # Cameras write 0 stars into every file: it is not a rating.
        "rating": "CASE WHEN f.e.rating BETWEEN 1 AND 5 THEN f.e.rating END",
    }
    return _read_from_json(EXIF_COLUMNS, "f.e", special)


def _further_values() -> str:
    special = {"capture_time": "TRY_CAST(f.e.capture_time AS TIMESTAMP)"}
    return _read_from_json(FURTHER_COLUMNS, "f.e", special)


def _read_from_json(columns: Sequence[str], row: str, special: Mapping[str, str]) -> str:
    values = []
    for column in columns:
        expression = special.get(column) or _checked(column, row)
        kind = _ITEM_TYPES.get(column)
        values.append(f"{f'CAST({expression} AS {kind})' if kind else expression} AS {column}")
    return ", ".join(values)


def _struct_literal(types: Mapping[str, str]) -> str:
    pairs = ",".join(f'"{name}":"{kind}"' for name, kind in types.items())
    return "{" + pairs + "}"


STAGE_PHOTOS = """
CREATE TABLE photo AS
SELECT *, (items_before // $chunk_items)::INTEGER AS chunk
FROM (
    SELECT *, (row_number() OVER (ORDER BY month, photo_id) - 1)::INTEGER AS p,
           coalesce(sum(item_count) OVER (ORDER BY month, photo_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS items_before
    FROM photos)
"""

STAGE_MEMBERS = """
CREATE TABLE member AS
SELECT photo.chunk, photo.p, m.source, m.catalog, m.native_id, m.is_master, m.availability, m.month,
       row_number() OVER (ORDER BY photo.p, m.source, m.catalog, m.native_id) AS number
FROM members m JOIN photo USING (photo_id)
"""
"""`number` orders the members of a photo by their key."""

_JOIN_ITEMS = """
SELECT m.chunk, m.p, m.number, m.source, m.catalog, m.native_id, m.is_master,
       coalesce(i.availability, m.availability) AS availability,
       coalesce(i.month, m.month) AS month, i.month = m.month AS in_its_month,
       i.modified_time AS stated_at, {values}
FROM items i RIGHT JOIN member m USING (source, catalog, native_id)
"""

_JOIN_FILES = """
SELECT f.chunk, f.p, f.number, f.record,
       coalesce(f.width, CASE WHEN {sideways} THEN f.e.height ELSE f.e.width END) AS width,
       coalesce(f.height, CASE WHEN {sideways} THEN f.e.width ELSE f.e.height END) AS height,
       {values}
FROM (SELECT m.chunk, m.p, m.number, f.width, f.height,
             hash(f.exif, f.width, f.height) AS record,
             CASE WHEN json_valid(f.exif) THEN json_transform(f.exif, '{types}') END AS e
      FROM files f JOIN member m USING (source, catalog, native_id)
      WHERE f.exif IS NOT NULL OR f.width IS NOT NULL) f
"""

_JOIN_FURTHER = """
SELECT f.chunk, f.p, f.number, f.place, f.e.stated_at AS stated_at, {values}
FROM (SELECT m.chunk, m.p, m.number, unnest(s.stated) AS e,
             generate_subscripts(s.stated, 1)::UBIGINT AS place
      FROM (SELECT source, catalog, native_id, month,
                   CASE WHEN json_valid(extras)
                        THEN json_transform(json_extract(extras, '$.{key}'), '[{types}]')
                   END AS stated
            FROM items WHERE contains(extras, '"{key}"')) s
      JOIN member m USING (source, catalog, native_id, month)) f
"""

_JOIN_DAMAGE = """
SELECT m.chunk, m.p, m.number, m.source, m.catalog, m.native_id, m.is_master, m.availability,
       f.path, f.member, f.reason, f.detail, f.sha256
FROM member m JOIN (
    SELECT source, catalog, native_id, month, path, member, reason, detail, lower(hex(sha256))
           AS sha256
    FROM files WHERE status = 'undecodable' AND reason <> 'no_decoder') f
USING (source, catalog, native_id, month)
WHERE m.availability IN ('online', 'offline')
"""
"""A missing decoder does not mean that the file is damaged."""


def join_items() -> str:
    """Return the query of every member with the values of its item, if that still exists."""
    return _filled(_JOIN_ITEMS, values=_item_values())


def join_files() -> str:
    """Return the query of the values read from the members' files.

    Files with equal EXIF and size have the same 64-bit `record`; the probability that two different
    files of a photo share one is about 1 in 10^19.
    """
    return _filled(
        _JOIN_FILES,
        sideways=_SIDEWAYS.format("f.e"),
        values=_exif_values(),
        types=_struct_literal(_EXIF_TYPES),
    )


def join_further() -> str:
    """Return the query of additional statements of the members' items, numbered by `place`."""
    return _filled(
        _JOIN_FURTHER,
        key=KEY,
        values=_further_values(),
        types=_struct_literal(
            {name: _FURTHER_TYPES[name] for name in (*FURTHER_COLUMNS, "stated_at")}
        ),
    )


def join_damage() -> str:
    """Return the query of the members whose files were read but cannot be decoded.

    An item that moved to another month counts with the file of its new month.
    """
    return _JOIN_DAMAGE


def _filled(query: str, **parts: str) -> str:
    for name, text in parts.items():
        query = query.replace("{" + name + "}", text)
    return query
