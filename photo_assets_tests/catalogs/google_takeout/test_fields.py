"""Converting Google's fields: times, places, people, flags; and malformed JSONs."""

import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.google_takeout.capture import implied_offset, reconcile
from photo_assets.media.record import CaptureTime
from photo_assets.model.item import Item, Person
from photo_assets.model.vocabulary import (
    Availability,
    CaptureKind,
    LinkKind,
    Precision,
    Visibility,
)
from photo_assets_tests.catalogs.google_takeout.export import (
    TAKEN,
    YEAR,
    items,
    jpeg,
    photo_json,
    problems,
    scan,
    unpack,
    write_part,
)
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import movie

INSTANT = datetime(2023, 9, 22, 14, 49, 36)


def item_of(folder: Path, document: bytes, content: bytes | None = None) -> Item:
    unpack(folder, {f"{YEAR}/a.jpg": content or jpeg(1), f"{YEAR}/a.jpg.json": document})
    return items(scan(folder))["Photos from 2023/a.jpg"]


def place(latitude: float, longitude: float, altitude: float = 0.0) -> dict[str, float]:
    return {"latitude": latitude, "longitude": longitude, "altitude": altitude}


def test_every_field_arrives(tmp_path: Path) -> None:
    item = item_of(
        tmp_path,
        photo_json(
            "a & b.jpg",
            description="Caption 😀",
            geoData=place(48.8, 2.5, 90.25),
            geoDataExif=place(1, 1),
            people=[{"name": "Ann"}, {"name": "Bo"}, {"name": ""}, "x", {"name": "Ann"}],
            favorited=True,
            archived=True,
            trashed=True,
        ),
        jpeg(1, make="Pixel"),
    )
    assert (item.caption, item.favourite, item.camera_make) == ("Caption 😀", True, "Pixel")
    assert (item.gps_latitude, item.gps_longitude, item.gps_altitude_m) == (48.8, 2.5, 90.25)
    assert item.gps_source == "takeout:geoData"
    assert item.people == (Person(name="Ann"), Person(name="Bo"))
    assert item.availability is Availability.TRASHED
    assert item.url == "https://photos.google.com/photo/a & b.jpg"
    assert item.added_time == datetime(2023, 9, 22, 15, 45, 25, tzinfo=UTC)
    assert (item.capture_time, item.capture_kind, item.capture_offset_min) == (
        INSTANT,
        CaptureKind.UTC,
        0,
    )
    assert item.capture_source == "takeout:photoTakenTime"
    assert item.capture_precision is Precision.SECOND
    extras = orjson.loads(item.extras or "")
    assert extras["original_name"] == "a & b.jpg"
    assert (item.archived, extras["archived"], item.visibility) == (True, True, None)
    assert extras["image_views"] == 3
    assert extras["googlePhotosOrigin"] == {"mobileUpload": {"deviceType": "ANDROID_PHONE"}}
    assert orjson.loads(item.raw or "")["title"] == "a & b.jpg"
    assert (item.title, item.width, item.height) == (None, 32, 24)


@pytest.mark.parametrize(
    ("said", "visibility", "archived"),
    [
        ({"inLockedFolder": True}, Visibility.LOCKED, None),
        ({"inLockedFolder": True, "trashed": True, "archived": True}, Visibility.LOCKED, True),
        ({"inLockedFolder": False, "archived": False}, None, False),
        ({"inLockedFolder": "yes", "archived": 1}, None, None),
        ({}, None, None),
    ],
)
def test_locked_and_archived_have_columns(
    tmp_path: Path, said: dict[str, Any], visibility: Visibility | None, archived: bool | None
) -> None:
    item = item_of(tmp_path, photo_json("a.jpg", **said), jpeg(1))
    assert (item.visibility, item.archived) == (visibility, archived)


@pytest.mark.parametrize(
    ("flag", "visibility", "availability", "archived"),
    [
        ("inLockedFolder", Visibility.LOCKED, Availability.ONLINE, None),
        ("trashed", None, Availability.TRASHED, None),
        ("archived", None, Availability.ONLINE, True),
    ],
)
def test_a_photo_without_json_is_hidden_as_all_of_its_folder(
    tmp_path: Path,
    flag: str,
    visibility: Visibility | None,
    availability: Availability,
    archived: bool | None,
) -> None:
    hidden, other = "Takeout/Google Photos/Hidden", YEAR
    entries = {f"{folder}/{n}.jpg": jpeg(n) for n, folder in enumerate([hidden] * 2 + [other] * 3)}
    entries |= {
        f"{hidden}/0.jpg.json": photo_json("0.jpg", **{flag: True}),
        f"{other}/2.jpg.json": photo_json("2.jpg", **{flag: True}),
        f"{other}/3.jpg.json": photo_json("3.jpg"),
    }
    found = items(scan(unpack(tmp_path, entries)))
    states = {
        p.rpartition("/")[2]: (i.visibility, i.availability, i.archived) for p, i in found.items()
    }
    assert states["1.jpg"] == states["0.jpg"] == (visibility, availability, archived)
    assert states["4.jpg"] == states["3.jpg"] == (None, Availability.ONLINE, None)


