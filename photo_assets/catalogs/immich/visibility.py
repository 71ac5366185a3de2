"""Who sees an asset of Immich beside its owner, and the levels that its words stand for.

Albums are shared with people, or by a link that anyone can open.
"""

from collections.abc import Iterable
from typing import Final

from photo_assets.catalogs.online.service import Record
from photo_assets.model.visibility import ServiceVisibility, StatedVisibility, most_open
from photo_assets.model.vocabulary import Visibility

_LOCKED, _TIMELINE = "locked", "timeline"
_LINK, _SHARED = "album with a link", "shared album"

VISIBILITY: Final = ServiceVisibility(
    levels={
        _LOCKED: Visibility.LOCKED,
        _TIMELINE: Visibility.PRIVATE,
        "archive": Visibility.PRIVATE,
        "hidden": Visibility.PRIVATE,
        _SHARED: Visibility.FRIENDS,
        _LINK: Visibility.UNLISTED,
    },
    always_states=True,
    note="`archive` and `hidden` change where the owner sees it. Links to single assets, and "
    "partners who see a whole library, are not read. A password of a link is not considered.",
)


def visibility_of(record: Record, albums: Iterable[Record]) -> StatedVisibility:
    """Return who sees an asset: of what opens it, the most open one; a locked one is locked.

    Servers before the locked folder state no visibility: nothing restricts an asset of theirs.
    """
    own = VISIBILITY.stated(record.get("visibility") or _TIMELINE)
    if own.level is Visibility.LOCKED:
        return own
    heads = [album["head"] for album in albums]
    shared = [_SHARED for head in heads if head["shared"]]
    links = [_LINK for head in heads if head["hasSharedLink"]]
    found = most_open([own, *map(VISIBILITY.stated, [*shared, *links])])
    assert found is not None
    return found
