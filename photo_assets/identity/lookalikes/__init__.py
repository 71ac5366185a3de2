"""Photos that look alike: candidates for a person to decide on. Nothing is merged here."""

from photo_assets.identity.lookalikes.build import build_lookalikes
from photo_assets.identity.lookalikes.inputs import (
    LookalikeInputs,
    LookalikeOptions,
    LookalikeSummary,
    LookalikeTables,
)
from photo_assets.identity.lookalikes.search_digest import search_digest
from photo_assets.identity.lookalikes.turns import Turn

__all__ = [
    "LookalikeInputs",
    "LookalikeOptions",
    "LookalikeSummary",
    "LookalikeTables",
    "Turn",
    "build_lookalikes",
    "search_digest",
]
