"""The item of an asset: times, checksums, people, places, albums, tags, stacks and live photos."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.immich.item import ImmichItems
from photo_assets.catalogs.immich.service import ImmichService
from photo_assets.model.events import Found
from photo_assets.model.item import Item, Person, Region
from photo_assets.model.vocabulary import (
    Availability,
    CaptureKind,
    LinkKind,
    MediaKind,
    Precision,
    Quality,
    Visibility,
)
from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.services.immich.server import ImmichServer
from photo_assets_tests.services.immich.store import Store

TABLES: dict[str, Any] = {kind: {} for kind in ImmichService.tables}


def item_of(
    name: str = "IMG_1.jpg", root_map: dict[str, Path] | None = None, **fields: Any
) -> Item:
    """Return the item of one asset as the stand-in states it."""
    store = Store()
    add = store.add_external if name.startswith("/") else store.add
    record = store.assets[add(name, **fields)]
    items = ImmichItems(
        "main", 1, account=None, endpoint="https://photos.example.org/", root_map=root_map or {}
    )
    event = items.event(record, TABLES)
    assert isinstance(event, Found)
    return event.item


def test_a_photo_with_everything() -> None:
    item = item_of(
        content=b"the bytes",
        taken=datetime(2020, 2, 29, 23, 59, 59, 120_000),
        offset_min=330,
        isFavorite=True,
        exif={
            **{"make": "Canon", "model": "R5", "lensModel": "50mm", "iso": 100},
            **{"fNumber": 1.8, "exposureTime": "1/250", "focalLength": 50, "orientation": "6"},
            **{"latitude": 50.9413, "longitude": 6.958, "city": "Köln", "country": "Germany"},
            **{"description": "Two lines\nof text", "rating": 4, "state": "NRW"},
        },
    )
    assert item.capture_time == datetime(2020, 2, 29, 23, 59, 59, 120_000)
    assert (item.capture_kind, item.capture_offset_min) == (CaptureKind.WALL, 330)
    assert item.capture_precision is Precision.SUBSECOND
    assert item.sha1 == hashlib.sha1(b"the bytes").digest()
    assert (item.width, item.height, item.orientation) == (4000, 3000, 6)
    assert (item.rating, item.pick, item.favourite) == (4, None, True)
    assert item.exposure_time_s == pytest.approx(1 / 250)
    assert (item.city, item.state, item.country) == ("Köln", "NRW", "Germany")
    assert (item.gps_latitude, item.gps_longitude) == (50.9413, 6.958)
    assert item.caption == "Two lines\nof text"
    assert (item.media_kind, item.media_type) == (MediaKind.IMAGE, "image/jpeg")
    assert item.quality is Quality.ORIGINAL
    assert item.visibility is Visibility.PRIVATE
    assert item.path is None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("/mnt/photos/DSC_1.NEF", {}),
        ("/mnt/photos/DSC_1.NEF", {"libraryId": None}),  # a later version may not state it
        ("IMG_1.jpg", {"libraryId": "some library"}),
        ("IMG_1.jpg", {"checksum": "AAAA"}),
    ],
)
def test_a_checksum_that_is_not_of_the_bytes_identifies_nothing(
    name: str, fields: dict[str, Any]
) -> None:
    assert item_of(name, **fields).sha1 is None


@pytest.mark.parametrize(
    ("fields", "kind", "time"),
    [
        ({"exif": {"timeZone": None}}, CaptureKind.WALL, datetime(2020, 5, 17, 12, 30)),
        ({"exif": {"dateTimeOriginal": None}}, None, None),
        (
            {"exif": {"timeZone": None}, "fileModifiedAt": "2020-05-17T10:30:00.000Z"},
            CaptureKind.FILE,
            datetime(2020, 5, 17, 10, 30),
        ),
        (
            {"exif": {"dateTimeOriginal": None}, "originalFileName": "IMG-20190601-WA0001.jpg"},
            CaptureKind.NAME,
            datetime(2019, 6, 1),
        ),
    ],
)
def test_what_a_time_means(
    fields: dict[str, Any], kind: CaptureKind | None, time: datetime | None
) -> None:
    item = item_of(**fields)
    assert (item.capture_kind, item.capture_time) == (kind, time)
    assert item.capture_offset_min is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"exif": {"rating": 0}}, {"rating": None, "pick": None}),
        ({"exif": {"rating": -1}}, {"rating": None, "pick": -1}),
        ({"exif": {"rating": 5}}, {"rating": 5, "pick": None}),
        ({"duration": 5_120}, {"duration_s": 5.12}),
        ({"duration": "0:01:05.500000"}, {"duration_s": 65.5}),
        ({"duration": "0:00:00.00000"}, {"duration_s": None}),
        ({"isTrashed": True}, {"availability": Availability.TRASHED}),
        ({"isOffline": True}, {"availability": Availability.OFFLINE}),
        ({"visibility": "archive"}, {"archived": True}),
        ({"visibility": "locked"}, {"visibility": Visibility.LOCKED}),
        (
            {"visibility": "something new"},
            {"visibility": Visibility.UNKNOWN, "visibility_stated": "something new"},
        ),
        ({"originalFileName": "a.cr3"}, {"media_kind": MediaKind.RAW}),
        ({"originalFileName": "a", "type": "VIDEO"}, {"media_kind": MediaKind.VIDEO}),
        ({"exif": {"orientation": "Rotate 90 CW"}}, {"orientation": None}),
        ({"exif": {"description": ""}}, {"caption": None}),
        ({"exifInfo": None}, {"capture_time": None, "file_size": None}),
    ],
)
def test_values(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    item = item_of(**fields)
    assert {name: getattr(item, name) for name in expected} == expected


def test_people_and_faces() -> None:
    face = {"imageWidth": 1024, "imageHeight": 512}
    face |= {"boundingBoxX1": 128, "boundingBoxX2": 384, "boundingBoxY1": 64, "boundingBoxY2": 192}
    person = {"isHidden": False, "thumbnailPath": "/data/thumbs/1.jpg"}
    people = [
        {**person, "id": "3", "name": "Cem"},
        {**person, "id": "1", "name": "Ann", "faces": [face]},
        {**person, "id": "2", "name": ""},
        {**person, "id": "4", "name": "Dora", "isHidden": True},
    ]
    region = Region(x=0.25, y=0.25, width=0.25, height=0.25)
    found = item_of(people=people).people
    assert found == (Person(name="Ann", region=region), Person(name="Cem"))


def test_originals_are_found_below_the_mapped_folder_only() -> None:
    roots = {"/mnt": Path("/a"), "/mnt/photos": Path("/nas/p"), "/mnt/ph": Path("/b")}
    assert item_of("/mnt/photos/2020/x.jpg", roots).path == "/nas/p/2020/x.jpg"
    assert item_of("/mnt/phones/x.jpg", roots).path == "/a/phones/x.jpg"
    assert item_of("IMG_1.jpg", roots).path is None


def test_albums_tags_stacks_and_live_photos(account: Account, server: ImmichServer) -> None:
    store = server.store
    video = store.add("IMG_1.mov", type="VIDEO", visibility="hidden", duration=2_000)
    still = store.add("IMG_1.heic", livePhotoVideoId=video)
    raw = store.add("DSC_1.NEF")
    jpeg = store.add("DSC_1.jpg")
    store.put_album("Trip", [still, raw])
    store.put_album("Shared", [jpeg], hasSharedLink=True)
    store.put_tag("Places/Köln", [still])
    store.put_stack(raw, jpeg)
    found = account.read()
    assert found.accounting.written == 4
    rows = account.rows()
    assert [album["path"] for album in rows["IMG_1.heic"]["albums"]] == [["Trip"]]
    assert [k["path"] for k in rows["IMG_1.heic"]["keywords"]] == [["Places", "Köln"]]
    assert rows["DSC_1.jpg"]["visibility"] == "unlisted"
    assert rows["DSC_1.jpg"]["visibility_stated"] == "album with a link"
    links = {
        name: [(link["kind"], link["target"]) for link in row["links"]]
        for name, row in rows.items()
    }
    assert links == {
        "IMG_1.mov": [(LinkKind.LIVE_VIDEO_OF, still)],
        "DSC_1.jpg": [(LinkKind.STACKED_UNDER, raw)],
        "IMG_1.heic": [],
        "DSC_1.NEF": [],
    }
    assert '"thumbhash"' not in rows["IMG_1.heic"]["raw"]


def test_a_partners_photos_are_not_items_of_the_account(
    account: Account, server: ImmichServer
) -> None:
    server.store.add("mine.jpg")
    server.store.add("theirs.jpg", ownerId="a partner")
    found = account.read()
    assert (found.accounting.found, [*account.rows()]) == (1, ["mine.jpg"])
    server.store.add("theirs too.jpg", ownerId="a partner", updatedAt="2099-01-01T00:00:00.000Z")
    assert account.read().accounting.found == 1
