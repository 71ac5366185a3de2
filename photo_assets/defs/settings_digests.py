"""The settings that affect the content of each asset. They are part of its code version.

A change to one of them makes exactly that asset stale and has it rebuilt. Settings for speed,
schedules and locations are not part of any code version.
"""

import hashlib
from collections.abc import Mapping

import dagster as dg

from photo_assets.albums.collecting import name_form
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.defs.keys import (
    ALBUMS,
    CONFLICTS,
    LOOKALIKES,
    PHOTOS,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
)
from photo_assets.sinks.inputs import content_settings


def settings_digests(settings: PhotosyncSettings) -> Mapping[dg.AssetKey, str]:
    """Return a short digest of the settings that affect each asset, by asset key."""
    rules = settings.metadata.model_dump_json()
    texts = {
        PHOTOS: " ".join(settings.identity.master_priority),
        LOOKALIKES: settings.identity.lookalikes.model_dump_json(),
        UNIFIED: rules,
        CONFLICTS: rules,
        VISIBILITY: rules,
        ALBUMS: str(name_form(settings.albums)),
        THUMBNAILS: settings.thumbnails.model_dump_json(),
        **{key: content_settings(settings.sinks, sink) for sink, key in SINK_PLANS.items()},
    }
    return {key: hashlib.sha256(text.encode()).hexdigest()[:8] for key, text in texts.items()}
