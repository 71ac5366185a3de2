"""Plain fields: flags, titles, coordinates, cameras, the epoch; and unusual values."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import MediaKind
from photo_assets_tests.catalogs.lightroom.builder import (
    Lrcat,
    packed,
    title_packet,
    xmp_packet,
)
from photo_assets_tests.catalogs.lightroom.reading import items, scanned


@pytest.fixture
def folder(lrcat: Lrcat) -> int:
    return lrcat.folder(lrcat.root(), "2013/")


def _one(lrcat: Lrcat, scratch: Path) -> Item:
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    return item


@pytest.mark.parametrize(
    ("rating", "pick", "label", "meant"),
    [
        (None, 0.0, "", (None, 0, None)),
        (5.0, 1.0, "Red", (5, 1, "Red")),
        (1, -1, "Grün", (1, -1, "Grün")),
        ("3", "1", "  ", (3, 1, None)),
        (7.0, 2.0, 3.0, (None, None, "3.0")),
        (2.5, None, b"\xff", (None, None, None)),
        (-1.0, "x", "a\x00b", (None, None, "a\ufffdb")),
    ],
)
def test_ratings_flags_and_labels(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    rating: Value,
    pick: Value,
    label: Value,
    meant: tuple[Value, ...],
) -> None:
    lrcat.db.execute("PRAGMA ignore_check_constraints = ON")
    values = {"rating": rating, "colorLabels": label, "pick": 0.0 if pick is None else pick}
    lrcat.photo(folder, "a.jpg", **values)
    item = _one(lrcat, scratch)
    expected = (meant[0], 0 if pick is None else meant[1], meant[2])
    assert (item.rating, item.pick, item.label) == expected


@pytest.mark.parametrize("touched", [0, 0.0, -63113817600.0, None, "x", 9e99])
def test_an_image_never_touched_has_no_modification_time(
    lrcat: Lrcat, folder: int, scratch: Path, touched: Value
) -> None:
    lrcat.photo(folder, "a.jpg", touchTime="" if touched is None else touched)
    assert _one(lrcat, scratch).modified_time is None


def test_touch_time_counts_from_2001(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    lrcat.photo(folder, "a.jpg", touchTime=408546219.0)
    assert _one(lrcat, scratch).modified_time == datetime(2013, 12, 12, 13, 3, 39, tzinfo=UTC)


@pytest.mark.parametrize("version", [14, 5, 3])
def test_titles_come_from_the_packet_however_it_is_stored(
    home: Path, scratch: Path, version: int
) -> None:
    with Lrcat(home / "photos.lrcat", version) as lrcat:
        image = lrcat.photo(lrcat.folder(lrcat.root()), "a.jpg", xmp=title_packet("Überfahrt"))
        lrcat.insert("AgLibraryIPTC", image=image, caption="from the column")
        (kind,) = lrcat.db.execute("SELECT typeof(xmp) FROM Adobe_AdditionalMetadata").fetchone()
    assert kind == ("blob" if version == 14 else "text")
    (item,) = items(scanned(home / "photos.lrcat", scratch)).values()
    assert item.title == "Überfahrt"
    assert item.caption == "from the column"
    assert "dc:title" in orjson.loads(str(item.raw))["xmp"]


@pytest.mark.parametrize(
    "xmp",
    [
        packed(title_packet("x"))[:-9],
        b"\x00\x00\x10\x00x\x9c garbage",
        b"\x00",
        b"\x89PNG\r\n\x1a\n",
        "<x:xmpmeta",
        packed("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        packed(" " * 40_000_000),  # a bomb: 40 MB from 40 KB
        17.5,
    ],
)
def test_a_bad_packet_costs_only_itself(
    lrcat: Lrcat, folder: int, scratch: Path, xmp: Value
) -> None:
    image = lrcat.photo(folder, "a.jpg", rating=4.0)
    lrcat.insert("Adobe_AdditionalMetadata", image=image, xmp=xmp)
    item = _one(lrcat, scratch)
    assert item.rating == 4
    assert item.title is None
    error = orjson.loads(str(item.extras)).get("xmp_error")
    assert bool(error) == (xmp != 17.5)


def test_a_large_packet_is_parsed_but_not_kept_in_the_row(
    lrcat: Lrcat, folder: int, scratch: Path
) -> None:
    packet = title_packet("Masks") + " " * 2_000_000
    lrcat.photo(folder, "a.jpg", xmp=packet)
    item = _one(lrcat, scratch)
    assert item.title == "Masks"
    assert orjson.loads(str(item.raw))["xmp_bytes"] == len(packet)
    assert len(str(item.raw)) < 10_000


@pytest.mark.parametrize(
    ("has", "latitude", "longitude", "meant"),
    [
        (1, 48.1, 11.5, (48.1, 11.5)),
        (1.0, "48.1", 11.5, (48.1, 11.5)),
        (0, 48.1, 11.5, (None, None)),
        (None, 48.1, 11.5, (None, None)),
        (1, 0.0, 0.0, (None, None)),
        (1, 0.0, 11.5, (0.0, 11.5)),
        (1, 91.0, 11.5, (None, None)),
        (1, 48.1, -180.5, (None, None)),
        (1, float("inf"), 11.5, (None, None)),
        (1, None, None, (None, None)),
    ],
)
def test_coordinates(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    has: Value,
    latitude: Value,
    longitude: Value,
    meant: tuple[float | None, float | None],
) -> None:
    image = lrcat.photo(folder, "a.jpg")
    place = {"hasGPS": has, "gpsLatitude": latitude, "gpsLongitude": longitude}
    lrcat.insert("AgHarvestedExifMetadata", image=image, **place)
    item = _one(lrcat, scratch)
    assert (item.gps_latitude, item.gps_longitude) == meant
    assert item.gps_source == ("lightroom:gpsLatitude" if meant[0] is not None else None)


GPS = 'exif:GPSLatitude="48,6.0N" exif:GPSLongitude="11,30.0E" exif:GPSAltitude="5190/10"'


@pytest.mark.parametrize(("latitude", "altitude"), [(48.1, 519.0), (48.2, None)])
def test_the_altitude_of_the_packet_counts_only_for_its_own_place(
    lrcat: Lrcat, folder: int, scratch: Path, latitude: float, altitude: float | None
) -> None:
    image = lrcat.photo(folder, "a.jpg", xmp=xmp_packet(attributes=GPS))
    place = {"hasGPS": 1, "gpsLatitude": latitude, "gpsLongitude": 11.5}
    lrcat.insert("AgHarvestedExifMetadata", image=image, **place)
    assert _one(lrcat, scratch).gps_altitude_m == altitude


def test_lightroom_3_keeps_coordinates_only_in_the_packet(home: Path, scratch: Path) -> None:
    with Lrcat(home / "photos.lrcat", 3) as lrcat:
        folder = lrcat.folder(lrcat.root())
        for name, has in (("a.jpg", 1), ("b.jpg", 0)):
            image = lrcat.photo(folder, name, xmp=xmp_packet(attributes=GPS))
            lrcat.insert("AgHarvestedExifMetadata", image=image, hasGPS=has)
    with_place, without = items(scanned(home / "photos.lrcat", scratch)).values()
    assert (with_place.gps_latitude, with_place.gps_longitude) == (48.1, 11.5)
    assert with_place.gps_altitude_m == 519.0
    assert with_place.gps_source == "lightroom:xmp:exif:GPSLatitude"
    assert without.gps_latitude is None


def test_places_cameras_and_other_columns(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    image = lrcat.photo(folder, "a.dng", fileFormat="DNG", orientation="DA")
    lrcat.insert(
        "AgHarvestedExifMetadata",
        image=image,
        cameraModelRef=lrcat.interned("AgInternedExifCameraModel", "NIKON D700"),
        cameraSNRef=lrcat.interned("AgInternedExifCameraSN", "2526497"),
        lensRef=lrcat.interned("AgInternedExifLens", "50.0 mm f/1.4"),
        isoSpeedRating=1600.0,
        focalLength=50.0,
        aperture=0.970854,
        shutterSpeed=4.321928,
    )
    lrcat.insert(
        "AgHarvestedIptcMetadata",
        image=image,
        creatorRef=lrcat.interned("AgInternedIptcCreator", "Ada"),
        cityRef=lrcat.interned("AgInternedIptcCity", "Rom"),
        stateRef=lrcat.interned("AgInternedIptcState", "Latium"),
        countryRef=lrcat.interned("AgInternedIptcCountry", "Italien"),
        isoCountryCodeRef=lrcat.interned("AgInternedIptcIsoCountryCode", "IT"),
        locationRef=lrcat.interned("AgInternedIptcLocation", "Forum"),
        locationDataOrigination="unset",
    )
    lrcat.insert(
        "AgLibraryIPTC", image=image, caption="Gähn", copyright="© Ada", altTextAccessibility="alt"
    )
    lrcat.insert("AgLibraryImageOzAssetIds", image=float(image), ozCatalogId="c", ozAssetId="a1b2")
    file = lrcat.db.execute("SELECT rootFile FROM Adobe_images").fetchone()[0]
    lrcat.insert("AgLibraryFileAssetMetadata", fileId=file, sha256="ab" * 32, fileSize=5)
    item = _one(lrcat, scratch)
    assert (item.camera_model, item.camera_serial, item.lens) == (
        *("NIKON D700", "2526497"),
        "50.0 mm f/1.4",
    )
    assert (item.iso, item.focal_length_mm, item.aperture) == (1600, 50.0, 1.4)
    assert (item.sublocation, item.city, item.state) == ("Forum", "Rom", "Latium")
    assert (item.country, item.country_code, item.creator) == ("Italien", "IT", "Ada")
    assert (item.caption, item.copyright) == ("Gähn", "© Ada")
    assert (item.orientation, item.media_kind) == (8, MediaKind.RAW)
    extras = orjson.loads(str(item.extras))
    assert extras["alt_text"] == "alt"
    assert extras["cloud_asset_id"] == "a1b2"
    assert extras["sha256_hint"] == "ab" * 32
    assert item.sha256 is None, "a hint of another program is no checksum"


def test_a_video_has_its_length(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    image = lrcat.photo(folder, "clip.xyz", fileFormat="VIDEO", orientation=None)
    lrcat.insert("AgVideoInfo", image=image, duration="0000000000001770/0000000000000258")
    item = _one(lrcat, scratch)
    assert (item.media_kind, item.duration_s, item.orientation) == (MediaKind.VIDEO, 10.0, None)
