"""The position in Flickr's list of updates: a time, and the updates at about that time.

Flickr states times in whole seconds and promises no order within one. So the list is read again
from a little before the newest update that was seen, and the updates seen there are named.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.catalogs.flickr.values import whole
from photo_assets.model.canonical import canonical

_OVERLAP_S: Final = 60
_FIRST_S: Final = 1


@dataclass(frozen=True, slots=True)
class Position:
    """`newest`: Unix seconds of the newest update seen. `seen`: photo id -> time of its update.

    `account`: whose updates these are, the name that the sign-in states.
    """

    newest: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)
    account: str = ""

    @property
    def since(self) -> int:
        """The time from which updates are asked for, Unix seconds."""
        return max(_FIRST_S, self.newest - _OVERLAP_S)

    def is_new(self, photo: Mapping[str, Any]) -> bool:
        """Return whether an update was not seen before."""
        updated = whole(photo.get("lastupdate"))
        return updated is None or self.seen.get(photo["id"]) != updated

    def after(self, photos: Iterable[Mapping[str, Any]]) -> "Position":
        """Return the position after further updates."""
        times = {**self.seen, **{photo["id"]: whole(photo.get("lastupdate")) for photo in photos}}
        known = {photo_id: time for photo_id, time in times.items() if time is not None}
        newest = max((self.newest, *known.values()))
        close = {key: time for key, time in known.items() if time >= newest - _OVERLAP_S}
        return Position(newest, close, self.account)

    def as_text(self) -> str:
        """Return the position as text."""
        return canonical([self.newest, self.seen, self.account])


def position_of(text: str) -> Position:
    """Return the position that `as_text` wrote."""
    return Position(*json.loads(text))
