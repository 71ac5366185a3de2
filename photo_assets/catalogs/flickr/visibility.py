"""Who sees a photo on Flickr: its flags, and the levels that they stand for.

Who sees the photo's place is another setting, which is kept in extras.
"""

from collections.abc import Mapping
from typing import Any, Final

from photo_assets.catalogs.flickr.values import flag
from photo_assets.model.visibility import ServiceVisibility, StatedVisibility
from photo_assets.model.vocabulary import Visibility

_PUBLIC, _FRIENDS, _FAMILY, _BOTH, _PRIVATE = (
    *("public", "friends", "family", "friends and family", "private"),
)

VISIBILITY: Final = ServiceVisibility(
    levels={
        _PUBLIC: Visibility.PUBLIC,
        _FRIENDS: Visibility.FRIENDS,
        _FAMILY: Visibility.FRIENDS,
        _BOTH: Visibility.FRIENDS,
        _PRIVATE: Visibility.PRIVATE,
    },
    always_states=True,
    note="Safety level and the option to hide a photo from searches change who finds it, not who "
    "may see it. Guest passes are not read.",
)


def visibility_of(record: Mapping[str, Any]) -> StatedVisibility:
    """Return who may see a photo. Friends and family are one level, and two words."""
    public, friend, family = (
        flag(record.get(name)) for name in ("ispublic", "isfriend", "isfamily")
    )
    if public:
        return VISIBILITY.stated(_PUBLIC)
    if friend or family:
        return VISIBILITY.stated(_BOTH if friend and family else _FRIENDS if friend else _FAMILY)
    return VISIBILITY.stated(None if public is None else _PRIVATE)
