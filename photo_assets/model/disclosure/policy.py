"""The disclosure settings of one destination of photos."""

from dataclasses import dataclass
from typing import Any

from photo_assets.model.disclosure.columns import Treatment
from photo_assets.model.vocabulary import Availability, Visibility

_SEEN = frozenset(Visibility) - {Visibility.LOCKED, Visibility.UNKNOWN}
_THERE = frozenset(Availability) - {Availability.TRASHED}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePolicy:
    """`people`: names of people may be shown; `gps`: coordinates; `archived`: archived photos.

    `private`: photos that a catalog marks as private; a destination of the owner's own shows them.
    """

    people: bool
    gps: bool
    archived: bool
    private: bool = True

    def allows(self, treatment: Treatment) -> bool:
        """Return whether a column of this treatment is shown at all."""
        match treatment:
            case Treatment.NEVER:
                return False
            case Treatment.PLACE:
                return self.gps
            case Treatment.PEOPLE:
                return self.people
        return True

    def admits(self, visibility: Any, availability: Any, archived: Any) -> bool:
        """Return whether a photo or an item in this state is shown at all.

        Locked and trashed ones are never shown, and neither are states that this version or a
        catalog's reader does not know.
        """
        return (
            (visibility is None or visibility in _SEEN)
            and (self.private or visibility != Visibility.PRIVATE)
            and (availability is None or availability in _THERE)
            and (self.archived or not archived)
        )