@pytest.mark.parametrize(
    ("user", "camera", "expected"),
    [
        (place(0, 0), place(5, 6), (5, 6, "takeout:geoDataExif")),
        (place(0, 0), place(0, 0), (None, None, None)),
        (place(91, 0), place(1, 200), (None, None, None)),
        (place(0, 7), place(5, 6), (0, 7, "takeout:geoData")),
        ("nowhere", None, (None, None, None)),
    ],
)
def test_places(tmp_path: Path, user: Any, camera: Any, expected: tuple[object, ...]) -> None:
    item = item_of(tmp_path, photo_json("a.jpg", geoData=user, geoDataExif=camera))
    assert (item.gps_latitude, item.gps_longitude, item.gps_source) == expected


@pytest.mark.parametrize(
    ("camera", "kind", "time"),
    [
        (INSTANT + timedelta(hours=2), CaptureKind.WALL, INSTANT + timedelta(hours=2)),
        (
            INSTANT - timedelta(hours=9, minutes=30),
            CaptureKind.WALL,
            INSTANT - timedelta(hours=9, minutes=30),
        ),
        (
            INSTANT + timedelta(hours=5, minutes=45, seconds=1),
            CaptureKind.WALL,
            INSTANT + timedelta(hours=5, minutes=45, seconds=1),
        ),
        (INSTANT + timedelta(days=400), CaptureKind.UTC, INSTANT),
        (INSTANT + timedelta(minutes=7), CaptureKind.UTC, INSTANT),
        (INSTANT + timedelta(hours=15), CaptureKind.UTC, INSTANT),
    ],
)
def test_the_camera_and_google_on_the_time(
    tmp_path: Path, camera: datetime, kind: CaptureKind, time: datetime
) -> None:
    item = item_of(tmp_path, photo_json("a.jpg"), jpeg(1, taken=camera))
    assert (item.capture_kind, item.capture_time) == (kind, time)
    noted = orjson.loads(item.extras or "")["capture"]
    assert noted["exif"] == camera.isoformat()
    assert noted["photoTakenTime"] == "2023-09-22T14:49:36Z"
    assert ("implied_offset_min" in noted) == (kind is CaptureKind.WALL)


@given(
    st.integers(-56, 56),
    st.integers(-2, 2),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
)
def test_every_zone_is_a_zone(quarters: int, seconds: int, instant: datetime) -> None:
    wall = instant + timedelta(minutes=15 * quarters, seconds=seconds)
    assert implied_offset(wall, instant) == 15 * quarters


@given(
    st.integers(3, 897),
    st.integers(-200, 200),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
)
def test_a_difference_between_zones_gives_no_offset(
    seconds: int, quarters: int, instant: datetime
) -> None:
    assert (
        implied_offset(instant + timedelta(minutes=15 * quarters, seconds=seconds), instant) is None
    )


def test_exif_alone_is_the_wall_clock() -> None:
    shutter = CaptureTime(time=INSTANT, source="exif:DateTimeOriginal")
    assert reconcile(shutter, None) == (shutter, None)
    assert reconcile(None, None) == (None, None)


@pytest.mark.parametrize(
    "stamp",
    [
        "0",
        0,
        "",
        "x",
        "-",
        "١٢٣",
        "9" * 30,
        "1e9",
        None,
        True,
        1.5,
        [],
        "999999999999",
        -99999999999,
    ],
)
def test_invalid_times(tmp_path: Path, stamp: object) -> None:
    item = item_of(tmp_path, photo_json("a.jpg", photoTakenTime={"timestamp": stamp}))
    assert item.capture_time is None
    assert item.caption is None


@pytest.mark.parametrize(
    ("stamp", "year"), [("-1", 1969), (-2_208_988_800, 1900), (" 1695394176 ", 2023)]
)
def test_times_before_1970_and_as_numbers(tmp_path: Path, stamp: object, year: int) -> None:
    item = item_of(tmp_path, photo_json("a.jpg", photoTakenTime={"timestamp": stamp}))
    assert item.capture_time is not None
    assert item.capture_time.year == year


