"""Who sees an album and an image on SmugMug, and the levels that its words stand for.

The records are kept by `fields`; nothing is requested here.
"""

from collections.abc import Iterable
from typing import Final

from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.smugmug.fields import PLACE
from photo_assets.model.visibility import ServiceVisibility, StatedVisibility, most_open
from photo_assets.model.vocabulary import Visibility

_HIDDEN, _OPEN = "Hidden", "None"

VISIBILITY: Final = ServiceVisibility(
    levels={
        "Public": Visibility.PUBLIC,
        "Unlisted": Visibility.UNLISTED,
        "Password": Visibility.FRIENDS,
        "GrantAccess": Visibility.FRIENDS,
        "Private": Visibility.PRIVATE,
        _HIDDEN: Visibility.PRIVATE,
    },
    always_states=True,
    note="The most restrictive one of an album and of the folders around it counts, and of several "
    "albums the most open one. Searchability changes who finds an image, not who may see it.",
)


def visibility_of(album: Record) -> StatedVisibility:
    """Return who sees the images of an album.

    Its own privacy and that of the folders around it apply, as the service states it for the
    album's node, and so do a password, and access granted to single persons.
    """
    place = album.get(PLACE) or {}
    security = (place.get("EffectiveSecurityType"), album.get("SecurityType"))
    return VISIBILITY.stated(
        place.get("EffectivePrivacy"),
        album.get("Privacy"),
        *(one for one in security if one != _OPEN),
    )


def visibility_in(albums: Iterable[Record], *, hidden: bool) -> StatedVisibility:
    """Return who sees an image that is in these albums.

    That of the most open album, because whoever sees that one sees the image; never more than it
    allows. A hidden image is seen by its owner alone. Of an image in no album it is not known.
    """
    found = most_open(map(visibility_of, albums))
    if hidden and found is not None:
        return VISIBILITY.stated(_HIDDEN)
    return found or VISIBILITY.stated(None)
