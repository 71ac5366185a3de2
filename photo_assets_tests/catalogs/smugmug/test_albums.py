"""Who sees an album and an image, which albums must be listed again, and the paths of albums."""

from typing import Any

import pytest

from photo_assets.catalogs.smugmug.albums import (
    images_concerned,
    must_be_listed,
    path_of,
    with_known,
)
from photo_assets.catalogs.smugmug.fields import album_record
from photo_assets.catalogs.smugmug.visibility import visibility_in, visibility_of
from photo_assets.model.vocabulary import Visibility


def album(
    privacy: str = "Public", effective: str | None = None, security: str = "None", **more: Any
) -> dict[str, Any]:
    place = {"EffectivePrivacy": effective or privacy, "EffectiveSecurityType": security}
    return {"AlbumKey": "k", "Privacy": privacy, "SecurityType": "None", "Place": place, **more}


@pytest.mark.parametrize(
    ("known", "level"),
    [
        (album("Public"), Visibility.PUBLIC),
        (album("Unlisted"), Visibility.UNLISTED),
        (album("Private"), Visibility.PRIVATE),
        (album("Public", effective="Private"), Visibility.PRIVATE),  # of a folder around it
        (album("Public", security="Password"), Visibility.FRIENDS),
        (album("Unlisted", security="GrantAccess"), Visibility.FRIENDS),
        (album("Private", security="Password"), Visibility.PRIVATE),
        (album("Private", security="SomethingNew"), Visibility.PRIVATE),
        (album("Public", security="SomethingNew"), Visibility.UNKNOWN),
        (album("SomethingNew"), Visibility.UNKNOWN),
        ({"AlbumKey": "k", "Privacy": "Public"}, Visibility.UNKNOWN),  # its folders are not told
        ({"AlbumKey": "k"}, Visibility.UNKNOWN),
    ],
)
def test_an_album_is_as_open_as_what_is_around_it(known: Any, level: Visibility) -> None:
    assert visibility_of(known).level is level


@pytest.mark.parametrize(
    ("albums", "hidden", "level", "words"),
    [
        (["Private", "Unlisted"], False, Visibility.UNLISTED, "Unlisted"),
        (["Private", "Public"], False, Visibility.PUBLIC, "Public"),
        (["Private", "Public"], True, Visibility.PRIVATE, "Hidden"),
        (["SomethingNew", "Public"], False, Visibility.PUBLIC, "Public"),
        (["SomethingNew", "Unlisted"], False, Visibility.UNKNOWN, "SomethingNew"),
        ([], False, Visibility.UNKNOWN, "not stated"),
    ],
)
def test_an_image_is_as_open_as_its_most_open_album(
    albums: list[str], hidden: bool, level: Visibility, words: str
) -> None:
    found = visibility_in(map(album, albums), hidden=hidden)
    assert (found.level, found.words) == (level, words)


def test_the_path_is_of_names_and_else_of_the_address() -> None:
    uri, parents = "/api/v2/node/n", "/api/v2/node/n!parents"
    stated = {"AlbumKey": "k", "Name": "Kids", "UrlPath": "/Our-Family/Kids", "Uris": {"Node": uri}}
    expansions = {
        uri: {"Node": {"EffectivePrivacy": "Public", "Uris": {"ParentNodes": parents}}},
        parents: {"Node": [{"Name": "Kids"}, {"Name": "Our Family"}, {"Name": ""}]},
    }
    assert path_of(album_record(stated, expansions)) == ("Our Family", "Kids")
    for missing in ({}, {uri: "not-an-object"}, {uri: expansions[uri]}):
        assert path_of(album_record(stated, missing)) == ("Our-Family", "Kids")


def test_a_password_is_not_kept() -> None:
    stated = {"AlbumKey": "k", "Password": "p4ss", "PasswordHint": "dog", "WebUri": "https://x"}
    assert album_record(stated, {}) == {"AlbumKey": "k"}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({}, False),
        ({"ImagesLastUpdated": "2"}, True),
        ({"LastUpdated": "2"}, True),
        ({"ImageCount": 9}, True),
        ({"SortMethod": "Date Taken"}, True),
        ({"Description": "x"}, False),
        ({"Privacy": "Private"}, False),
    ],
)
def test_which_albums_are_listed_again(change: dict[str, Any], again: bool) -> None:
    stated = album(ImagesLastUpdated="1", LastUpdated="1", ImageCount=1)
    known = {**stated, "Images": ["i"], "Processing": 0}
    assert must_be_listed({**stated, **change}, known) is again
    assert must_be_listed(stated, {**known, "Processing": 1})
    assert must_be_listed(stated, {**known, "Images": None})
    assert must_be_listed(stated, None)


def test_a_place_that_is_left_out_is_the_known_one() -> None:
    known = {**album("Public", UrlPath="/A"), "Images": ["i"]}
    told = {"AlbumKey": "k", "Privacy": "Public", "SecurityType": "None", "UrlPath": "/A"}
    assert with_known(told, known)["Place"] == known["Place"]
    assert "Place" not in with_known({**told, "UrlPath": "/B/A"}, known)
    assert with_known(told, None) == {**told, "Images": None}


def test_the_images_of_what_is_shown_otherwise() -> None:
    before = {"k": {**album(Name="A"), "Images": ["i", "j"]}, "l": {**album(), "Images": ["j"]}}
    after = {"k": {**album(Name="B"), "Images": ["i", "j"]}, "l": before["l"]}
    assert set(images_concerned(before, after)) == {"i", "j"}
    assert set(images_concerned(before, {"k": before["k"]})) == {"j"}
    counted = {**before, "k": {**before["k"], "ImageCount": 7}}
    assert set(images_concerned(before, counted)) == set()
