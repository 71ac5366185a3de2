"""Catalogs written by Lightroom 5 and 14: all values entered by people are read."""

import dataclasses
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from photo_assets.model.item import Album, Item, Keyword, Person, Region
from photo_assets.model.vocabulary import AlbumKind, Availability, LinkKind, MediaKind, Precision
from photo_assets_tests.catalogs.lightroom.reading import by_name, items, scanned

RealCatalog = Callable[[str], Path]

ROOT_14 = (
    "/Users/thad/Library/CloudStorage/Dropbox/thad/gdrive/src/monorepo/thad/lightroom/db_reader/"
    "testdata/test_photos"
)
BRIDGE = "GoldenGateBridge-001.jpg"
TOWN_HALL = "1200px-Rathaus_and_Marienplatz_from_Peterskirche_-_August_2006.jpg"
HESSE = "Hermann_Hesse_2.jpg"
KING = "Martin_Luther_King,_Jr..jpg"
EARTH = "1200px-The_Earth_seen_from_Apollo_17.jpg"


@pytest.fixture
def photos(real_data: Path) -> dict[str, Path]:
    return {ROOT_14: real_data / "lightroom" / "photos"}


@pytest.fixture
def edited(real_catalog: RealCatalog, scratch: Path, photos: dict[str, Path]) -> dict[str, Item]:
    return by_name(scanned(real_catalog("lr14_metadata"), scratch, photos))


@pytest.fixture
def fresh(real_catalog: RealCatalog, scratch: Path, photos: dict[str, Path]) -> dict[str, Item]:
    return by_name(scanned(real_catalog("lr14_fresh"), scratch, photos))


def _paths(item: Item) -> set[tuple[str, ...]]:
    return {keyword.path for keyword in item.keywords}


def test_ratings_keywords_people_and_collections_arrive(edited: dict[str, Item]) -> None:
    assert {name: item.rating for name, item in edited.items()} == {
        BRIDGE: 3,
        TOWN_HALL: 3,
        HESSE: 4,
        KING: 5,
        EARTH: None,
    }
    assert _paths(edited[BRIDGE]) == {
        ("bridge",),
        ("california",),
        ("golden gate bridge",),
        ("san francisco",),
        ("sunset",),
    }
    assert _paths(edited[TOWN_HALL]) == {("München",)}
    assert _paths(edited[EARTH]) == {("Erde",)}
    assert _paths(edited[KING]) == {
        ("Martin Luther King Jr.",),
        ("Nobelpris",),
        ("Nobelpris", "1961-1970", "1964"),
        ("Nobelpris", "Nobelpristagare"),
        ("Nobelpris", "Nobelpristagare", "Fred"),
        ("Porträttfotografi",),
    }
    assert Keyword(path=("Hermann Hesse",), person=True) in edited[HESSE].keywords
    assert edited[HESSE].people == (
        Person(
            name="Hermann Hesse",
            region=Region(x=0.586795, y=0.27211, width=0.368797, height=0.404695),
            confirmed=True,
        ),
    )
    assert [person.name for person in edited[KING].people] == ["Martin Luther King Jr."]
    heroes = {name: item.albums for name, item in edited.items() if item.albums}
    assert heroes == {
        HESSE: (_hero(0),),
        KING: (_hero(1),),
    }


def _hero(position: int) -> Album:
    kind = AlbumKind.COLLECTION
    return Album(id="collection/762", path=("Heroes",), kind=kind, position=position)


def test_captions_titles_places_and_camera_data_arrive(edited: dict[str, Item]) -> None:
    bridge = edited[BRIDGE]
    assert bridge.title == "Golden Gate Bridge 001"
    assert bridge.caption == "The Golden Gate Bridge in San Francisco, CA at sunset."
    assert bridge.copyright == "© Rich Niewiroski Jr. 2007"
    assert bridge.creator == "Rich Niewiroski Jr"
    assert (bridge.city, bridge.state, bridge.country_code) == ("Sausalito", "California", "US")
    assert bridge.country == "United States of America"
    assert bridge.extras is not None
    assert '"location_origin":"reverse geocoded"' in bridge.extras
    assert '"city":"San Francisco"' in bridge.extras, "what the photographer wrote is kept"
    assert bridge.gps_latitude == pytest.approx(37.82686602640833)
    assert bridge.gps_longitude == pytest.approx(-122.48635834924333)
    assert edited[TOWN_HALL].gps_latitude == pytest.approx(48.13746461620167)
    assert edited[TOWN_HALL].sublocation == "Graggenau"
    assert edited[HESSE].gps_latitude is None
    assert (bridge.aperture, bridge.exposure_time_s, bridge.iso) == (2.8, 0.0025, 125)
    assert (bridge.camera_make, bridge.camera_model) == ("SONY", "DSC-W100")
    assert bridge.focal_length_mm == 7.9
    assert (bridge.width, bridge.height, bridge.orientation) == (3264, 2448, 1)
    links = {(link.kind, link.target) for link in bridge.links}
    assert (LinkKind.IMPORT_HASH, "189362496:GoldenGateBridge-001.jpg:3108075") in links
    assert (LinkKind.DOCUMENT_ID, "uuid:B3CD8A172599DB11B22095EB648D2E36") in links


