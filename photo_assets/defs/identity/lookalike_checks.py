"""Checks on look-alikes: valid pairs, correct distances, and no flat pictures."""

import dagster as dg

from photo_assets.defs.joins import lookalikes_due
from photo_assets.defs.keys import LOOKALIKES
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.identity.lookalikes.checking import count_by_fingerprints, count_pairs
from photo_assets.workspace import Workspace


@dg.asset_check(asset=LOOKALIKES, blocking=True)
def pairs_are_of_two_photos(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Each pair is of two photos, listed once, and in a group."""
    found = count_pairs(library.workspace.lake)
    return dg.AssetCheckResult(
        passed=not (found.within_one_photo or found.without_group)
        and found.different == found.pairs,
        metadata={
            "pairs": found.pairs,
            "within_one_photo": found.within_one_photo,
            "without_group": found.without_group,
        },
    )


@dg.asset_check(asset=LOOKALIKES)
def pairs_are_as_close_as_stated(library: PhotoLibrary) -> dg.AssetCheckResult:
    """The distances match the fingerprints and do not exceed the configured maximum."""
    workspace = library.workspace
    most = workspace.settings.identity.lookalikes.distance
    found = count_by_fingerprints(workspace.lake, most)
    return dg.AssetCheckResult(
        passed=not (found.other_distance or found.too_far) or superseded(workspace),
        metadata={
            "other_distance": found.other_distance,
            "too_far": found.too_far,
            "allowed_bits": most,
        },
    )


@dg.asset_check(asset=LOOKALIKES)
def no_flat_picture_is_in_a_pair(library: PhotoLibrary) -> dg.AssetCheckResult:
    """No pair contains a picture without contrast, whose hash has no meaning."""
    workspace = library.workspace
    found = count_by_fingerprints(workspace.lake, workspace.settings.identity.lookalikes.distance)
    return dg.AssetCheckResult(
        passed=not found.flat or superseded(workspace),
        metadata={"pairs": found.pairs, "flat": found.flat},
    )


def superseded(workspace: Workspace) -> bool:
    """Return whether the inputs changed since the search; the next search then decides."""
    return lookalikes_due(workspace)
