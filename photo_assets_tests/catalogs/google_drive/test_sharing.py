"""Permissions as a level of visibility."""

from typing import Any

import pytest

from photo_assets.catalogs.google_drive.sharing import sharing_of
from photo_assets.model.vocabulary import Visibility
from photo_assets_tests.catalogs.google_drive.reading import extras, file, item
from photo_assets_tests.services.google_drive.resources import permission

_OWNER = permission("user", "owner", "me@photos.example", False)
_FRIEND = permission("user", "reader", "friend@photos.example", False)
_GROUP = permission("group", "writer", "club@photos.example", False)
_COMPANY = permission("domain", "reader", "photos.example", True)
_LINK = permission("anyone", "reader", None, False)
_PUBLIC = permission("anyone", "reader", None, True)


@pytest.mark.parametrize(
    ("permissions", "level"),
    [
        ([_OWNER], Visibility.PRIVATE),
        ([], Visibility.PRIVATE),
        ([_OWNER, _FRIEND], Visibility.FRIENDS),
        ([_GROUP, _OWNER], Visibility.FRIENDS),
        ([_OWNER, _COMPANY], Visibility.FRIENDS),
        ([_OWNER, _LINK], Visibility.UNLISTED),
        ([_FRIEND, _LINK, _OWNER], Visibility.UNLISTED),
        ([_OWNER, _PUBLIC], Visibility.PUBLIC),
        ([_PUBLIC, _LINK], Visibility.PUBLIC),
        ([_FRIEND, {**_FRIEND, "type": "something new"}], Visibility.UNKNOWN),
        ([_OWNER, {**_FRIEND, "deleted": True}], Visibility.PRIVATE),
        ([_OWNER, {**_FRIEND, "view": "metadata"}], Visibility.PRIVATE),
    ],
)
def test_the_level_of_permissions(permissions: list[dict[str, Any]], level: Visibility) -> None:
    sharing = sharing_of(file(permissions=permissions, shared=len(permissions) > 1))
    assert (sharing.visibility.level, sharing.is_whole) == (level, True)


@pytest.mark.parametrize(
    ("stated", "level", "whole"),
    [
        ({"shared": False}, Visibility.PRIVATE, True),
        ({"shared": True, "permissionIds": ["1", "2"]}, Visibility.FRIENDS, False),
        ({"shared": True, "permissionIds": ["1", "anyoneWithLink"]}, Visibility.UNLISTED, False),
        ({"shared": True, "permissionIds": ["anyone"]}, Visibility.PUBLIC, False),
        ({"shared": True}, Visibility.UNKNOWN, False),
        ({"shared": None, "driveId": "d", "permissionIds": ["1"]}, Visibility.FRIENDS, False),
        ({"shared": None, "driveId": "d"}, Visibility.UNKNOWN, False),
        (
            {"shared": None, "driveId": "d", "permissionIds": ["anyoneWithLink"]},
            Visibility.UNLISTED,
            False,
        ),
        ({"shared": None}, Visibility.UNKNOWN, False),
    ],
)
def test_without_permissions_only_what_is_certain(
    stated: dict[str, Any], level: Visibility, whole: bool
) -> None:
    record = file(**stated)
    sharing = sharing_of(record)
    assert (sharing.visibility.level, sharing.is_whole) == (level, whole)
    assert (sharing.visibility.words == "not stated") == (level is Visibility.UNKNOWN)
    assert extras(item(record)).get("gaps") == (None if whole else ["sharing"])


def test_whom_it_is_shared_with_is_kept_without_names_and_pictures() -> None:
    found = item(file(shared=True, permissions=[_OWNER, _LINK, _FRIEND]))
    assert extras(found)["sharing"] == [
        {"type": "anyone", "role": "reader", "allowFileDiscovery": False},
        {"type": "user", "role": "reader", "emailAddress": "friend@photos.example"},
    ]
    again = item(file(shared=True, permissions=[_FRIEND, _OWNER, _LINK]))
    assert again.digest() == found.digest(), "in any order that Drive states them"
