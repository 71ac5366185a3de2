"""Checks on photos: no item lost between layers, unique ids, no collision of short names."""

from collections.abc import Iterator

import dagster as dg

from photo_assets.defs.joins import chosen_masters, photos_due, photos_made, same_photo_answers
from photo_assets.defs.keys import PHOTOS
from photo_assets.identity.photos.checking import (
    colliding_names,
    count_followed,
    count_ids,
    count_members,
)
from photo_assets.ledger import PhotoRegistry
from photo_assets.workspace import Workspace

MEMBERS_CHECK = dg.AssetCheckSpec(
    "every_item_is_in_one_photo",
    asset=PHOTOS,
    blocking=True,
    description="Each catalog item is a member of exactly one photo, and each photo has a master.",
)
IDS_CHECK = dg.AssetCheckSpec(
    "photo_ids_are_unique", asset=PHOTOS, blocking=True, description="No two photos share a UUID."
)
NAMES_CHECK = dg.AssetCheckSpec(
    "short_names_do_not_collide",
    asset=PHOTOS,
    description="No two different contents have the same UII (the first 16 digits of their "
    "SHA-256). "
    "Photos with the same UII are not merged because of it.",
)

DECIDED_CHECK = dg.AssetCheckSpec(
    "decisions_are_followed",
    asset=PHOTOS,
    description="Two photos that a person decided to be one are one, and two that a person decided "
    "to be different are two, unless their files are the same. A decision is not followed if it "
    "contradicts another one, and waits while one of the photos is in no catalog. A file that a "
    "person chose for a missing one is the master of its photo.",
)

WHOLE_CHECK = dg.AssetCheckSpec(
    "incremental_joins_match_a_full_join",
    asset=PHOTOS,
    description="The last join of everything without a change, as in each nightly run, gave the "
    "same "
    "tables as the incremental joins before it.",
)


def every_item_is_in_one_photo(workspace: Workspace) -> dg.AssetCheckResult:
    """Each catalog item is a member of exactly one photo, and each photo has a master."""
    if superseded(workspace):
        return dg.AssetCheckResult(
            check_name=MEMBERS_CHECK.name,
            passed=True,
            metadata={"waiting_for_join": True},
        )
    found = count_members(workspace.lake)
    return dg.AssetCheckResult(
        check_name=MEMBERS_CHECK.name,
        passed=found.once,
        metadata={
            "items": found.items,
            "members": found.members,
            "photos": found.photos,
            "masters": found.masters,
        },
    )


def photo_ids_are_unique(workspace: Workspace) -> dg.AssetCheckResult:
    """No two photos share a UUID."""
    photos, ids = count_ids(workspace.lake)
    return dg.AssetCheckResult(
        check_name=IDS_CHECK.name, passed=photos == ids, metadata={"photos": photos, "ids": ids}
    )


def short_names_do_not_collide(workspace: Workspace) -> dg.AssetCheckResult:
    """No two different contents have the same UII (the first 16 digits of their SHA-256)."""
    collisions = colliding_names(workspace.lake)
    return dg.AssetCheckResult(
        check_name=NAMES_CHECK.name,
        passed=not collisions,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Not unique: {', '.join(collisions)}" if collisions else None,
        metadata={"collisions": len(collisions)},
    )


def decisions_are_followed(workspace: Workspace) -> dg.AssetCheckResult:
    """Photos are joined and separate, and have the masters, as people decided."""
    answers, masters = same_photo_answers(workspace), chosen_masters(workspace)
    registry, waits = PhotoRegistry(workspace.ledger), superseded(workspace)
    found = count_followed(workspace.lake, registry, answers, masters)
    return dg.AssetCheckResult(
        check_name=DECIDED_CHECK.name,
        passed=waits or not found.broken,
        metadata={
            "joined": found.joined,
            "waiting": found.waiting,
            "contradicted": found.contradicted,
            "not_followed": 0 if waits else found.broken,
            "waiting_for_join": waits,
        },
    )


def incremental_joins_match_a_full_join(workspace: Workspace) -> dg.AssetCheckResult:
    """The last join of everything gave the same tables as the incremental joins before it."""
    made = photos_made(workspace)
    months = list(made.otherwise) if made else []
    return dg.AssetCheckResult(
        check_name=WHOLE_CHECK.name,
        passed=not months,
        description=f"The tables differ for {', '.join(months[:12])}. The new ones were stored; "
        "please "
        "report this."
        if months
        else None,
        metadata={"differing_months": len(months)},
    )


def photo_checks(workspace: Workspace) -> Iterator[dg.AssetCheckResult]:
    """Yield the results of all checks, from the stored tables."""
    yield every_item_is_in_one_photo(workspace)
    yield photo_ids_are_unique(workspace)
    yield short_names_do_not_collide(workspace)
    yield decisions_are_followed(workspace)
    yield incremental_joins_match_a_full_join(workspace)


def superseded(workspace: Workspace) -> bool:
    """Return whether items changed since the last join; the next join then decides."""
    return bool(photos_due(workspace))