def test_times_are_lightrooms_clock_and_wall_time(edited: dict[str, Item]) -> None:
    bridge = edited[BRIDGE]
    assert bridge.capture_time == datetime(2007, 1, 1, 16, 41, 36)
    assert bridge.capture_source == "lightroom:captureTime"
    assert bridge.added_time == datetime(2020, 6, 1, 17, 50, 48, tzinfo=UTC)
    assert bridge.modified_time == datetime(2020, 6, 1, 21, 28, 3, 358835, tzinfo=UTC)
    assert {edited[name].capture_source for name in (TOWN_HALL, HESSE, KING, EARTH)} == {
        "lightroom:fileTime"
    }, "four photos have no date of their own; Lightroom filled in the file's"


def test_files_are_found_through_the_root_map(edited: dict[str, Item], real_data: Path) -> None:
    for name, item in edited.items():
        on_disk = real_data / "lightroom" / "photos" / name
        assert item.path == str(on_disk)
        assert item.availability is Availability.ONLINE
        assert item.file_size == on_disk.stat().st_size
        assert item.file_mtime_ns == on_disk.stat().st_mtime_ns


def test_two_catalogs_differ_exactly_in_the_edits(
    fresh: dict[str, Item], edited: dict[str, Item]
) -> None:
    ours = {"change_token", "extras", "raw"}
    changed: dict[str, set[str]] = {}
    for name, before in fresh.items():
        after = edited[name]
        assert after.native_id == before.native_id
        changed[name] = {
            field.name
            for field in dataclasses.fields(Item)
            if getattr(before, field.name) != getattr(after, field.name)
        } - ours
    place = {"gps_latitude", "gps_longitude", "gps_source", "city", "country", "country_code"}
    zone = {"capture_offset_min", "capture_kind", "capture_source"}
    assert changed == {
        BRIDGE: {"rating", "modified_time", "sublocation"} | place,
        TOWN_HALL: {"rating", "modified_time", "keywords", "sublocation", "state"} | place,
        HESSE: {"rating", "modified_time", "keywords", "people", "albums"} | zone,
        KING: {"rating", "modified_time", "keywords", "people", "albums"} | zone,
        EARTH: {"modified_time", "keywords"},
    }
    offsets = [fresh[name].capture_offset_min for name in (TOWN_HALL, HESSE, KING)]
    assert offsets == [None, 60, -420], "Lightroom's own word for a file's time is Z, and no zone"


def test_a_lightroom_5_catalog_with_raw_files(real_catalog: RealCatalog, scratch: Path) -> None:
    found = by_name(scanned(real_catalog("lr5"), scratch))
    assert sorted(found) == ["_MAX3047.jpg", "_MAX3065.jpg", "_MAX7667.NEF", "_MAX7674.NEF"]
    nef = found["_MAX7667.NEF"]
    assert nef.path == ("/Users/maxmouchet/Pictures/2013/12-01 (MO) Pre-party Phoelix/_MAX7667.NEF")
    assert nef.availability is Availability.OFFLINE
    assert (nef.media_kind, nef.media_type) == (MediaKind.RAW, "image/x-nikon-nef")
    assert nef.capture_time == datetime(2013, 12, 1, 22, 39, 9, 420000)
    assert nef.capture_precision is Precision.SUBSECOND
    assert nef.capture_source == "lightroom:captureTime"
    assert nef.modified_time == datetime(2013, 12, 12, 13, 3, 39, 101946, tzinfo=UTC)
    assert nef.added_time == datetime(2013, 12, 12, 13, 3, 39, tzinfo=UTC)
    assert (nef.aperture, nef.exposure_time_s, nef.iso) == (1.4, 0.05, 1600)
    assert (nef.camera_make, nef.camera_model) == ("NIKON CORPORATION", "NIKON D700")
    assert nef.camera_serial == "2526497"
    assert '"edited":false' in str(nef.extras)
    assert (nef.lens, nef.focal_length_mm) == ("50.0 mm f/1.4", 50.0)
    assert nef.creator == "Maxime Mouchet"
    assert nef.copyright is None
    assert '"file_name":"_MAX7667.xmp"' in str(nef.extras)
    jpeg = found["_MAX3047.jpg"]
    assert (jpeg.aperture, jpeg.exposure_time_s) == (3.5, 1 / 3200)
    assert '"derived_from":"02046CEEFA5043CF66467B6F60C3DDB9"' in str(jpeg.extras)


