"""The SQL that turns items, fingerprints and members into statements. Text only; run by `staging`.

A statement is one row: everything one item says about its photo, or everything one file's EXIF
says. Values that cannot be true (latitude 91, aperture 0) and places at (0, 0) are not stated.
"""

from importlib.resources import files as files_of_package

from photo_assets.metadata.fields import FACTS, SET_NAMES, ExifPart

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

VALUE_COLUMNS: tuple[str, ...] = tuple(column for fact in FACTS for column in fact.columns)
ITEM_ONLY = ("file_name", "media_kind", "media_type", "path", "member", "month")
SIZE = ("width", "height")

ITEM_COLUMNS: tuple[str, ...] = (
    *("source", "catalog", "native_id", "availability", "modified_time", "orientation"),
    *ITEM_ONLY,
    *SIZE,
    *VALUE_COLUMNS,
    *SET_NAMES,
)
"""What is read of the item tables."""


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


def _item_values() -> list[str]:
    values = [f"{_checked(column, 'i')} AS {column}" for column in VALUE_COLUMNS]
    return [*values, *(f"i.{name}" for name in SET_NAMES)]


def _exif_values() -> list[str]:
    stated = {c for fact in FACTS if fact.exif is not ExifPart.NONE for c in fact.columns}
    special = {
        "capture_time": "TRY_CAST(x.e.capture_time AS TIMESTAMP)",
        "capture_kind": "CASE WHEN x.e.capture_time IS NOT NULL THEN 'wall' END",
        # A camera writes 0 stars into every file: nobody's judgement.
        "rating": "CASE WHEN x.e.rating BETWEEN 1 AND 5 THEN x.e.rating END",
    }
    values = []
    for column in VALUE_COLUMNS:
        expression = special.get(column, _checked(column, "x.e") if column in stated else "NULL")
        values.append(f"{expression} AS {column}")
    return [*values, *(f"NULL AS {name}" for name in SET_NAMES)]


def _struct_literal() -> str:
    pairs = ",".join(f'"{name}":"{kind}"' for name, kind in _EXIF_TYPES.items())
    return "{" + pairs + "}"


STAGE_PHOTOS = """
CREATE TABLE photo AS
SELECT *, (items_before // $chunk_items)::INTEGER AS chunk FROM (
    SELECT *, (row_number() OVER (ORDER BY photo_id) - 1)::INTEGER AS p,
           coalesce(sum(item_count) OVER (ORDER BY photo_id ROWS BETWEEN UNBOUNDED PRECEDING
                    AND 1 PRECEDING), 0)::BIGINT AS items_before
    FROM {photos})
"""

STAGE_MEMBERS = """
CREATE TABLE member AS
SELECT photo.chunk, photo.p, m.source, m.catalog, m.native_id, m.is_master, m.availability, m.month
FROM {members} m JOIN photo USING (photo_id)
"""

STAGE_ITEMS = """
SELECT member.chunk, member.p, {columns}
FROM {items} i JOIN member USING (source, catalog, native_id)
""".replace("{columns}", ", ".join(f"i.{column}" for column in ITEM_COLUMNS))

STAGE_FILES = """
SELECT member.chunk, member.p, member.is_master, f.source, f.catalog, f.native_id,
       f.width, f.height, f.exif
FROM {files} f JOIN member USING (source, catalog, native_id)
WHERE f.exif IS NOT NULL OR f.width IS NOT NULL
"""

COUNT_UNKNOWN_ITEMS = """
SELECT count(*) FROM {items} i ANTI JOIN member USING (source, catalog, native_id)
"""


def statements(items: str, files: str) -> str:
    """Return the query of one chunk's statements (statements.sql); its parameter is $chunk."""
    item_only = [name for name in ITEM_ONLY if name != "month"]
    parts = {
        "items": items,
        "files": files,
        "item_only": ", ".join(f"i.{name}" for name in item_only),
        "nothing": ", ".join(f"NULL AS {name}" for name in item_only),
        "item_size": f"{_upright('width', 'i')}, {_upright('height', 'i')}",
        "item_values": ", ".join(_item_values()),
        "exif_values": ", ".join(_exif_values()),
        "exif_types": _struct_literal(),
        "head": "p, source, catalog, native_id, is_master, availability, month",
        "tail": ", ".join(
            ("exif", "carrier", "stated_at", *item_only, *SIZE, *VALUE_COLUMNS, *SET_NAMES)
        ),
    }
    query = files_of_package("photo_assets.metadata").joinpath("statements.sql").read_text("utf-8")
    for name, text in parts.items():
        query = query.replace("{" + name + "}", text)
    return query
