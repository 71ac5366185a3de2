"""The counts of all stored photos after a narrowed join, for reports and checks."""

from dataclasses import replace

import duckdb

from photo_assets.identity.photos.inputs import PhotoSummary, UiiCollision
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import EDGES, MEMBERS, RELATIONS

_BY_MONTH = """
SELECT source, month, step, count(*) FROM all_members GROUP BY ALL ORDER BY ALL
"""
_COLLISIONS = """
SELECT lower(hex(sha256[1:8])) AS uii, list(DISTINCT lower(hex(sha256)) ORDER BY lower(hex(sha256)))
FROM all_members WHERE sha256 IS NOT NULL
GROUP BY uii HAVING min(sha256) <> max(sha256) ORDER BY uii
"""


def with_totals(
    connection: duckdb.DuckDBPyConnection, lake: Lake, photos: int, summary: PhotoSummary
) -> PhotoSummary:
    """Return the counts of a narrowed join, replaced by counts over all tables where possible."""
    for kind in (MEMBERS, EDGES, RELATIONS):
        view_stored(connection, f"all_{kind.name}", kind, photo_files(lake, kind))
    items_by_step: dict[int, int] = {}
    items_by_month: dict[str, dict[str, int]] = {}
    for source, month, step, items in connection.execute(_BY_MONTH).fetchall():
        items_by_step[step] = items_by_step.get(step, 0) + items
        months = items_by_month.setdefault(source, {})
        months[month] = months.get(month, 0) + items
    photos_by_step = connection.execute(
        "SELECT step, count(DISTINCT photo_id) FROM all_edges GROUP BY step ORDER BY step"
    ).fetchall()
    relations = connection.execute(
        "SELECT kind, count(*) FROM all_relations GROUP BY kind ORDER BY kind"
    ).fetchall()
    collisions = connection.execute(_COLLISIONS).fetchall()
    return replace(
        summary,
        items=sum(items_by_step.values()),
        photos=photos,
        items_by_step=items_by_step,
        photos_by_step=dict(photos_by_step),
        uii_collisions=tuple(UiiCollision(uii, tuple(blobs)) for uii, blobs in collisions),
        relations=dict(relations),
        items_by_month=items_by_month,
    )
