"""The keys of the asset graph, layer by layer."""

import dagster as dg

from photo_assets.catalogs.registry import SOURCES


def source_key(source: str) -> dg.AssetKey:
    """Return the key of the outside place."""
    return dg.AssetKey(["source", source])


def catalog_key(source: str) -> dg.AssetKey:
    """Return the key of the monthly table made from it."""
    return dg.AssetKey(["catalog", source])


CATALOGS = [catalog_key(source) for source in SOURCES]
FINGERPRINTS = dg.AssetKey(["identity", "fingerprints"])
THUMBNAILS = dg.AssetKey(["vault", "thumbnails"])
PHOTOS = dg.AssetKey(["identity", "photos"])
LOOKALIKES = dg.AssetKey(["identity", "lookalikes"])
UNIFIED = dg.AssetKey(["metadata", "unified"])
CONFLICTS = dg.AssetKey(["metadata", "conflicts"])
