"""A photo of Flickr as an item: every field, and what Flickr states in odd ways."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.flickr.item import flickr_item
from photo_assets.catalogs.flickr.record import record_of
from photo_assets.model.item import Album, Item, Keyword
from photo_assets.model.vocabulary import (
    AlbumKind,
    CaptureKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)

_OWNER = "78733179@N04"
_ALBUM = Album(id="7", path=("Set",), kind=AlbumKind.ALBUM, position=0)


def _item(photo: dict[str, Any], *, spellings: Any = None, names: bool = True) -> Item:
    record = record_of({"id": "1", "owner": _OWNER, **photo})
    return flickr_item(
        record,
        (_ALBUM,),
        spellings or {},
        catalog="test",
        account=None,
        dates_from_names=names,
    )


def _extras(item: Item) -> dict[str, Any]:
    return dict(json.loads(item.extras or "{}"))


def _recorded(real_data: Path, name: str) -> list[dict[str, Any]]:
    path = real_data / "flickr" / f"{name}.json"
    if not path.is_file():
        pytest.skip("no recorded bodies of Flickr here")
    body = json.loads(path.read_text(encoding="utf-8"))
    return list(body["photos"]["photo"])


def test_a_recorded_photo(real_data: Path) -> None:
    photo = _recorded(real_data, "people_getPhotos_1")[0]
    item = _item(photo, spellings={"foo": {"id": "foo", "raw": ["Foo"]}})
    assert item.native_id == "10115956703"
    assert item.account == _OWNER
    assert item.url == f"https://www.flickr.com/photos/{_OWNER}/10115956703/"
    assert (item.title, item.caption) == ("Jon Snow", "It's a photo")
    assert item.capture_time == datetime(2013, 10, 6, 14, 6, 41)
    assert (item.capture_kind, item.capture_precision) == (CaptureKind.WALL, Precision.SECOND)
    assert item.capture_offset_min is None
    assert item.added_time == datetime(2013, 10, 6, 12, 6, 46, tzinfo=UTC)
    assert item.modified_time == datetime(2013, 10, 6, 13, 49, 25, tzinfo=UTC)
    assert (item.gps_latitude, item.gps_longitude) == (45.807258, 15.967599)
    assert item.gps_source == "flickr:geo"
    assert item.keywords == (Keyword(path=("Foo",)),)
    assert item.visibility is Visibility.PUBLIC
    assert (item.media_kind, item.media_type) == (MediaKind.IMAGE, "image/jpeg")
    assert (item.width, item.height, item.quality) == (2560, 1600, Quality.ORIGINAL)
    assert item.albums == (_ALBUM,)
    assert _extras(item) == {
        "license": 0,
        "license_name": "All Rights Reserved",
        "machine_tags": ["vision:night=077"],
        "place_accuracy": 11,
        "place_seen_by": ["public"],
    }
    assert item.copyright is None


def test_no_recorded_secret_or_file_address_is_kept(real_data: Path) -> None:
    for name in ("people_getPhotos_1", "photos_recentlyUpdated", "photos_search_1"):
        for photo in _recorded(real_data, name):
            kept = json.dumps(record_of(photo)) + repr(_item(photo))
            for key, value in photo.items():
                if "secret" in key or key.startswith("url_"):
                    assert value not in kept, key
            assert "staticflickr" not in kept


def test_a_recorded_upload_time_before_flickr_is_none(real_data: Path) -> None:
    photo = _recorded(real_data, "people_getPhotos_1")[1]
    assert photo["dateupload"] == "2013"
    assert _item(photo).added_time is None


@pytest.mark.parametrize(
    ("public", "friend", "family", "visibility", "words", "seen_by"),
    [
        (1, 0, 0, Visibility.PUBLIC, "public", None),
        ("1", "0", "0", Visibility.PUBLIC, "public", None),
        (1, 1, 1, Visibility.PUBLIC, "public", ["friend", "family"]),
        (0, 1, 0, Visibility.FRIENDS, "friends", ["friend"]),
        ("0", "0", "1", Visibility.FRIENDS, "family", ["family"]),
        (0, 1, 1, Visibility.FRIENDS, "friends and family", ["friend", "family"]),
        (0, 0, 0, Visibility.PRIVATE, "private", None),
        ("0", "0", "0", Visibility.PRIVATE, "private", None),
        (None, None, None, Visibility.UNKNOWN, "not stated", None),
        ("", 0, 0, Visibility.UNKNOWN, "not stated", None),
    ],
)
def test_who_may_see_it(
    public: Any, friend: Any, family: Any, visibility: Visibility, words: str, seen_by: Any
) -> None:
    item = _item({"ispublic": public, "isfriend": friend, "isfamily": family})
    assert (item.visibility, item.visibility_stated) == (visibility, words)
    assert _extras(item).get("seen_by") == seen_by


@pytest.mark.parametrize(
    ("stated", "time", "precision"),
    [
        (("2013-10-06 14:06:41", "0"), datetime(2013, 10, 6, 14, 6, 41), Precision.SECOND),
        (("2013-10-06 14:06:41", 0), datetime(2013, 10, 6, 14, 6, 41), Precision.SECOND),
        (("2013-10-01 00:00:00", "4"), datetime(2013, 10, 1), Precision.MONTH),
        (("2013-10-00 00:00:00", 4), datetime(2013, 10, 1), Precision.MONTH),
        (("1999-00-00 00:00:00", "6"), datetime(1999, 1, 1), Precision.YEAR),
        (("1950-01-01 00:00:00", "8"), datetime(1950, 1, 1), Precision.YEAR),
        (("0000-00-00 00:00:00", "0"), None, None),
        (("0000-00-00", "0"), None, None),
        (("", "0"), None, None),
        (("2013-02-30 00:00:00", "0"), None, None),
        (("yesterday", "0"), None, None),
        ((None, None), None, None),
    ],
)
def test_when_it_was_taken(
    stated: tuple[Any, Any], time: datetime | None, precision: Precision | None
) -> None:
    item = _item({"datetaken": stated[0], "datetakengranularity": stated[1]})
    assert (item.capture_time, item.capture_precision) == (time, precision)
    assert item.capture_source == (None if time is None else "flickr:datetaken")


@pytest.mark.parametrize("unknown", ["1", 1])
def test_an_unknown_date_taken_is_not_the_upload_date_that_flickr_shows(unknown: Any) -> None:
    photo = {"datetaken": "2014-11-28 23:32:31", "datetakenunknown": unknown}
    assert _item(photo).capture_time is None
    assert _item({**photo, "datetakenunknown": 0}).capture_time is not None
    assert _item({**photo, "datetakenunknown": "0"}).capture_time is not None


def test_a_circa_year_is_told_from_a_sure_one() -> None:
    photo = {"datetaken": "1950-01-01 00:00:00", "datetakengranularity": "8"}
    assert _extras(_item(photo)) == {"circa": True}
    assert _extras(_item({**photo, "datetakengranularity": "6"})) == {}


def test_a_title_that_is_a_file_name_dates_a_photo_without_date() -> None:
    photo = {"title": "PXL_20200601_103000123", "datetakenunknown": "1", "datetaken": ""}
    item = _item(photo)
    assert item.capture_kind is CaptureKind.NAME
    assert item.capture_time == datetime(2020, 6, 1, 10, 30, 0, 123000)
    assert _item(photo, names=False).capture_time is None
    assert _item({**photo, "datetaken": "2013-01-01 00:00:00"}).capture_kind is CaptureKind.NAME


@pytest.mark.parametrize(
    "title",
    [
        *("IMG_1234", "img_1234", "DSC_0012", "DSCN1234", "_DSC1234", "DSC01234", "P1010001"),
        *("100_1234", "IMG_1234 (1)", "IMG_1234-edited", "20200601_103000", "MVI_0001"),
        *("IMG-20200601-WA0001", "GOPR0001", "DJI_0001", "IMG_20200601_103000_2"),
    ],
)
def test_a_title_that_a_camera_gave_is_no_title(title: str) -> None:
    item = _item({"title": title})
    assert item.title is None
    assert _extras(item) == {"original_name": title}


@pytest.mark.parametrize(
    "title",
    [
        "2013",
        "1984",
        "2013 Berlin",
        "Berlin 2013",
        "IMG",
        "p. 12",
        "Image 4",
        "12345",
        "photo 5678",
    ],
)
def test_a_title_that_a_person_gave_is_kept(title: str) -> None:
    assert _item({"title": title}).title == title


@pytest.mark.parametrize(
    ("stated", "caption"),
    [
        ({"_content": "It's a photo"}, "It's a photo"),
        ("as text", "as text"),
        ({"_content": "Tom &amp; Jerry &quot;x&quot;"}, 'Tom & Jerry "x"'),
        (
            {"_content": '<b>bold</b> <a href="https://example.org/?a=1&amp;b=2">link</a>'},
            "bold link",
        ),
        ({"_content": "a &lt;b&gt; c"}, "a <b> c"),
        ({"_content": "1 < 2 and 3 > 2"}, "1 < 2 and 3 > 2"),
        ({"_content": "two\nlines"}, "two\nlines"),
        ({"_content": "  "}, None),
        ({"_content": "<i></i>"}, None),
        (None, None),
    ],
)
def test_a_description_is_plain_text(stated: Any, caption: str | None) -> None:
    assert _item({"description": stated}).caption == caption


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((45.8, 15.9, "11"), (45.8, 15.9)),
        (("45.8", "15.9", 16), (45.8, 15.9)),
        (("-33.9", "151.2", "1"), (-33.9, 151.2)),
        ((0, 0, 0), (None, None)),
        (("0", "0", "0"), (None, None)),
        ((45.8, 15.9, 0), (None, None)),
        ((0, 0, "16"), (None, None)),
        ((0, 15.9, "16"), (0.0, 15.9)),
        ((95, 15.9, "16"), (None, None)),
        (("north", "15.9", "16"), (None, None)),
        ((None, None, None), (None, None)),
    ],
)
def test_where_it_was_taken(place: tuple[Any, Any, Any], found: tuple[Any, Any]) -> None:
    latitude, longitude, accuracy = place
    item = _item({"latitude": latitude, "longitude": longitude, "accuracy": accuracy})
    assert (item.gps_latitude, item.gps_longitude) == found
    assert item.gps_source == (None if found == (None, None) else "flickr:geo")


def test_tags_get_the_spelling_that_the_account_uses() -> None:
    spellings = {
        "jonsnow": {"id": "jonsnow", "raw": ["Jon Snow"]},
        "saopaulo": {"id": "saopaulo", "raw": ["saopaulo", "São Paulo"]},
        "visionnight": {"id": "visionnight", "raw": []},
    }
    item = _item({"tags": "jonsnow saopaulo visionnight other jonsnow"}, spellings=spellings)
    assert [keyword.path for keyword in item.keywords] == [
        *(("Jon Snow",), ("São Paulo",), ("visionnight",), ("other",)),
    ]
    assert _extras(item) == {"tags_of_unsure_spelling": ["saopaulo"]}


_MD5, _SHA1 = "0f" * 16, "a5" * 20


@pytest.mark.parametrize(
    ("tags", "sha1", "md5"),
    [
        (f"checksum:sha1={_SHA1}", _SHA1, None),
        (f"checksum:md5={_MD5} checksum:sha1={_SHA1}", _SHA1, _MD5),
        (f"checksum:sha1={_SHA1.upper()}", _SHA1, None),
        (f"CHECKSUM:SHA1={_SHA1}", _SHA1, None),
        (f"checksum:sha1={_SHA1} checksum:sha1={_SHA1}", _SHA1, None),
        (f"checksum:sha1={_SHA1} checksum:sha1={'b' * 40}", None, None),
        (f"checksum:sha1={_MD5}", None, None),
        (f"checksum:md5={_SHA1}", None, None),
        ("checksum:sha1=nothexnothex", None, None),
        (f"checksum:sha256={'c' * 64}", None, None),
        (f"mychecksum:sha1={_SHA1}", None, None),
        (f"sha1={_SHA1}", None, None),
    ],
)
def test_a_checksum_tag_states_the_digest_of_the_uploaded_file(
    tags: str, sha1: str | None, md5: str | None
) -> None:
    item = _item({"tags": tags})
    assert item.sha1 == (sha1 and bytes.fromhex(sha1))
    assert item.md5 == (md5 and bytes.fromhex(md5))
    assert item.sha256 is None
    assert [link.target for link in item.links] == ([] if sha1 is None else [sha1])
    assert all(":" not in keyword.path[0] for keyword in item.keywords)


def test_the_largest_size_given_tells_the_quality() -> None:
    sizes = {f"{key}_{size}": "9" for size in "ohc" for key in ("url", "width", "height")}
    original = _item({**sizes, "originalformat": "png"})
    assert (original.quality, original.media_type) == (Quality.ORIGINAL, "image/png")
    del sizes["url_o"]
    reduced = _item({**sizes, "originalformat": "png"})
    assert (reduced.quality, reduced.media_type) == (Quality.REDUCED, None)
    assert (reduced.width, _extras(reduced)["largest_size"]) == (9, "h")
    unknown = _item({})
    assert (unknown.quality, unknown.width) == (None, None)


def test_sizes_of_a_video_are_those_of_a_still_picture() -> None:
    item = _item(
        {"media": "video", "url_o": "x", "width_o": "9", "height_o": "9", "originalformat": "jpg"}
    )
    assert item.media_kind is MediaKind.VIDEO
    assert (item.quality, item.width, item.media_type) == (None, None, None)


def test_a_licence_is_no_copyright_notice() -> None:
    item = _item({"license": "4"})
    assert item.copyright is None
    assert _extras(item) == {"license": 4, "license_name": "Attribution License"}
    assert _extras(_item({"license": "77"})) == {"license": 77}


def test_the_page_has_the_name_that_its_owner_chose() -> None:
    assert _item({"pathalias": "jon"}).url == "https://www.flickr.com/photos/jon/1/"


@pytest.mark.parametrize("key", ["title", "dateupload", "tags", "ispublic", "latitude", "license"])
def test_an_object_where_a_value_belongs_is_an_error(key: str) -> None:
    with pytest.raises(TypeError):
        _item({"accuracy": 1, key: {"a": 1}})


_VALUES = st.none() | st.integers() | st.text(max_size=20) | st.floats() | st.booleans()
_KEYS = st.sampled_from(
    [
        *("title", "description", "ispublic", "isfriend", "isfamily", "license", "dateupload"),
        *("datetaken", "datetakengranularity", "datetakenunknown", "lastupdate", "latitude"),
        *("longitude", "accuracy", "tags", "machine_tags", "media", "pathalias", "url_o"),
        *("width_o", "height_o", "originalformat", "media_status", "geo_is_public"),
    ]
)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, "9" * 40, 10**30])
def test_a_number_that_no_column_can_hold_is_none(number: Any) -> None:
    names = ("license", "lastupdate", "dateupload", "width_o", "accuracy", "latitude")
    item = _item({"url_o": "x", **dict.fromkeys(names, number)})
    assert (item.width, item.added_time, item.modified_time) == (None, None, None)
    assert (_extras(item), item.gps_latitude) == ({}, None)


@given(st.dictionaries(_KEYS, _VALUES))
def test_any_single_values_make_an_item(photo: dict[str, Any]) -> None:
    item = _item(photo)
    assert item == _item(photo)
    assert (item.gps_latitude is None) == (item.gps_longitude is None)
