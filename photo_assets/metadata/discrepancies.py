"""The discrepancies of one photo's visibility: what more people may see than intended. Pure.

Where the values come from, and where the result is stored, is decided elsewhere.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from photo_assets.model.permits import Level
from photo_assets.model.visibility import (
    STATES_NONE,
    ServiceVisibility,
    exposure,
    level_of,
    levels_known,
    most_restrictive,
)
from photo_assets.model.vocabulary import Availability, Visibility

_SHOWN = frozenset({Availability.ONLINE, Availability.OFFLINE})


class DiscrepancyKind(StrEnum):
    """The kind of discrepancy."""

    TOO_VISIBLE = "too_visible"  # above the effective level, or the decided one
    UNKNOWN = "unknown"  # its catalog does not tell, or in words that this version does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenItem:
    """Who sees one item, as its catalog states it; the fields of `tables.SEEN_ITEM`."""

    source: str
    catalog: str
    native_id: str
    level: Visibility
    stated: str
    since: datetime | None
    availability: str

    @property
    def place(self) -> str:
        """The item's catalog, as approvals name it."""
        return f"{self.source}/{self.catalog}"

    @property
    def is_shown(self) -> bool:
        """Whether its service still shows the item: a deleted or trashed one is seen by nobody."""
        return self.availability in _SHOWN

    def to_row(self) -> dict[str, Any]:
        """Return the row of `tables.SEEN_ITEM`."""
        return {name: getattr(self, name) for name in SeenItem.__slots__}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "SeenItem":
        """Return the item of a stored row."""
        return cls(**{**row, "level": level_of(row["level"])})


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """The visibility of one photo: its items, and the level that a person decided."""

    photo_id: str
    items: Sequence[SeenItem]
    wanted: Visibility | None = None

    @property
    def effective(self) -> Visibility:
        """The level that applies: the most restrictive one of all items, unknown if one is."""
        found = most_restrictive(item.level for item in self.items)
        return Visibility.UNKNOWN if found is None else found

    @property
    def highest(self) -> Visibility | None:
        """The most visible level at which a catalog shows the photo."""
        levels = (item.level for item in self.items if item.is_shown)
        return max(levels, key=exposure, default=None)

    @property
    def highest_at(self) -> list[str]:
        """The catalogs that show the photo at that level."""
        highest = self.highest
        return sorted({i.place for i in self.items if i.is_shown and i.level is highest})

    def discrepancies(
        self, approved: Collection[Level], services: Mapping[str, ServiceVisibility]
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of `tables.DISCREPANCY`, in the order of the items.

        An item above the intended level is one, unless its level is approved. So is an item of an
        unknown level, unless it is approved to be public: it counts as most visible.
        """
        intended = self._intended()
        for item in self.items:
            level, unknown = item.level, item.level is Visibility.UNKNOWN
            if not item.is_shown or exposure(level) <= exposure(intended):
                continue
            asked = level_to_approve(level)
            if Level(photo_id=self.photo_id, target=item.place, level=asked) in approved:
                continue
            kind = DiscrepancyKind.UNKNOWN if unknown else DiscrepancyKind.TOO_VISIBLE
            service = services.get(item.source, STATES_NONE)
            row = {name: getattr(item, name) for name in _OF_ITEM}
            close = _close(item, asked, service.highest_within(intended))
            yield {"kind": kind.value, **row, "level": level.value, "close": close}

    def _intended(self) -> Visibility:
        """The most restrictive known level, or the decided one if that is lower.

        A decision never excuses a more visible item: that needs an approval.
        """
        known = levels_known(item.level for item in self.items)
        wanted = [] if self.wanted is None else [self.wanted]
        return min([*known, *wanted], key=exposure, default=Visibility.PRIVATE)


def level_to_approve(level: Visibility) -> Visibility:
    """Return the level whose approval closes a discrepancy: an unknown one counts as public."""
    return Visibility.PUBLIC if level is Visibility.UNKNOWN else level


_OF_ITEM = ("source", "catalog", "native_id", "stated", "since")


def _close(item: SeenItem, asked: Visibility, lower: Visibility | None) -> str:
    place = item.place
    do = f"Make it {lower.value} at {place}" if lower else f"Remove it from {place}"
    unknown = item.level is Visibility.UNKNOWN
    why = f", where “{item.stated}” does not tell who sees it" if unknown else ""
    return f"{do}{why}, or approve {asked.value} for it there."
