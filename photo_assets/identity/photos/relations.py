"""Links between items that are related but not the same, as rows between photos.

Creates the table `relation`. Shared document ids are such a link too: copies and conversions keep
them, so they mean "of the same origin", not "the same".
"""

from dataclasses import dataclass

import duckdb

from photo_assets.identity.photos.engine import count
from photo_assets.model.vocabulary import LinkKind

RELATION_KINDS = (
    LinkKind.VIRTUAL_COPY_OF,
    LinkKind.RAW_JPEG_PAIR,
    LinkKind.LIVE_VIDEO_OF,
    LinkKind.EDIT_OF,
    LinkKind.DERIVED_FROM,
    LinkKind.STACKED_UNDER,
)

# The entries of one catalog that share a document id are linked to the first of them.
_RELATED = """
CREATE TEMP TABLE related AS
SELECT idx, source, catalog, native_id, kind, target, detail FROM link
WHERE kind IN (SELECT unnest($kinds))
UNION ALL
SELECT idx, source, catalog, native_id, kind, first, target
FROM link JOIN (
  SELECT source, catalog, target, min(native_id) AS first FROM link
  WHERE kind = 'document_id' AND target <> '' GROUP BY ALL HAVING first <> max(native_id)
) shared USING (source, catalog, target)
WHERE kind = 'document_id' AND native_id <> first
"""

# Joined by numbers alone: DuckDB 2.0.0 does not count all memory of joins with texts (600 MiB here,
# with a limit of 192 MiB and a million items).
_LINKED = """
CREATE TEMP TABLE linked AS
SELECT r.link, f.photo_id AS from_photo_id, t.photo_id AS to_photo_id
FROM (SELECT r.rowid AS link, r.idx, i.idx AS target FROM related r
      JOIN item i ON i.source = r.source AND i.catalog = r.catalog AND i.native_id = r.target) r
JOIN component cf ON cf.idx = r.idx JOIN photo f ON f.comp = cf.comp
JOIN component ct ON ct.idx = r.target JOIN photo t ON t.comp = ct.comp
"""
_RELATION = """
CREATE TEMP TABLE relation AS
SELECT DISTINCT kind, from_photo_id, to_photo_id, source, catalog, native_id AS from_native_id,
       target AS to_native_id, detail
FROM related r JOIN linked l ON l.link = r.rowid
"""


@dataclass(frozen=True, slots=True)
class Related:
    """The counts of the links."""

    by_kind: dict[str, int]
    without_target: int
    within_photo: int


def build_relations(connection: duckdb.DuckDBPyConnection) -> Related:
    """Create the table `relation`; rows within one photo are counted and omitted."""
    connection.execute(_RELATED, {"kinds": [kind.value for kind in RELATION_KINDS]})
    connection.execute(_LINKED)
    connection.execute(_RELATION)
    connection.execute("DROP TABLE linked")
    missing = count(
        connection,
        "SELECT count(*) FROM related r ANTI JOIN item i ON i.source = r.source "
        "AND i.catalog = r.catalog AND i.native_id = r.target",
    )
    inside = count(connection, "SELECT count(*) FROM relation WHERE from_photo_id = to_photo_id")
    connection.execute("DELETE FROM relation WHERE from_photo_id = to_photo_id")
    rows = connection.execute("SELECT kind, count(*) FROM relation GROUP BY kind ORDER BY kind")
    return Related(dict(rows.fetchall()), missing, inside)
