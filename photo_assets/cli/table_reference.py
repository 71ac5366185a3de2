"""docs/tables.md, generated from the schemas: every column of every table, with unit and source."""

import pyarrow as pa

from photo_assets.albums.plan import PLAN as ALBUM_NAMES_PLAN
from photo_assets.albums.plan import PLAN_FIELDS as ALBUM_NAMES_PLAN_FIELDS
from photo_assets.albums.table import ALBUM_FIELDS, ALBUMS
from photo_assets.catalogs.registry import SPECS as CATALOGS
from photo_assets.model.ai_table import AI_DESCRIPTION_FIELDS, AI_DESCRIPTIONS
from photo_assets.model.embedding_table import EMBEDDING_FIELDS, EMBEDDINGS
from photo_assets.model.plans import (
    DRIFT,
    DRIFT_FIELDS,
    PLAN,
    PLAN_FIELDS,
    PLAN_PART_FIELDS,
    PLAN_PARTS,
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
    HISTORY,
    HISTORY_FIELDS,
    LOOKALIKE_FIELDS,
    LOOKALIKE_GROUP_FIELDS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBER_FIELDS,
    MEMBERS,
    ORIGINAL_FIELDS,
    ORIGINALS,
    PHOTO_FIELDS,
    PHOTOS,
    RELATION_FIELDS,
    RELATIONS,
    THUMBNAIL_FIELDS,
    THUMBNAILS,
    UNIFIED,
    UNIFIED_FIELDS,
    VISIBILITY,
    VISIBILITY_FIELDS,
)
from photo_assets.sinks.engine.sink_tables import mirror_asset, outcome_asset
from photo_assets.sinks.registry import SPECS

_HEAD = """\
# The tables

The Parquet files in `data/lake/<layer>/<asset>/`. This page is generated from the schemas in
`photo_assets/model` by `photosync schema --write docs`. A column without "or nothing" is never
null. Times without a zone are local wall clock time; `capture_kind` states when they are UTC.
"""
_SECTIONS: tuple[tuple[str, int, str, tuple[Column, ...]], ...] = (
    (
        "catalog/*",
        ITEM_SCHEMA_VERSION,
        "One row per catalog entry, with the same columns for every catalog; one file per month.",
        ITEM_FIELDS,
    ),
    *(
        (f"catalog/{table.name}", table.kind.version, table.summary, table.columns)
        for spec in CATALOGS
        for table in spec.further_tables
    ),
    (
        "identity/fingerprints",
        FINGERPRINTS.version,
        "One row per item: the data computed from its file; one file per month.",
        FINGERPRINT_FIELDS,
    ),
    ("identity/photos", PHOTOS.version, "One row per photo.", PHOTO_FIELDS),
    (
        "identity/members",
        MEMBERS.version,
        "One row per item: the photo it belongs to.",
        MEMBER_FIELDS,
    ),
    (
        "identity/edges",
        EDGES.version,
        "Why two items are the same photo; one row per reason.",
        EDGE_FIELDS,
    ),
    (
        "identity/relations",
        RELATIONS.version,
        "Photos that belong together but are not the same.",
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
        "The pairs in the groups in which they are reviewed, and large groups without a list of "
        "pairs.",
        LOOKALIKE_GROUP_FIELDS,
    ),
    (
        "metadata/unified",
        UNIFIED.version,
        "One row per photo: one value per field, and its source.",
        UNIFIED_FIELDS,
    ),
    (
        "vault/originals",
        ORIGINALS.version,
        "One row per blob; one file per month. The blobs themselves are "
        "`<folder>/blobs/sha256/<2>/<2>/<sha256>` in each store.",
        ORIGINAL_FIELDS,
    ),
    (
        "vault/history",
        HISTORY.version,
        "One row per photo; one file per month. The records themselves are "
        "`photos/<2>/<2>/<photo id>.json` in the repository: see [history.md](history.md).",
        HISTORY_FIELDS,
    ),
    (
        "vault/thumbnails",
        THUMBNAILS.version,
        "One row per blob that is a picture; one file per month. The pictures themselves are "
        "`<folder>/{tiny,small,medium}/<2>/<sha256>.jpg`.",
        THUMBNAIL_FIELDS,
    ),
    ("metadata/conflicts", CONFLICTS.version, "One row per open conflict.", CONFLICT_FIELDS),
    (
        "metadata/visibility",
        VISIBILITY.version,
        "One row per photo for whose items a catalog states a visibility, or should: "
        "see [visibility.md](visibility.md).",
        VISIBILITY_FIELDS,
    ),
    (
        "ai/descriptions",
        AI_DESCRIPTIONS.version,
        "One row per photo that `ai.photos` chooses: what an AI model proposed, or why it did not. "
        "No sink reads it; approved values are in metadata/unified.",
        AI_DESCRIPTION_FIELDS,
    ),
    (
        "metadata/albums",
        ALBUMS.version,
        "One row per album: its name, its canonical name, and how far they differ: "
        "see [albums.md](albums.md).",
        ALBUM_FIELDS,
    ),
    (
        "sink/album_names_plan",
        ALBUM_NAMES_PLAN.version,
        "One row per album that would be renamed.",
        ALBUM_NAMES_PLAN_FIELDS,
    ),
    (
        "ai/embeddings",
        EMBEDDINGS.version,
        "One row per photo, if `ai.embeddings` names a model: the vector of its picture. Vectors "
        "of different models cannot be compared.",
        EMBEDDING_FIELDS,
    ),
    (
        "sink/*_plan_parts",
        PLAN_PARTS.version,
        "The parts of a plan, in order. The rows of a part are in "
        "`data/plans/<sink>/rows/<digest>.parquet`, which plans share; those of the current plan "
        "are also in `sink/*_plan`.",
        PLAN_PART_FIELDS,
    ),
    (
        "sink/*_plan",
        PLAN.version,
        "One row per planned write of the current plan, `<part>/plan.parquet`: a month, `none` for "
        "rows without a photo, and `retiring`, `held_back` and `standing` for rows that are no "
        "longer desired. "
        "The UI shows these columns for the plan's asset. `photosync plan show` prints the rows in "
        "the order of the plan.",
        PLAN_FIELDS,
    ),
    (
        "sink/*_desired",
        WANTED.version,
        "The desired content of the sink: one row per object, one file per month and one file, "
        "`none`, for objects without a photo. It contains nothing that may not be sent.",
        WANTED_FIELDS,
    ),
    (
        "sink/*_written-*",
        WRITTEN.version,
        "The last written content: one row per object in the sink, one file per month as for "
        "the desired content, and one, `retired`, for objects marked as retired. The folder is "
        "named after the sink and a digest of its destination.",
        WRITTEN_FIELDS,
    ),
    (
        f"{', '.join('/'.join(outcome_asset(spec.name)) for spec in SPECS)}: drift",
        DRIFT.version,
        "Differences that the last verification of each destination found.",
        DRIFT_FIELDS,
    ),
    *(
        (
            "/".join(mirror_asset(spec.name)),
            mirror.kind.version,
            f"{mirror.summary} One file per month.",
            mirror.columns,
        )
        for spec in SPECS
        if spec.mirror and (mirror := spec.mirror())
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
