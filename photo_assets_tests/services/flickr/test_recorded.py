"""The stand-in beside bodies that were recorded of Flickr: the same keys, of the same types."""

import json
from pathlib import Path
from typing import Any

import pytest

from photo_assets_tests.services.flickr.account import Account
from photo_assets_tests.services.flickr.bodies import SIZES
from photo_assets_tests.services.flickr.methods import answer

Json = dict[str, Any]

_EXTRAS = (
    "description,license,date_upload,date_taken,owner_name,icon_server,original_format,"
    "last_update,geo,tags,machine_tags,views,media,path_alias,"
    + ",".join(f"url_{size}" for size in (*SIZES, "o"))
)

#: Keys that Flickr has added since the bodies were recorded.
_ADDED = {"photos.photo.datetakenunknown", "photoset.photo.datetakenunknown"}
#: Parts of photos.getInfo that are of no use here.
_LEFT_OUT = tuple(
    f"photo.{part}"
    for part in (
        *("permissions", "editability", "publiceditability", "usage", "comments", "notes"),
        *(
            "location",
            "geoperms",
            "owner.realname",
            "owner.location",
            "owner.icon",
            "owner.path_alias",
        ),
    )
)


@pytest.fixture
def account() -> Account:
    """An account with a photo and a set that have all that the recorded ones have."""
    account = Account()
    photo = account.add_photo(
        title="Jon Snow",
        description="It's a photo",
        public=True,
        tags=("foo", "vision:night=0.77"),
        place=(45.807258, 15.967599, 11),
    )
    account.add_set("Set", [photo], description="It's a set")
    return account


def _recorded(real_data: Path, name: str) -> Json:
    path = real_data / "flickr" / f"{name}.json"
    if not path.is_file():
        pytest.skip("no recorded bodies of Flickr here")
    body: Json = json.loads(path.read_text(encoding="utf-8"))
    return body


def _shape(value: Any, path: str = "") -> dict[str, str]:
    """Return path -> type for every key on any level; of a list, its first entry speaks for all."""
    if isinstance(value, list):
        return _shape(value[0], path) if value else {}
    if not isinstance(value, dict):
        return {}
    shape: dict[str, str] = {}
    for key, part in value.items():
        below = f"{path}.{key}" if path else key
        shape |= {below: type(part).__name__, **_shape(part, below)}
    return shape


@pytest.mark.parametrize(
    ("name", "method", "given"),
    [
        ("people_getPhotos", "people.getPhotos", {"user_id": "me"}),
        ("people_getPhotos_1", "people.getPhotos", {"user_id": "me", "extras": _EXTRAS}),
        (
            "photos_recentlyUpdated",
            "photos.recentlyUpdated",
            {"min_date": "1", "extras": _EXTRAS},
        ),
        ("photos_recentlyUpdated_1", "photos.recentlyUpdated", {"min_date": "1"}),
        ("photos_search_1", "photos.search", {"user_id": "me", "extras": _EXTRAS}),
        ("photosets_getList", "photosets.getList", {}),
        ("photosets_getPhotos", "photosets.getPhotos", {"photoset_id": "$set"}),
        (
            "photosets_getPhotos_1",
            "photosets.getPhotos",
            {"photoset_id": "$set", "extras": _EXTRAS},
        ),
        ("photos_getInfo", "photos.getInfo", {"photo_id": "$photo"}),
        ("photos_getSizes", "photos.getSizes", {"photo_id": "$photo"}),
        ("people_getUploadStatus", "people.getUploadStatus", {}),
        ("photos_licenses_getInfo", "photos.licenses.getInfo", {}),
    ],
)
def test_an_answer_has_the_keys_and_types_of_the_recorded_one(
    real_data: Path, account: Account, name: str, method: str, given: dict[str, str]
) -> None:
    ids = {"$photo": next(iter(account.photos)), "$set": next(iter(account.sets))}
    arguments = {key: ids.get(value, value) for key, value in given.items()}
    recorded = {
        path: kind
        for path, kind in _shape(_recorded(real_data, name)).items()
        if not path.startswith(_LEFT_OUT)
    }
    ours = _shape(answer(account, f"flickr.{method}", arguments))
    assert {path: kind for path, kind in ours.items() if path not in _ADDED} == recorded


def test_a_photo_that_may_not_be_had_in_full_has_no_original(account: Account) -> None:
    account.pro = False
    photo_id = next(iter(account.photos))
    body = answer(account, "flickr.people.getPhotos", {"user_id": "me", "extras": _EXTRAS})[
        "photos"
    ]["photo"][0]
    assert not {"originalsecret", "originalformat", "url_o", "url_l", "url_k"} & set(body)
    assert body["width_c"] == "800"
    sizes = answer(account, "flickr.photos.getSizes", {"photo_id": photo_id})
    assert [size["label"] for size in sizes["sizes"]["size"]][-1] == "Medium 800"
    account.edit_photo(photo_id, license=4)
    sizes = answer(account, "flickr.photos.getSizes", {"photo_id": photo_id})
    assert [size["label"] for size in sizes["sizes"]["size"]][-1] == "Original"