BROKEN = {
    "truncated": photo_json("a.jpg")[:-20],
    "empty": b"",
    "array": b"[]",
    "text": b'"a.jpg"',
    "nan": b'{"title": "a.jpg", "photoTakenTime": {"timestamp": NaN}}',
    "infinity": b'{"title": "a.jpg", "x": -Infinity}',
    "deep": b'{"title":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "huge int": b'{"title": "a.jpg", "imageViews": ' + b"9" * 6000 + b"}",
    "not utf-8": b'{"title": "\xff\xfe"}',
    "utf-16": photo_json("a.jpg").decode().encode("utf-16"),
    "nul": b"\0" * 500,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_json_costs_itself_and_not_the_photo(tmp_path: Path, name: str) -> None:
    unpack(tmp_path, {f"{YEAR}/a.jpg": jpeg(1), f"{YEAR}/a.jpg.json": BROKEN[name]})
    events = scan(tmp_path)
    assert problems(events) == {f"{YEAR}/a.jpg.json": "broken json"}
    item = items(events)["Photos from 2023/a.jpg"]
    assert item.raw is None
    assert item.capture_time is None


def test_half_an_emoji_costs_half_an_emoji(tmp_path: Path) -> None:
    document = replaced(
        photo_json("a.jpg"), (b'"description": ""', b'"description": "cut \\ud83d"')
    )
    item = item_of(tmp_path, document)
    assert item.caption == "cut \ufffd"
    assert item.capture_time == INSTANT


def test_odd_but_readable_jsons_are_read(tmp_path: Path) -> None:
    twice = replaced(
        photo_json("a.jpg"),
        (b'"description": ""', b'"description": "one", "description": "two"'),
    )
    assert item_of(tmp_path / "1", twice).caption == "two"
    assert item_of(tmp_path / "2", b"\xef\xbb\xbf" + photo_json("a.jpg")).capture_time == INSTANT
    wrong = {
        "description": 5,
        "people": "Ann",
        "favorited": "yes",
        "url": [],
        "imageViews": 2**70,
        "trashed": 1,
    }
    item = item_of(tmp_path / "3", photo_json("a.jpg", **wrong))
    assert (item.caption, item.people, item.favourite, item.url) == (None, (), None, None)
    assert item.capture_time == INSTANT
    assert item.availability is Availability.ONLINE


def test_a_json_of_over_a_mebibyte_is_refused(tmp_path: Path) -> None:
    big = json.dumps(
        {"title": "a.jpg", "photoTakenTime": {"timestamp": str(TAKEN)}, "x": "y" * (1 << 20)}
    )
    unpack(tmp_path, {f"{YEAR}/a.jpg": jpeg(1), f"{YEAR}/a.jpg.json": big.encode()})
    assert problems(scan(tmp_path)) == {f"{YEAR}/a.jpg.json": "json too large"}


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmp:Rating="4" xmpMM:DocumentID="xmp.did:1">
<dc:subject><rdf:Bag><rdf:li>lake</rdf:li></rdf:Bag></dc:subject>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("kind", ["tree", "zip", "tgz"])
def test_the_embedded_packet_adds_values_that_google_lacks(tmp_path: Path, kind: str) -> None:
    entries = {
        f"{YEAR}/a.jpg": jpeg(1, INSTANT, "Pixel", XMP),
        f"{YEAR}/a.jpg.json": photo_json("a.jpg"),
    }
    if kind == "tree":
        unpack(tmp_path, entries)
    else:
        write_part(tmp_path, 1, entries, kind)
    item = items(scan(tmp_path))["Photos from 2023/a.jpg"]
    assert (item.rating, item.title, [k.path for k in item.keywords]) == (4, "A title", [("lake",)])
    assert (item.camera_make, item.capture_kind, item.width) == ("Pixel", CaptureKind.WALL, 32)
    assert [(link.kind, link.target) for link in item.links] == [
        (LinkKind.DOCUMENT_ID, "xmp.did:1")
    ]


def test_a_header_that_cannot_be_parsed_is_noted_and_costs_nothing(tmp_path: Path) -> None:
    item = item_of(tmp_path, photo_json("a.jpg"), b"\xff\xd8 not really a picture")
    assert item.capture_time == INSTANT
    assert item.width is None


def test_a_long_video_beside_a_still_is_not_a_live_photo(tmp_path: Path) -> None:
    clip = movie()
    minute = replaced(
        clip, (struct.pack(">II", 600, 600 * 12 + 300), struct.pack(">II", 600, 36_000))
    )
    unpack(
        tmp_path,
        {
            f"{YEAR}/a.jpg": jpeg(1),
            f"{YEAR}/a.jpg.json": photo_json("a.jpg"),
            f"{YEAR}/a.MOV": minute,
            f"{YEAR}/b.jpg": jpeg(2),
            f"{YEAR}/b.jpg.json": photo_json("b.jpg"),
            f"{YEAR}/b.MOV": clip,
        },
    )
    found = items(scan(tmp_path))
    kinds = {
        name: [link.kind for link in found[f"Photos from 2023/{name}"].links]
        for name in ("a.MOV", "b.MOV")
    }
    assert kinds == {"a.MOV": [], "b.MOV": [LinkKind.LIVE_VIDEO_OF]}
