"""Converting a file's record to an item."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.google_drive.item import FileReader
from photo_assets.catalogs.google_drive.records import (
    folder_part,
    is_folder_or_shortcut,
    is_listed,
)
from photo_assets.model.canonical import canonical
from photo_assets.model.events import Discarded, Found
from photo_assets.model.representable import unrepresentable_value
from photo_assets.model.vocabulary import (
    Availability,
    CaptureKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)
from photo_assets_tests.catalogs.google_drive.reading import (
    event,
    extras,
    file,
    folder,
    item,
    tree,
)
from photo_assets_tests.services.google_drive.samples import camera


def test_every_field_lands_in_its_column() -> None:
    location = {"latitude": 47.5, "longitude": 8.25, "altitude": 412.5}
    found = item(
        file(
            imageMediaMetadata=camera(location=location, meteringMode="Spot"),
            description="Am See",
            starred=True,
        )
    )
    assert (found.source, found.catalog, found.native_id) == ("google_drive", "test", "photo")
    assert (found.file_name, found.media_type) == ("IMG_1.JPG", "image/jpeg")
    assert found.media_kind is MediaKind.IMAGE
    assert (found.file_size, found.width, found.height) == (1234, 4000, 3000)
    assert found.orientation == 1
    assert found.capture_time == datetime(2019, 7, 14, 18, 30, 5)
    assert (found.capture_kind, found.capture_offset_min) == (CaptureKind.WALL, None)
    assert found.capture_precision is Precision.SECOND
    assert found.capture_source == "google_drive:imageMediaMetadata.time"
    assert found.added_time == datetime(2020, 1, 2, 3, 4, 5, 678000, UTC)
    assert found.modified_time == datetime(2020, 1, 1, tzinfo=UTC)
    assert (found.caption, found.favourite) == ("Am See", True)
    assert (found.gps_latitude, found.gps_longitude, found.gps_altitude_m) == (47.5, 8.25, 412.5)
    assert found.gps_source == "google_drive:imageMediaMetadata.location"
    assert (found.camera_make, found.camera_model) == ("Canon", "Canon EOS R")
    assert found.lens == "RF50mm F1.2 L USM"
    assert (found.aperture, found.exposure_time_s) == (2.8, 0.004)
    assert (found.iso, found.focal_length_mm) == (200, 50.0)
    assert found.sha256 == bytes.fromhex("0123456789abcdef" * 4)
    assert found.sha1 is not None
    assert len(found.sha1) == 20
    assert found.md5 is not None
    assert len(found.md5) == 16
    assert found.visibility is Visibility.PRIVATE
    assert found.availability is Availability.ONLINE
    assert [(one.id, one.path) for one in found.albums] == [("root-id", ("My Drive",))]
    assert (found.path, found.url, found.raw) == (None, None, None)
    assert extras(found)["revision"] == "r1"
    assert extras(found)["image"] == {"flashUsed": False, "meteringMode": "Spot"}


def test_a_file_of_before_2022_has_md5_and_size_alone() -> None:
    found = item(file(sha256Checksum=None, sha1Checksum=None))
    assert (found.sha256, found.sha1) == (None, None)
    assert (found.md5, found.file_size) == (bytes.fromhex("0123456789abcdef" * 2), 1234)


@pytest.mark.parametrize("checksum", ["", "abc", "x" * 64, 5, None, "0123456789abcdef"])
def test_what_is_no_checksum_is_not_stated(checksum: Any) -> None:
    assert item(file(sha256Checksum=checksum)).sha256 is None


@pytest.mark.parametrize(
    ("name", "mime_type", "original", "media_type", "kind"),
    [
        ("a.CR3", "application/octet-stream", None, "image/x-canon-cr3", MediaKind.RAW),
        ("a.dng", "image/x-adobe-dng", None, "image/x-adobe-dng", MediaKind.RAW),
        ("a.NEF", "image/tiff", None, "image/x-nikon-nef", MediaKind.RAW),
        ("a.HEIC", "application/octet-stream", None, "image/heic", MediaKind.IMAGE),
        ("IMG_1", "image/heif", None, "image/heif", MediaKind.IMAGE),
        ("Lake", "application/octet-stream", "DSC_1.ARW", "image/x-sony-arw", MediaKind.RAW),
        ("v1.2 final", "image/jpeg", None, "image/jpeg", MediaKind.IMAGE),
        ("a.psd", "application/x-photoshop", None, "image/vnd.adobe.photoshop", MediaKind.IMAGE),
        ("Layers", "application/x-photoshop", None, "image/vnd.adobe.photoshop", MediaKind.IMAGE),
        ("a.MOV", "video/quicktime", None, "video/quicktime", MediaKind.VIDEO),
        ("clip", "video/mp4", None, "video/mp4", MediaKind.VIDEO),
    ],
)
def test_the_kind_of_a_file(
    name: str, mime_type: str, original: str | None, media_type: str, kind: MediaKind
) -> None:
    found = item(file(name=name, mimeType=mime_type, originalFilename=original))
    assert (found.media_type, found.media_kind) == (media_type, kind)


@pytest.mark.parametrize("name", ["a.xmp", "backup.zip", "notes", ".jpg"])
def test_other_files_of_no_stated_type_are_discarded(name: str) -> None:
    found = event(file(name=name, mimeType="application/octet-stream"))
    assert found == Discarded("photo", "not a photo or video")


@pytest.mark.parametrize(
    ("time", "expected", "precision"),
    [
        ("2019:07:14 18:30:05", datetime(2019, 7, 14, 18, 30, 5), Precision.SECOND),
        ("2019:07:14", datetime(2019, 7, 14), Precision.DAY),
        ("0000:00:00 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("2019:02:31 10:00:00", None, None),
        ("", None, None),
        (None, None, None),
        (20190714, None, None),
    ],
)
def test_the_time_is_exif_text_without_a_zone(
    time: Any, expected: datetime | None, precision: Precision | None
) -> None:
    found = item(file(imageMediaMetadata=camera(time=time)))
    assert (found.capture_time, found.capture_precision) == (expected, precision)
    assert found.capture_offset_min is None


def test_without_a_time_the_name_gives_a_guess_if_it_may() -> None:
    record = file(name="IMG-20200601-WA0001.jpg")
    found = item(record)
    assert (found.capture_kind, found.capture_time) == (CaptureKind.NAME, datetime(2020, 6, 1))
    assert item(record, dates_from_names=False).capture_time is None
    stated = item(file(name="IMG-20200601-WA0001.jpg", imageMediaMetadata=camera()))
    assert stated.capture_kind is CaptureKind.WALL


@pytest.mark.parametrize(("turns", "orientation"), [(0, 1), (1, 6), (2, 3), (3, 8), (4, None)])
def test_quarter_turns(turns: int, orientation: int | None) -> None:
    found = item(file(imageMediaMetadata=camera(rotation=turns)))
    assert found.orientation == orientation
    turned = turns in (1, 3)
    assert (found.width, found.height) == ((None, None) if turned else (4000, 3000))
    kept = extras(found)["image"]
    assert (kept.get("width"), kept.get("height")) == ((4000, 3000) if turned else (None, None))


@pytest.mark.parametrize(
    "location",
    [
        {"latitude": 0, "longitude": 0, "altitude": 0},
        {"latitude": 0.0, "longitude": 0.0},
        {"latitude": 91, "longitude": 8},
        {"latitude": 47.0},
        {"latitude": "47", "longitude": "8"},
        {},
        None,
        [],
    ],
)
def test_what_is_no_place_is_absent(location: Any) -> None:
    found = item(file(imageMediaMetadata=camera(location=location)))
    assert (found.gps_latitude, found.gps_longitude, found.gps_source) == (None, None, None)
    assert found.gps_altitude_m is None


def test_a_place_on_the_equator_is_one() -> None:
    found = item(file(imageMediaMetadata=camera(location={"latitude": 0, "longitude": 9.5})))
    assert (found.gps_latitude, found.gps_longitude) == (0.0, 9.5)


def test_a_video() -> None:
    video = {"width": 1920, "height": 1080, "durationMillis": "12500"}
    found = item(file(name="a.mp4", mimeType="video/mp4", videoMediaMetadata=video))
    assert (found.width, found.height, found.duration_s) == (1920, 1080, 12.5)
    assert found.capture_time is None
    processing = item(file(name="a.mp4", mimeType="video/mp4"))
    assert (processing.width, processing.duration_s) == (None, None)


@pytest.mark.parametrize(
    "values",
    [
        {"aperture": 0, "exposureTime": 0, "isoSpeed": 0, "focalLength": 0},
        {"aperture": "2.8", "exposureTime": True, "isoSpeed": 2**31, "focalLength": None},
    ],
)
def test_impossible_camera_values_are_absent(values: dict[str, Any]) -> None:
    found = item(file(imageMediaMetadata=camera(**values)))
    assert found.aperture is found.exposure_time_s is found.iso is found.focal_length_mm is None


def test_the_trash_is_a_state() -> None:
    assert item(file(trashed=True)).availability is Availability.TRASHED
    assert item(file(trashed=False)).availability is Availability.ONLINE


def test_who_owns_a_file_and_how_it_was_named() -> None:
    found = item(
        file(
            ownedByMe=False,
            owners=[{"emailAddress": "friend@photos.example", "displayName": "Friend"}],
            sharedWithMeTime="2020-05-01T00:00:00.000Z",
            originalFilename="DSC1.JPG",
            parents=None,
        )
    )
    assert extras(found)["owners"] == ["friend@photos.example"]
    assert extras(found)["owned_by_me"] is False
    assert extras(found)["original_name"] == "DSC1.JPG"
    assert found.albums == ()
    assert event(file(ownedByMe=False), shared_with_me=False) == Discarded(
        "photo", "owned by somebody else"
    )
    # Files of shared drives have no owner.
    assert isinstance(event(file(ownedByMe=None, driveId="d"), shared_with_me=False), Found)


def test_a_file_that_may_not_be_downloaded_is_a_gap() -> None:
    assert "gaps" not in extras(item(file()))
    assert item(file()).quality is Quality.ORIGINAL
    locked = item(file(capabilities={"canDownload": False}))
    assert locked.quality is Quality.REDUCED
    assert extras(locked)["gaps"] == ["download"]


def test_only_chosen_folders_are_read() -> None:
    where = tree(folder("a", "Photos", "root-id"), folder("b", "2019", "a"))
    assert isinstance(event(file(parents=["b"]), where, folders=("a",)), Found)
    assert isinstance(event(file(parents=["a"]), where, folders=("a", "z")), Found)
    outside = event(file(parents=["root-id"]), where, folders=("a",))
    assert outside == Discarded("photo", "outside the chosen folders")
    assert isinstance(event(file(parents=None), where, folders=("a",)), Discarded)


def test_a_recorded_change(real_data: Path) -> None:
    path = real_data / "google_drive" / "changes_list_example.json"
    changes = json.loads(path.read_text())["changes"]
    photo, parent = (change["file"] for change in changes)
    assert (is_listed(photo), is_folder_or_shortcut(parent)) == (True, True)
    found = item(photo, tree({**folder_part(parent), "id": photo["parents"][0]}))
    assert (found.file_name, found.media_type) == ("ACL_list.PNG", "image/png")
    assert (found.width, found.height, found.file_size) == (1745, 629, 68787)
    assert found.md5 is not None
    assert found.sha256 is None
    assert found.visibility is Visibility.FRIENDS
    assert [one["type"] for one in extras(found)["sharing"]] == ["domain", "user"]
    assert [album.path for album in found.albums] == [("Folder_2_move",)]
    assert "googleusercontent" not in canonical(found)


_NAMES = [
    *("name", "parents", "size", "sha256Checksum", "createdTime", "starred", "description"),
    *("imageMediaMetadata", "videoMediaMetadata", "capabilities", "owners", "permissions"),
    *("permissionIds", "shared", "driveId", "trashed", "originalFilename", "mimeType"),
]
_INNER = ["width", "rotation", "time", "location", "latitude", "longitude", "isoSpeed", "aperture"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*_INNER, "type", "role", "durationMillis"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES))
def test_no_value_of_another_type_fails_an_item(changed: dict[str, Any]) -> None:
    record = file(**changed)
    try:
        canonical(record)
    except TypeError:
        return  # reported as unreadable before it is read
    found = FileReader("test").event(record, tree())
    if isinstance(found, Found):
        assert unrepresentable_value(found.item) is None
        found.item.digest()
