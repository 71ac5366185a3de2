"""Who sees a file: Drive's permissions as a level of visibility, and in full for the privacy audit.

The permissions are stated only to those who may share the file, and never for files of shared
drives. Then the ids of the permissions say whether anyone may see it; where these are not stated
either, the level is the least that is certain.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.catalogs.google_drive.records import Record
from photo_assets.catalogs.online import google_values as values
from photo_assets.model.vocabulary import Visibility

_ANYONE: Final = {"anyone": Visibility.PUBLIC, "anyoneWithLink": Visibility.UNLISTED}
"""Ids of the permissions for everyone: found by search, or by the link alone."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """`grants` as stated, without the owner's own. `is_whole`: whether Drive states all of them."""

    visibility: Visibility | None
    is_whole: bool
    grants: list[dict[str, Any]] = field(default_factory=list)


def sharing_of(record: Record) -> Sharing:
    """Return who sees a file.

    Named people, groups and a company are `FRIENDS`: a limited circle. A link for anyone is
    `UNLISTED`, one that search finds `PUBLIC`.
    """
    if isinstance(record.get("permissions"), list):
        grants = [_grant(one) for one in values.parts(record, "permissions") if _counts(one)]
        return Sharing(_level_of(grants), True, sorted(grants, key=str))
    for name, level in _ANYONE.items():
        if name in values.texts(record, "permissionIds"):
            return Sharing(level, False)
    in_shared_drive = values.text(record.get("driveId")) is not None
    if record.get("shared") is False:
        return Sharing(Visibility.PRIVATE, True)
    if record.get("shared") is True or in_shared_drive:
        return Sharing(Visibility.FRIENDS, False)
    return Sharing(None, False)


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


def _level_of(grants: list[dict[str, Any]]) -> Visibility:
    levels = [Visibility.PRIVATE]
    for grant in grants:
        if grant.get("type") != "anyone":
            levels.append(Visibility.FRIENDS)
        else:
            found = grant.get("allowFileDiscovery") is True
            levels.append(Visibility.PUBLIC if found else Visibility.UNLISTED)
    return max(levels, key=list(Visibility).index)
