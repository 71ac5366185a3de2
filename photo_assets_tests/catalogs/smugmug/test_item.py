"""The fields of items, from recorded replies and from records of every oddity."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.smugmug.fields import album_record, image_record
from photo_assets.catalogs.smugmug.item import image_event
from photo_assets.model.events import Discarded, Found
from photo_assets.model.item import Album, Item, Keyword
from photo_assets.model.vocabulary import (
    AlbumKind,
    CaptureKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)

_OPEN = {"AlbumKey": "aaa", "Name": "Open", "Privacy": "Public", "UrlPath": "/Open"}
_PLACE = {"EffectivePrivacy": "Public", "EffectiveSecurityType": "None", "Names": []}
_ALBUM = {**_OPEN, "Place": _PLACE}
_IMAGE = {
    "ImageKey": "hKdKMzB",
    "FileName": "DSC_1.jpg",
    "Format": "JPG",
    "ArchivedMD5": "f490267483bc5270a40ba2a8a76a88a8",
    "ArchivedSize": 32134020,
    "OriginalSize": 32134020,
    "OriginalWidth": 7360,
    "OriginalHeight": 4912,
    "LastUpdated": "2014-09-13T01:09:10+00:00",
    "DateTimeUploaded": "2014-09-13T01:09:01+00:00",
}


def event_of(image: dict[str, Any], album: dict[str, Any] | None = None) -> Any:
    known: dict[str, Any] = _ALBUM if album is None else album
    return image_event(
        image,
        [(known["AlbumKey"], 3)],
        {known["AlbumKey"]: known},
        source="smugmug",
        catalog="test",
        reader_version=1,
        account=None,
        dates_from_names=True,
    )


def item_of(**fields: Any) -> Item:
    event = event_of({**_IMAGE, **fields})
    assert isinstance(event, Found)
    return event.item


def test_recorded_images_become_items(real_data: Path) -> None:
    folder = real_data / "smugmug"
    if not folder.is_dir():
        pytest.skip("no recorded replies of SmugMug here")
    album = json.loads((folder / "album.json").read_text())["Response"]["Album"]
    images = json.loads((folder / "album_images.json").read_text())["Response"]["AlbumImage"]
    known = album_record(album, {})
    items = [event_of(image_record(image, {}), known).item for image in images]
    assert len({item.native_id for item in items}) == len(items) == 18
    first = items[0]
    assert first.md5 == bytes.fromhex("f490267483bc5270a40ba2a8a76a88a8")
    assert (first.file_name, first.file_size) == ("DSC_5752.jpg", 32134020)
    assert {item.quality for item in items} == {Quality.ORIGINAL}
    assert (first.media_type, first.width, first.height) == ("image/jpeg", 7360, 4912)
    assert first.added_time == datetime(2014, 9, 13, 1, 9, 1, tzinfo=UTC)
    assert first.modified_time == datetime(2014, 9, 13, 1, 9, 10, tzinfo=UTC)
    assert first.albums[0].path == ("Photography", "San Francisco by helicopter 2014")
    assert {item.gps_latitude for item in items} == {None}
    assert {item.title for item in items} == {item.caption for item in items} == {None}
    assert first.visibility is Visibility.UNKNOWN  # a visitor is not told: never assumed to be open
    words = {keyword.path for item in items for keyword in item.keywords}
    assert ("Von",) in words
    kept = json.dumps([image_record(image, {}) for image in images])
    assert "http" not in kept


def test_the_wall_clock_is_the_files_and_not_the_shifted_one() -> None:
    shifted = "2019-08-04T18:28:12+00:00"
    stated = {"DateTimeCreated": "2019-08-04T11:28:12"}
    item = item_of(DateTimeOriginal=shifted, Metadata=stated)
    assert item.capture_time == datetime(2019, 8, 4, 11, 28, 12)
    assert (item.capture_kind, item.capture_precision) == (CaptureKind.WALL, Precision.SECOND)
    assert item.capture_source == "smugmug:metadata:DateTimeCreated"
    finer = {**stated, "MicroDateTimeCreated": "2019-08-04T11:28:12.342"}
    assert item_of(Metadata=finer).capture_time == datetime(2019, 8, 4, 11, 28, 12, 342000)
    other = {**stated, "MicroDateTimeCreated": "2020-01-01T00:00:00.5"}
    assert item_of(Metadata=other).capture_time == datetime(2019, 8, 4, 11, 28, 12)
    only = item_of(DateTimeOriginal=shifted)
    assert only.capture_time == datetime(2019, 8, 4, 18, 28, 12)
    assert (only.capture_kind, only.capture_offset_min) == (CaptureKind.UTC, None)


@pytest.mark.parametrize("text", ["", "0000-00-00T00:00:00", "soon", "0001-01-01T00:00:00"])
def test_an_unusable_date_is_no_date(text: str) -> None:
    item = item_of(Metadata={"DateTimeCreated": text})
    assert item.capture_time is None
    named = item_of(FileName="IMG_20200601_123456.jpg", Metadata={"DateTimeCreated": text})
    assert named.capture_time == datetime(2020, 6, 1, 12, 34, 56)
    assert named.capture_kind is CaptureKind.NAME


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("0.00000000000000", "0.00000000000000", None),
        ("0", "0", None),
        (0, 0, None),
        ("47.973777777778", "-123.48731944444", (47.973777777778, -123.48731944444)),
        ("0.00000000000000", "-123.48731944444", (0.0, -123.48731944444)),
        ("91", "10", None),
        ("north", "10", None),
        (None, None, None),
    ],
)
def test_coordinates(latitude: object, longitude: object, found: object) -> None:
    item = item_of(Latitude=latitude, Longitude=longitude, Altitude=1519)
    place = None if item.gps_latitude is None else (item.gps_latitude, item.gps_longitude)
    assert place == found
    assert item.gps_altitude_m == (1519 if found else None)
    assert item.gps_source == ("smugmug:Latitude" if found else None)


def test_an_altitude_of_zero_is_none() -> None:
    assert item_of(Latitude="47.9", Longitude="-123.4", Altitude=0).gps_altitude_m is None


@pytest.mark.parametrize(
    "fields",
    [
        {"ArchivedMD5": None, "ArchivedSize": None, "Processing": True},
        {"ArchivedMD5": "", "ArchivedSize": 0},
        {"ArchivedMD5": "abc"},
        {"ArchivedMD5": "z" * 32},
    ],
)
def test_without_a_digest_the_upload_is_not_identified(fields: dict[str, Any]) -> None:
    item = item_of(**fields)
    assert item.md5 is None
    assert item.quality is None
    assert item.file_size == _IMAGE["OriginalSize"]


def test_a_video_is_what_was_uploaded_and_not_what_the_service_made_of_it() -> None:
    item = item_of(FileName="MVI_1.MOV", Format="MP4", IsVideo=True)
    assert (item.media_kind, item.media_type) == (MediaKind.VIDEO, "video/quicktime")
    assert item.md5 is not None
    assert item.quality is Quality.REDUCED
    assert json.loads(item.extras or "{}")["format"] == "MP4"


def test_a_file_that_is_no_picture_is_discarded_and_named() -> None:
    event = event_of({**_IMAGE, "FileName": "notes.pdf", "Format": "PDF"})
    assert isinstance(event, Discarded)
    assert (event.native_id, event.reason) == ("hKdKMzB", "not a photo or video")


def test_a_name_without_a_known_ending_is_of_its_format() -> None:
    assert item_of(FileName="scan", Format="TIFF").media_type == "image/tiff"
    assert item_of(FileName=None, Format="HEIC").media_type == "image/heic"


def test_texts_keywords_and_the_files_values() -> None:
    metadata = {
        "Make": "Apple",
        "Model": "iPhone X",
        "Lens": "back camera",
        "Aperture": "1.8",
        "Exposure": "1/3040",
        "ISO": "foo",
        "FocalLength": "4.0 mm",
        "City": "Port Angeles",
        "Rating": "4",
        "Copyright": " ",
    }
    item = item_of(Title=" Ride ", Caption="", KeywordArray=["a", "b", "a", " "], Metadata=metadata)
    assert (item.title, item.caption) == ("Ride", None)
    assert item.keywords == (Keyword(path=("a",)), Keyword(path=("b",)))
    assert (item.camera_make, item.camera_model, item.lens) == ("Apple", "iPhone X", "back camera")
    assert (item.aperture, item.focal_length_mm, item.iso) == (1.8, 4.0, None)
    assert item.exposure_time_s == pytest.approx(1 / 3040)
    assert (item.city, item.rating, item.copyright) == ("Port Angeles", 4, None)
    assert item_of(Keywords="Von; Wong; 2807").keywords[1] == Keyword(path=("Wong",))


@pytest.mark.parametrize("value", ["1/0", "inf", "nan", "1e999", "9" * 400, "", [], {}, True])
def test_an_impossible_number_is_none(value: object) -> None:
    item = item_of(Metadata={"Aperture": value, "Exposure": value, "ISO": value, "Rating": value})
    assert (item.aperture, item.exposure_time_s, item.iso, item.rating) == (None, None, None, None)


def test_a_raw_file_beside_its_jpeg_is_noted() -> None:
    both = item_of(ComponentFileTypes={"Image": ["jpg"], "Raw": ["nef"]})
    assert json.loads(both.extras or "{}") == {"raw_beside": ["nef"]}
    assert item_of(ComponentFileTypes={"Image": ["jpg"]}).extras is None
    assert item_of(ComponentFileTypes=[]).extras is None


def test_the_album_and_the_position_are_kept() -> None:
    album = Album(id="aaa", path=("Open",), kind=AlbumKind.ALBUM, position=3)
    assert item_of().albums == (album,)


@pytest.mark.parametrize("broken", [{}, {"FileName": "x.jpg"}])
def test_a_record_without_a_key_is_no_record(broken: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        event_of(broken)
