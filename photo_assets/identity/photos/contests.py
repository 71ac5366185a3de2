"""Settling claims where a component is several photos or several components are one.

Pure values; the query that finds the contested claims is in `register.py`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A component's claim on a photo.

    `continues`: an entry of it was that photo last time; `anchored`: it holds the key that the
    photo's id came from; `by_content`: it holds a blob or image data of the photo.
    """

    comp: int
    photo_id: str
    created_at: str
    continues: bool
    anchored: bool
    by_content: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome: component -> photo, old id -> surviving id, component -> photo it split from."""

    photos: dict[int, str]
    merged: dict[str, str]
    split: dict[int, str]


def settle(claims: Iterable[Claim]) -> Settled:
    """Give every claimed photo to one component, and every component at most one photo.

    A photo stays with those of its entries that hold its anchor; entries seen before come before
    ones that just turned up (an old copy found on a disk does not take the id from the edited
    picture). Of several photos that became one the oldest id survives. The outcome depends on no
    order.
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
    settled = Settled({}, {}, {})
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
