"""Who sees a file: Drive's permissions as a level of visibility, and in full for the privacy audit.

The permissions are stated only to those who may share the file, and never for files of shared
drives. Then the ids of the permissions say whether anyone may see it; where these are not stated
either, the level is unknown.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.catalogs.google_drive.records import Record
from photo_assets.catalogs.online import google_values as values
from photo_assets.model.visibility import ServiceVisibility, StatedVisibility, most_open
from photo_assets.model.vocabulary import Visibility

_ANYONE, _LINK, _SOME, _NOBODY = "anyone", "anyone with the link", "shared", "not shared"

VISIBILITY: Final = ServiceVisibility(
    levels={
        _ANYONE: Visibility.PUBLIC,
        _LINK: Visibility.UNLISTED,
        "domain": Visibility.FRIENDS,
        "group": Visibility.FRIENDS,
        "user": Visibility.FRIENDS,
        _SOME: Visibility.FRIENDS,
        _NOBODY: Visibility.PRIVATE,
    },
    always_states=True,
    note="`anyone`: search finds the file. `domain`: everybody in a company, with or without the "
    "link. `shared`: Drive does not list the permissions to this account, but none of them is for "
    "anyone.",
)

_IDS: Final = {"anyone": _ANYONE, "anyoneWithLink": _LINK}
"""Ids of the permissions for everyone: found by search, or by the link alone."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """`grants` as stated, without the owner's own. `is_whole`: whether Drive states all of them."""

    visibility: StatedVisibility
    is_whole: bool
    grants: list[dict[str, Any]] = field(default_factory=list)


def sharing_of(record: Record) -> Sharing:
    """Return who sees a file, by the permission that opens it most."""
    if isinstance(record.get("permissions"), list):
        grants = [_grant(one) for one in values.parts(record, "permissions") if _counts(one)]
        stated = most_open(VISIBILITY.stated(_word_of(grant)) for grant in grants)
        found = stated or VISIBILITY.stated(_NOBODY)
        return Sharing(found, True, sorted(grants, key=str))
    ids = values.texts(record, "permissionIds")
    for name, word in _IDS.items():
        if name in ids:
            return Sharing(VISIBILITY.stated(word), False)
    if record.get("shared") is False:
        return Sharing(VISIBILITY.stated(_NOBODY), True)
    return Sharing(VISIBILITY.stated(_SOME if ids else None), False)


def _counts(permission: Record) -> bool:
    """Return whether a permission lets anyone but the owner see the content."""
    return (
        permission.get("role") != "owner"
        and permission.get("deleted") is not True
        and permission.get("view") != "metadata"
    )


def _grant(permission: Record) -> dict[str, Any]:
    """Return a permission without names: type, role, and an address where it has one."""
    kept = ("type", "role", "emailAddress", "domain", "allowFileDiscovery", "expirationTime")
    return {name: permission[name] for name in kept if permission.get(name) is not None}


def _word_of(grant: dict[str, Any]) -> object:
    if grant.get("type") != "anyone":
        return grant.get("type")
    return _ANYONE if grant.get("allowFileDiscovery") is True else _LINK
