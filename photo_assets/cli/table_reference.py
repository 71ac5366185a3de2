"""docs/tables.md, made from the schemas: every column of every table, with unit and source."""

import pyarrow as pa

from photo_assets.model.plans import (
    DRIFT,
    DRIFT_FIELDS,
    PLAN,
    PLAN_FIELDS,
    WANTED,
    WANTED_FIELDS,
    WRITTEN,
    WRITTEN_FIELDS,
)
from photo_assets.model.schema import ITEM_FIELDS, ITEM_SCHEMA_VERSION, Column
from photo_assets.model.tables import (
    CONFLICT_FIELDS,
    CONFLICTS,
    EDGE_FIELDS,
    EDGES,
    FINGERPRINT_FIELDS,
    FINGERPRINTS,
    LOOKALIKE_FIELDS,
    LOOKALIKE_GROUP_FIELDS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBER_FIELDS,
    MEMBERS,
    PHOTO_FIELDS,
    PHOTOS,
    RELATION_FIELDS,
    RELATIONS,
    THUMBNAIL_FIELDS,
    THUMBNAILS,
    UNIFIED,
    UNIFIED_FIELDS,
)

_HEAD = """\
# The tables

Parquet files below `data/lake/<layer>/<asset>/`. Made from the schemas in `photo_assets/model` by
`photosync schema --write docs`. A column without "or nothing" is never empty. Times without a zone
are the wall clock of the place; `capture_kind` says when they are UTC.
"""
_SECTIONS: tuple[tuple[str, int, str, tuple[Column, ...]], ...] = (
    (
        "catalog/*",
        ITEM_SCHEMA_VERSION,
        "One row an entry of a catalog, the same columns for every catalog, one file a month.",
        ITEM_FIELDS,
    ),
    (
        "identity/fingerprints",
        FINGERPRINTS.version,
        "One row an item: what was computed from its file, one file a month.",
        FINGERPRINT_FIELDS,
    ),
    ("identity/photos", PHOTOS.version, "One row a photo.", PHOTO_FIELDS),
    (
        "identity/members",
        MEMBERS.version,
        "One row an item: the photo it is.",
        MEMBER_FIELDS,
    ),
    (
        "identity/edges",
        EDGES.version,
        "Why two items are one photo, one row a reason.",
        EDGE_FIELDS,
    ),
    (
        "identity/relations",
        RELATIONS.version,
        "Photos that belong together and are not the same.",
        RELATION_FIELDS,
    ),
    (
        "identity/lookalikes: lookalikes",
        LOOKALIKES.version,
        "Two photos that look alike, for a person to decide on.",
        LOOKALIKE_FIELDS,
    ),
    (
        "identity/lookalikes: lookalike_groups",
        LOOKALIKE_GROUPS.version,
        "The pairs in the groups they are looked at in, and crowds, whose pairs are not listed.",
        LOOKALIKE_GROUP_FIELDS,
    ),
    (
        "metadata/unified",
        UNIFIED.version,
        "One row a photo: one value a field, and who said it.",
        UNIFIED_FIELDS,
    ),
    (
        "vault/thumbnails",
        THUMBNAILS.version,
        "One row a blob that is a picture, one file a month. The pictures themselves are "
        "`<folder>/{tiny,small,medium}/<2>/<sha256>.jpg`.",
        THUMBNAIL_FIELDS,
    ),
    ("metadata/conflicts", CONFLICTS.version, "One row an open question.", CONFLICT_FIELDS),
    (
        "sink/*_plan: plan",
        PLAN.version,
        "One row an intended write. `photosync plan show` prints it.",
        PLAN_FIELDS,
    ),
    (
        "sink/*_desired",
        WANTED.version,
        "What the other side should hold, one row for each thing there, one file a month and one, "
        "`none`, for what is of no photo. What may not be sent is not in it.",
        WANTED_FIELDS,
    ),
    (
        "sink/*_written-*",
        WRITTEN.version,
        "What was written last, one row for each thing at the other side, one file a month as for "
        "what it should hold, and one, `retired`, for what is marked there as gone. The folder is "
        "named by the sink and a digest of the place.",
        WRITTEN_FIELDS,
    ),
    (
        "sink/notion_pages, sink/supabase_rows: drift",
        DRIFT.version,
        "What the last reading back found otherwise.",
        DRIFT_FIELDS,
    ),
)


def tables_text() -> str:
    """Return the documentation of all tables as Markdown."""
    parts = [_HEAD]
    for name, version, about, columns in _SECTIONS:
        parts.append(f"## {name}\n\n{about} Schema version {version}.\n")
        parts.append("| column | type | meaning | unit | source |\n|---|---|---|---|---|")
        parts.append("\n".join(_row(column) for column in columns) + "\n")
    return "\n".join(parts)


def _row(column: Column) -> str:
    kind = _type_name(column.type) + (" or nothing" if column.nullable else "")
    cells = (f"`{column.name}`", kind, column.meaning, column.unit, column.origin)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    if pa.types.is_struct(kind):
        inner = (
            f"{kind.field(n).name}: {_type_name(kind.field(n).type)}"
            for n in range(kind.num_fields)
        )
        return f"({', '.join(inner)})"
    if pa.types.is_timestamp(kind):
        return "time in UTC" if kind.tz else "wall clock time"
    if pa.types.is_fixed_size_binary(kind):
        return f"{kind.byte_width} bytes"
    names = {"string": "text", "bool": "true or false", "double": "number"}
    return names.get(str(kind), str(kind))
