"""Every job of the project: what sensors, schedules and `photosync` start."""

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.keys import (
    CONFLICTS,
    FINGERPRINTS,
    LOOKALIKES,
    PHOTOS,
    THUMBNAILS,
    UNIFIED,
    catalog_key,
    source_key,
)
from photo_assets.defs.tags import LAYER, SOURCE

OBSERVE = {
    source: dg.define_asset_job(
        f"observe_{source}",
        selection=dg.AssetSelection.assets(source_key(source)),
        tags={LAYER: "source", SOURCE: source},
        description=f"Reads the {source} catalogs and names the months that changed.",
    )
    for source in SOURCES
}
CATALOG = {
    source: dg.define_asset_job(
        f"catalog_{source}",
        selection=dg.AssetSelection.assets(catalog_key(source)),
        tags={LAYER: "catalog", SOURCE: source},
        description=f"Writes the months of catalog/{source} that changed.",
    )
    for source in SOURCES
}
FINGERPRINT = {
    "all": dg.define_asset_job(
        "fingerprints",
        selection=dg.AssetSelection.assets(FINGERPRINTS),
        tags={LAYER: "fingerprints"},
        description="Reads the files of the months that changed.",
    )
}
DRAW = {
    "all": dg.define_asset_job(
        "thumbnails",
        selection=dg.AssetSelection.assets(THUMBNAILS),
        tags={LAYER: "thumbnails"},
        description="Lists the thumbnails of the months that changed and draws what is missing.",
    )
}
JOIN = {
    "all": dg.define_asset_job(
        "photos_and_metadata",
        selection=dg.AssetSelection.assets(PHOTOS, LOOKALIKES, UNIFIED, CONFLICTS),
        tags={LAYER: "joins"},
        description="Joins all items to photos, finds those that look alike, and joins all "
        "metadata to one view.",
    )
}


@dg.definitions
def jobs() -> dg.Definitions:
    """Return all jobs."""
    groups = (OBSERVE, CATALOG, FINGERPRINT, DRAW, JOIN)
    return dg.Definitions(jobs=[job for group in groups for job in group.values()])
