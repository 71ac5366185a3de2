"""Resolving contested claims: one component on several photos, or several on one photo.

Values only; the query that finds the contested claims is in `register.py`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A component's claim on a photo.

    `continues`: one of its entries belonged to that photo before; `anchored`: it has the key that
    the photo's id was derived from; `by_content`: it has a blob or image data of the photo.
    """

    comp: int
    photo_id: str
    created_at: str
    continues: bool
    anchored: bool
    by_content: bool


@dataclass(frozen=True, slots=True)
class Contests:
    """The outcome: component -> photo, old id -> surviving id, component -> photo it split from."""

    photos: dict[int, str]
    merged: dict[str, str]
    split: dict[int, str]


def settle(claims: Iterable[Claim]) -> Contests:
    """Assign every claimed photo to one component, and every component at most one photo.

    A photo stays with its entries that have its anchor; known entries are preferred to new ones (an
    old copy found on a disk does not take the id from the edited picture). Of several merged photos
    the oldest id survives. The outcome does not depend on the order of claims.
    """
    claimants: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        claimants[claim.photo_id].append(claim)
    owned: dict[int, list[Claim]] = defaultdict(list)
    lost: dict[int, list[Claim]] = defaultdict(list)
    for rivals in claimants.values():
        winner, *others = sorted(rivals, key=_strength)
        owned[winner.comp].append(winner)
        for other in others:
            lost[other.comp].append(other)
    settled = Contests({}, {}, {})
    for comp, ones in owned.items():
        oldest, *others = sorted(ones, key=_age)
        settled.photos[comp] = oldest.photo_id
        settled.merged.update({other.photo_id: oldest.photo_id for other in others})
    for comp, ones in lost.items():
        if comp not in owned:
            settled.split[comp] = min(ones, key=_age).photo_id
    return settled


def _strength(claim: Claim) -> tuple[bool, bool, bool, int]:
    return (not claim.continues, not claim.anchored, not claim.by_content, claim.comp)


def _age(claim: Claim) -> tuple[str, str]:
    return (claim.created_at, claim.photo_id)
