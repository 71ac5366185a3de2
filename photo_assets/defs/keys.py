"""The keys of the asset graph, layer by layer."""

from collections.abc import Iterable

import dagster as dg

from photo_assets.catalogs.discovery.further import further_asset
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.sinks.engine.sink_tables import mirror_asset, outcome_asset
from photo_assets.sinks.registry import SPECS, sinks
from photo_assets.sinks.spec import Input


def source_key(source: str) -> dg.AssetKey:
    """Return the key of the external source.

    The UI's sidebar shows only the last part of a key, so no two assets share one.
    """
    return dg.AssetKey(["source", f"{source}_source"])


def catalog_key(source: str) -> dg.AssetKey:
    """Return the key of the monthly table of a source's items."""
    return dg.AssetKey(["catalog", source])


def further_keys(source: str) -> list[dg.AssetKey]:
    """Return the keys of a source's tables beside its items."""
    return [dg.AssetKey(list(further_asset(one))) for one in spec_of(source).further_tables]


CATALOGS = [catalog_key(source) for source in SOURCES]
FINGERPRINTS = dg.AssetKey(["identity", "fingerprints"])
ORIGINALS = dg.AssetKey(["vault", "originals"])
HISTORY = dg.AssetKey(["vault", "history"])
THUMBNAILS = dg.AssetKey(["vault", "thumbnails"])
PHOTOS = dg.AssetKey(["identity", "photos"])
LOOKALIKES = dg.AssetKey(["identity", "lookalikes"])
UNIFIED = dg.AssetKey(["metadata", "unified"])
CONFLICTS = dg.AssetKey(["metadata", "conflicts"])
VISIBILITY = dg.AssetKey(["metadata", "visibility"])
DESCRIPTIONS = dg.AssetKey(["ai", "descriptions"])
ALBUMS = dg.AssetKey(["metadata", "albums"])
ALBUM_NAMES_PLAN = dg.AssetKey(["sink", "album_names_plan"])
ALBUM_NAMES = dg.AssetKey(["sink", "album_names"])
EMBEDDINGS = dg.AssetKey(["ai", "embeddings"])

SINK_PLANS = {sink: dg.AssetKey(["sink", f"{sink}_plan"]) for sink in sinks()}
SINK_OUTCOMES = {sink: dg.AssetKey(list(outcome_asset(sink))) for sink in sinks()}
MIRRORS = {spec.name: dg.AssetKey(list(mirror_asset(spec.name))) for spec in SPECS if spec.mirror}


def input_keys(inputs: Iterable[Input]) -> list[dg.AssetKey]:
    """Return the keys of the inputs of a sink's plan."""
    return [dg.AssetKey(list(path)) for one in inputs for path in one.of(SOURCES)]


def follows_check(sink: str) -> dg.AssetCheckKey:
    """Return the key of the check that a sink follows the unified view within its window."""
    return dg.AssetCheckKey(SINK_OUTCOMES[sink], "follows_the_view")


def refused_check(sink: str) -> dg.AssetCheckKey:
    """Return the key of the check that no row was refused by the service."""
    return dg.AssetCheckKey(SINK_OUTCOMES[sink], "nothing_was_refused")


STORES_CHECK = dg.AssetCheckKey(ORIGINALS, "stores_are_intact")
"""The check that reads the copies in the stores."""


def agrees_check(sink: str) -> dg.AssetCheckKey:
    """Return the key of the check that the service still has the written rows."""
    return dg.AssetCheckKey(SINK_OUTCOMES[sink], "written_rows_are_unchanged")