@pytest.mark.parametrize("name", ["lr14_fresh", "lr14_metadata", "lr5"])
def test_rows_of_every_table_are_counted(
    real_catalog: RealCatalog, scratch: Path, name: str
) -> None:
    """The reader's result compared with plain SQL over the same tables."""
    path = real_catalog(name)
    found = items(scanned(path, scratch))
    copy = path.with_name("for-sql.lrcat")
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as database:

        def count(query: str) -> int:
            return int(database.execute(query).fetchone()[0])

        assert len(found) == count("SELECT count(*) FROM Adobe_images")
        assert sum(len(item.keywords) for item in found.values()) == count(
            "SELECT count(*) FROM AgLibraryKeywordImage"
        )
        assert sum(item.rating is not None for item in found.values()) == count(
            "SELECT count(rating) FROM Adobe_images"
        )
        assert sum(item.label is not None for item in found.values()) == count(
            "SELECT count(*) FROM Adobe_images WHERE colorLabels <> ''"
        )
        assert sum(item.caption is not None for item in found.values()) == count(
            "SELECT count(caption) FROM AgLibraryIPTC"
        )
        assert sum(item.gps_latitude is not None for item in found.values()) == count(
            "SELECT count(*) FROM AgHarvestedExifMetadata WHERE hasGPS = 1"
        )
        assert sum(len(item.albums) for item in found.values()) == count(
            "SELECT count(*) FROM AgLibraryCollectionImage"
        )
        assert sum(
            person.region is not None for item in found.values() for person in item.people
        ) == count("SELECT count(*) FROM AgLibraryKeywordFace")


def test_rare_rows_inserted_into_a_real_catalog(real_catalog: RealCatalog, scratch: Path) -> None:
    """A virtual copy, a stack, a publish service and an unconfirmed face, past real triggers."""
    path = real_catalog("lr14_metadata")
    with sqlite3.connect(path) as database:
        database.executescript("""
            INSERT INTO Adobe_images (id_local, id_global, rootFile, masterImage, copyName, rating)
                SELECT 900, 'COPY', rootFile, id_local, 'Copy 1', 1.0
                FROM Adobe_images WHERE id_local = 86;
            INSERT INTO AgLibraryFolderStack (id_local, id_global) VALUES (901, 'STACK');
            INSERT INTO AgLibraryFolderStackImage (image, position, stack)
                VALUES (89, 2.0, 901), (88, 1.0, 901);
            INSERT INTO AgLibraryPublishedCollection (id_local, creationId, name)
                VALUES (910, 'com.adobe.lightroom.export.flickr', 'My Flickr');
            INSERT INTO AgLibraryPublishedCollection (id_local, creationId, name, parent)
                VALUES (911, 'com.adobe.ag.library.collection', 'Photostream', 910);
            INSERT INTO AgLibraryPublishedCollectionImage (collection, image) VALUES (911, 86);
            INSERT INTO AgRemotePhoto (id_global, collection, photo, remoteId, url)
                VALUES ('R', 911, 86, '53123', 'https://www.flickr.com/photos/ada/53123/');
            INSERT INTO AgLibraryFace (id_local, image, imageOrientation,
                tl_x, tl_y, tr_x, tr_y, bl_x, bl_y, br_x, br_y)
                VALUES (920, 90, 'AB', 0.1, 0.2, 0.3, 0.2, 0.1, 0.6, 0.3, 0.6);
            INSERT INTO AgLibraryKeywordFace (face, tag, userPick, userReject)
                VALUES (920, 752, NULL, NULL);
        """)
    found = items(scanned(path, scratch))
    names = {str(item.file_name): item for key, item in found.items() if key != "COPY"}
    copy = found["COPY"]
    assert copy.path == names[BRIDGE].path
    assert copy.rating == 1
    assert [(link.target, link.detail) for link in copy.links if "copy" in link.kind] == [
        (names[BRIDGE].native_id, "Copy 1")
    ]
    assert [link.target for link in names[KING].links if "stack" in link.kind] == [
        names[HESSE].native_id
    ]
    assert not [link for link in names[HESSE].links if "stack" in link.kind]
    assert [(link.target, link.detail) for link in names[BRIDGE].links if "pub" in link.kind] == [
        ("53123", "flickr https://www.flickr.com/photos/ada/53123/")
    ]
    assert names[BRIDGE].albums == (
        Album(
            id="published/911",
            path=("My Flickr", "Photostream"),
            kind=AlbumKind.PUBLISHED,
            position=None,
        ),
    )
    assert names[EARTH].people == (
        Person(
            name="Hermann Hesse",
            region=Region(x=0.2, y=0.4, width=0.2, height=0.4),
            confirmed=False,
        ),
    )
