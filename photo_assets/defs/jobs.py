"""All jobs of the project, started by sensors, schedules and `photosync`."""

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.keys import (
    ALBUM_NAMES,
    ALBUM_NAMES_PLAN,
    ALBUMS,
    CONFLICTS,
    DESCRIPTIONS,
    EMBEDDINGS,
    FINGERPRINTS,
    HISTORY,
    LOOKALIKES,
    MIRRORS,
    ORIGINALS,
    PHOTOS,
    SINK_OUTCOMES,
    SINK_PLANS,
    STORES_CHECK,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
    agrees_check,
    catalog_key,
    follows_check,
    further_keys,
    refused_check,
    source_key,
)
from photo_assets.defs.tags import LAYER, READ_STORES, SINK, SOURCE
from photo_assets.sinks.registry import spec_of

OBSERVE = {
    source: dg.define_asset_job(
        f"observe_{source}",
        selection=dg.AssetSelection.assets(source_key(source)),
        tags={LAYER: "source", SOURCE: source},
        description=f"Reads the {source} catalogs and reports the months that changed.",
    )
    for source in SOURCES
}
CATALOG = {
    source: dg.define_asset_job(
        f"catalog_{source}",
        selection=dg.AssetSelection.assets(catalog_key(source)),
        tags={LAYER: "catalog", SOURCE: source},
        description=f"Writes the changed months of catalog/{source}.",
    )
    for source in SOURCES
}
FURTHER = {
    key: dg.define_asset_job(
        key.path[-1],
        selection=dg.AssetSelection.assets(key),
        tags={LAYER: "catalog", SOURCE: source},
        description=f"Writes {key.to_user_string()} from the last scans.",
    )
    for source in SOURCES
    for key in further_keys(source)
}
FINGERPRINT = {
    "all": dg.define_asset_job(
        "fingerprints",
        selection=dg.AssetSelection.assets(FINGERPRINTS),
        tags={LAYER: "fingerprints"},
        description="Reads the files of the changed months and computes their fingerprints.",
    )
}
DRAW = {
    "all": dg.define_asset_job(
        "thumbnails",
        selection=dg.AssetSelection.assets(THUMBNAILS),
        tags={LAYER: "thumbnails"},
        description="Counts the thumbnails of the changed months and creates missing ones.",
    )
}
COPY = {
    "all": dg.define_asset_job(
        "originals",
        selection=dg.AssetSelection.assets(ORIGINALS),
        tags={LAYER: "originals"},
        description="Copies the originals of the changed months to the stores that lack them.",
    )
}
RECORD = {
    "all": dg.define_asset_job(
        "history",
        selection=dg.AssetSelection.assets(HISTORY),
        tags={LAYER: "history"},
        description="Commits what changed to the git repository of the history.",
    )
}
JOIN = {
    "photos": dg.define_asset_job(
        "photos",
        selection=dg.AssetSelection.assets(PHOTOS),
        tags={LAYER: "joins"},
        description="Joins items into photos.",
    ),
    "lookalikes": dg.define_asset_job(
        "lookalikes",
        selection=dg.AssetSelection.assets(LOOKALIKES),
        tags={LAYER: "lookalikes"},
        description="Finds the photos that look alike.",
    ),
    "metadata": dg.define_asset_job(
        "metadata",
        selection=dg.AssetSelection.assets(UNIFIED, CONFLICTS, VISIBILITY),
        tags={LAYER: "metadata"},
        description="Updates the unified metadata, the conflicts and the visibility of months "
        "whose photos changed.",
    ),
    "albums": dg.define_asset_job(
        "albums",
        selection=dg.AssetSelection.assets(ALBUMS),
        tags={LAYER: "albums"},
        description="Makes the canonical names of all albums; changes no name.",
    ),
}
DESCRIBE = {
    "all": dg.define_asset_job(
        "descriptions",
        selection=dg.AssetSelection.assets(DESCRIPTIONS),
        tags={LAYER: "ai"},
        description="Asks the AI endpoint about the chosen photos; a person approves the replies.",
    )
}
EMBED = {
    "all": dg.define_asset_job(
        "embeddings",
        selection=dg.AssetSelection.assets(EMBEDDINGS),
        tags={LAYER: "embeddings"},
        description="Computes the vectors of pictures that are new or changed, on this machine.",
    )
}
PLAN = {
    sink: dg.define_asset_job(
        f"{sink}_plan",
        selection=dg.AssetSelection.assets(SINK_PLANS[sink]),
        tags={LAYER: "plans", SINK: sink},
        description=f"Plans the writes to {sink}; sends nothing.",
    )
    for sink in SINK_PLANS
}
WRITE = {
    sink: dg.define_asset_job(
        SINK_OUTCOMES[sink].path[-1],
        selection=dg.AssetSelection.assets(SINK_OUTCOMES[sink]).without_checks()
        | dg.AssetSelection.checks(follows_check(sink), refused_check(sink)),
        tags={LAYER: "sinks", SINK: sink},
        description=f"Writes the current plan to {sink}, or continues it after an interruption.",
    )
    for sink in SINK_PLANS
}
MIRROR = {
    sink: dg.define_asset_job(
        f"mirror_{sink}",
        selection=dg.AssetSelection.assets(key),
        tags={LAYER: "sinks", SINK: sink},
        description=f"Reads people's changes in {spec_of(sink).title}; sends nothing.",
    )
    for sink, key in MIRRORS.items()
}
VERIFY_SINK = {
    sink: dg.define_asset_job(
        f"verify_{sink}",
        selection=dg.AssetSelection.checks(agrees_check(sink)),
        tags={LAYER: "sinks", SINK: sink},
        description=f"Reads {sink} back and compares it with the written rows; sends nothing.",
    )
    for sink in SINK_PLANS
}

PLAN_NAMES = dg.define_asset_job(
    "album_names_plan",
    selection=dg.AssetSelection.assets(ALBUM_NAMES_PLAN),
    tags={LAYER: "plans"},
    description="Plans new names of albums; sends nothing.",
)
RENAME = dg.define_asset_job(
    "album_names",
    selection=dg.AssetSelection.assets(ALBUM_NAMES),
    tags={LAYER: "sinks"},
    description="Changes the approved names of albums.",
)
VERIFY_STORES = dg.define_asset_job(
    "verify_stores",
    selection=dg.AssetSelection.checks(STORES_CHECK),
    tags={LAYER: "originals", READ_STORES: "true"},
    description="Reads the next `vault.nightly_percent` of each store; changes nothing there.",
)

NIGHT_JOB = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.groups(
        *("catalog", "identity", "metadata", "vault", "sink", "mirror")
    ),
    description="The nightly reconcile of everything; its schedule starts one run per part.",
)


@dg.definitions
def jobs() -> dg.Definitions:
    """Return all jobs."""
    groups = (
        OBSERVE,
        CATALOG,
        FINGERPRINT,
        DRAW,
        COPY,
        JOIN,
        RECORD,
        DESCRIBE,
        EMBED,
        PLAN,
        WRITE,
        MIRROR,
        VERIFY_SINK,
    )
    others = (NIGHT_JOB, VERIFY_STORES, PLAN_NAMES, RENAME, *FURTHER.values())
    return dg.Definitions(jobs=[*others, *(job for group in groups for job in group.values())])
