"""A picked item's fields, and what is not stated."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from photo_assets.catalogs.google_photos.item import picked_item, seconds, without_links
from photo_assets.model.events import Discarded, Found
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import CaptureKind, MediaKind, Precision, Quality


def _record(**changed: Any) -> dict[str, Any]:
    """Return the example of Google's reference, changed at the top level."""
    about = {
        "width": 4032,
        "height": 3024,
        "cameraMake": "Google",
        "cameraModel": "Pixel 6",
        "photoMetadata": {
            "focalLength": 4.38,
            "apertureFNumber": 1.73,
            "isoEquivalent": 64,
            "exposureTime": "0.008s",
        },
    }
    file = {"mimeType": "image/jpeg", "filename": "PXL_1.jpg", "mediaFileMetadata": about}
    record = {"id": "AJ7", "createTime": "2024-05-01T10:00:00Z", "type": "PHOTO", "mediaFile": file}
    return {**record, **changed}


def _read(record: dict[str, Any]) -> Found | Discarded:
    return picked_item(record, catalog="test", account=None, dates_from_names=True)


def _item(record: dict[str, Any]) -> Item:
    event = _read(record)
    assert isinstance(event, Found)
    return event.item


def test_a_photo() -> None:
    item = _item(_record())
    assert (item.native_id, item.file_name, item.media_type) == ("AJ7", "PXL_1.jpg", "image/jpeg")
    assert item.media_kind is MediaKind.IMAGE
    assert (item.width, item.height) == (4032, 3024)
    assert (item.camera_make, item.camera_model) == ("Google", "Pixel 6")
    assert (item.focal_length_mm, item.aperture, item.iso) == (4.38, 1.73, 64)
    assert item.exposure_time_s == 0.008
    assert item.capture_time == datetime(2024, 5, 1, 10)
    assert (item.capture_kind, item.capture_precision) == (CaptureKind.UTC, Precision.SECOND)
    assert item.capture_source == "google_photos:createTime"


def test_every_item_is_reduced_and_has_neither_a_place_nor_a_checksum() -> None:
    video = {"mimeType": "video/mp4", "filename": "a.mp4"}
    for record in (_record(), _record(type="VIDEO", mediaFile=video), _record(mediaFile={})):
        item = _item(record)
        assert item.quality is Quality.REDUCED
        assert (item.gps_latitude, item.gps_longitude, item.file_size) == (None, None, None)
        assert (item.sha256, item.sha1, item.md5) == (None, None, None)
        assert (item.url, item.path) == (None, None)


def test_a_video_that_google_has_not_processed_says_so() -> None:
    about = {"videoMetadata": {"fps": 29.97, "processingStatus": "PROCESSING"}}
    file = {"mimeType": "video/mp4", "filename": "a.mp4", "mediaFileMetadata": about}
    item = _item(_record(type="VIDEO", mediaFile=file))
    assert item.media_kind is MediaKind.VIDEO
    assert orjson.loads(item.extras or "") == {"fps": 29.97, "processing_status": "PROCESSING"}


@pytest.mark.parametrize(
    ("name", "stated", "kind", "expected"),
    [
        ("a.CR3", "image/x-canon-cr3", "PHOTO", ("image/x-canon-cr3", MediaKind.RAW)),
        ("a.heic", "application/octet-stream", "PHOTO", ("image/heic", MediaKind.IMAGE)),
        ("no extension", "image/webp", "PHOTO", ("image/webp", MediaKind.IMAGE)),
        ("no extension", "video/quicktime", "VIDEO", ("video/quicktime", MediaKind.VIDEO)),
        (None, None, "VIDEO", (None, MediaKind.VIDEO)),
    ],
)
def test_the_kind_is_that_of_the_name_else_of_the_type(
    name: str | None, stated: str | None, kind: str, expected: tuple[str | None, MediaKind]
) -> None:
    item = _item(_record(type=kind, mediaFile={"filename": name, "mimeType": stated}))
    assert (item.media_type, item.media_kind) == expected


def test_what_is_no_picture_is_discarded_with_its_id() -> None:
    file = {"filename": "a.pdf", "mimeType": "application/pdf"}
    event = _read(_record(type="TYPE_UNSPECIFIED", mediaFile=file))
    assert event == Discarded("AJ7", "not a photo or video")


@pytest.mark.parametrize(
    ("stated", "time", "precision"),
    [
        ("2024-05-01T10:00:00.5Z", datetime(2024, 5, 1, 10, 0, 0, 500_000), Precision.SUBSECOND),
        ("2024-05-01T10:00:00.123456789Z", datetime(2024, 5, 1, 10, 0, 0, 123_456), None),
        ("2024-05-01T12:00:00+02:00", datetime(2024, 5, 1, 10), Precision.SECOND),
    ],
)
def test_times_of_rfc_3339(stated: str, time: datetime, precision: Precision | None) -> None:
    item = _item(_record(createTime=stated))
    assert item.capture_time == time
    assert precision is None or item.capture_precision is precision


@pytest.mark.parametrize("stated", [None, "", "yesterday", 5, "2024-05-01T10:00:00"])
def test_a_time_that_is_none_leaves_the_name_to_speak(stated: object) -> None:
    file = {"filename": "IMG_20200601_101112.jpg", "mimeType": "image/jpeg"}
    item = _item(_record(createTime=stated, mediaFile=file))
    assert item.capture_time == datetime(2020, 6, 1, 10, 11, 12)
    assert item.capture_kind is CaptureKind.NAME


@pytest.mark.parametrize(
    "about",
    [
        {"width": "wide", "height": -1, "photoMetadata": []},
        {"width": True, "photoMetadata": {"exposureTime": "fast", "isoEquivalent": 0}},
        {"cameraMake": " ", "photoMetadata": {"focalLength": float("nan"), "exposureTime": "0s"}},
        None,
        "nothing",
    ],
)
def test_values_of_another_form_are_absent(about: object) -> None:
    item = _item(_record(mediaFile={"filename": "a.jpg", "mediaFileMetadata": about}))
    stated = (item.width, item.height, item.camera_make, item.exposure_time_s, item.iso)
    assert stated == (None, None, None, None, None)
    assert item.focal_length_mm is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("5s", 5.0), ("0.008s", 0.008), ("0s", 0.0), ("5", None), ("-5s", None), ("5m", None)],
)
def test_durations(text: str, value: float | None) -> None:
    assert seconds(text) == value


def test_links_are_left_out_at_any_depth() -> None:
    told = {
        "id": "A",
        "mediaFile": {"baseUrl": "lh3", "filename": "a.jpg", "more": [{"pickerUri": "x"}]},
        "page": "https://photos.example/a",
    }
    assert without_links(told) == {"id": "A", "mediaFile": {"filename": "a.jpg", "more": [{}]}}
