"""Capture times: a camera's clock, a person's correction, a file's time, a year alone."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from photo_assets.catalogs.lightroom.database import Value
from photo_assets.catalogs.lightroom.values import EPOCH
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.catalogs.lightroom.builder import Lrcat, title_packet, xmp_packet
from photo_assets_tests.catalogs.lightroom.reading import by_name, items, scanned

WALL, FILE = CaptureKind.WALL, CaptureKind.FILE
TAKEN = datetime(2013, 12, 1, 22, 39, 9)
WRITTEN = (TAKEN.replace(tzinfo=UTC) - EPOCH).total_seconds()
EMPTY = title_packet("no date")
DATED = xmp_packet(attributes='exif:DateTimeOriginal="2013-12-01T22:39:09"')
OTHERWISE = xmp_packet(attributes='photoshop:DateCreated="2001-02-03T04:05:06"')


@pytest.fixture
def folder(lrcat: Lrcat) -> int:
    return lrcat.folder(lrcat.root(), "2013/")


def _one(lrcat: Lrcat, scratch: Path) -> Item:
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    return item


@pytest.mark.parametrize(
    ("stated", "time", "offset", "precision"),
    [
        ("2013-12-01T22:39:09.42", datetime(2013, 12, 1, 22, 39, 9, 420000), None, "subsecond"),
        ("2013-12-01T22:39:09", TAKEN, None, "second"),
        ("2013-12-01T22:39:09+01:00", TAKEN, 60, "second"),
        ("2013-12-01T22:39:09Z", TAKEN, 0, "second"),
        ("2013-12-01T22:39", datetime(2013, 12, 1, 22, 39), None, "minute"),
        ("1987-06", datetime(1987, 6, 1), None, "month"),
        ("1987", datetime(1987, 1, 1), None, "year"),
        ("1987-00-00T00:00:00", datetime(1987, 1, 1), None, "year"),
        ("0000-00-00", None, None, None),
        ("2013-13-45T99:99:99", None, None, None),
        ("yesterday", None, None, None),
        (1385937549.42, None, None, None),
        (b"2013", None, None, None),
        (None, None, None, None),
    ],
)
def test_capture_times(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    stated: Value,
    time: datetime | None,
    offset: int | None,
    precision: str | None,
) -> None:
    lrcat.photo(folder, "a.jpg", captureTime=stated)
    item = _one(lrcat, scratch)
    assert (item.capture_time, item.capture_offset_min) == (time, offset)
    assert item.capture_precision == (Precision(precision) if precision else None)
    assert item.capture_kind is (WALL if time else None)
    assert item.capture_source == ("lightroom:captureTime" if time else None)
    assert item.capture_corrected_from is None


@pytest.mark.parametrize(
    ("date", "time", "precision"),
    [
        ((1987.0, 6.0, 5.0), datetime(1987, 6, 5), Precision.DAY),
        ((1987, "6", None), datetime(1987, 6, 1), Precision.MONTH),
        ((1987.0, None, None), datetime(1987, 1, 1), Precision.YEAR),
        (("1987", 0, 0), datetime(1987, 1, 1), Precision.YEAR),
        ((1987.0, None, 5.0), datetime(1987, 1, 1), Precision.YEAR),
        ((1987.0, 13.0, 5.0), datetime(1987, 1, 1), Precision.YEAR),
        ((1.0, 1.0, 1.0), None, None),
        ((None, 6.0, 5.0), None, None),
    ],
)
@pytest.mark.parametrize("stated", [None, "", "0000-00-00"])
def test_the_date_columns_stand_in_for_a_missing_time(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    stated: Value,
    date: tuple[Value, Value, Value],
    time: datetime | None,
    precision: Precision | None,
) -> None:
    image = lrcat.photo(folder, "a.jpg", captureTime=stated)
    columns = dict(zip(("dateYear", "dateMonth", "dateDay"), date, strict=True))
    lrcat.insert("AgHarvestedExifMetadata", image=image, **columns)
    item = _one(lrcat, scratch)
    assert (item.capture_time, item.capture_precision) == (time, precision)
    assert item.capture_kind is (WALL if time else None)
    assert item.capture_source == ("lightroom:dateYear" if time else None)


@pytest.mark.parametrize(
    ("xmp", "values", "source"),
    [
        (EMPTY, {}, "lightroom:fileTime"),
        (xmp_packet(attributes='exif:DateTimeOriginal="2013-12-01"'), {}, "lightroom:captureTime"),
        (EMPTY, {"originalCaptureTime": "2012-01-01"}, "lightroom:captureTime"),
        (EMPTY, {"fileFormat": "VIDEO"}, "lightroom:captureTime"),
        (EMPTY, {"captureTime": "2013-12-01T22:39:09+01:00"}, "lightroom:captureTime"),
        (EMPTY, {"captureTime": "2013-12"}, "lightroom:captureTime"),
        (None, {}, "lightroom:captureTime"),
        ("<broken", {}, "lightroom:captureTime"),
    ],
)
def test_a_packet_without_a_date_tells_a_time_filled_in_from_the_file(
    lrcat: Lrcat, folder: int, scratch: Path, xmp: str | None, values: dict[str, Value], source: str
) -> None:
    name = "a.mov" if values.get("fileFormat") == "VIDEO" else "a.jpg"
    lrcat.photo(folder, name, xmp=xmp, **values)
    assert _one(lrcat, scratch).capture_source == source


@pytest.mark.parametrize("zone", ["", "+00:00", "Z"], ids=["Mac", "Windows", "Z"])
@pytest.mark.parametrize(
    ("xmp", "name", "written", "camera"),
    [
        (EMPTY, "a.jpg", WRITTEN, {}),
        (EMPTY, "a.jpg", WRITTEN + 86_400 * 500, {}),  # touched since the import
        (EMPTY, "a.jpg", WRITTEN, {"aperture": 2.97}),  # a lens and no date
        (None, "a.jpg", WRITTEN + 0.95, {}),
        ("<broken", "a.jpg", str(WRITTEN), {}),
        (None, "clip.mov", WRITTEN - 1, {}),
        (EMPTY, "clip.mov", WRITTEN, {}),
        (OTHERWISE, "a.png", WRITTEN, {}),  # a program's date, which Lightroom left aside
    ],
    ids=[
        *("no date", "touched", "lens", "no packet", "broken packet", "video", "empty video"),
        "other date",
    ],
)
def test_the_time_of_a_file_is_a_guess_in_utc(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    zone: str,
    xmp: str | None,
    name: str,
    written: Value,
    camera: dict[str, Value],
) -> None:
    item = _written(
        lrcat, folder, scratch, f"{TAKEN.isoformat()}{zone}", xmp, name, written, camera
    )
    assert (item.capture_time, item.capture_kind) == (TAKEN, FILE)
    assert item.capture_offset_min is None, "UTC needs none, and no wall clock is known"
    assert item.capture_source == "lightroom:fileTime"
    assert item.capture_precision is Precision.SECOND


@pytest.mark.parametrize(
    ("stated", "xmp", "name", "written", "camera"),
    [
        (TAKEN.isoformat(), DATED, "a.jpg", WRITTEN, {}),  # a camera set to UTC
        (TAKEN.isoformat(), None, "a.jpg", WRITTEN + 3, {}),
        (TAKEN.isoformat(), None, "a.jpg", WRITTEN - 3600, {}),
        (TAKEN.isoformat(), None, "a.jpg", WRITTEN, {"isoSpeedRating": 100.0}),
        (TAKEN.isoformat(), None, "a.jpg", None, {}),
        (TAKEN.isoformat(), None, "a.jpg", "yesterday", {}),
        (f"{TAKEN.isoformat()}+02:00", EMPTY, "a.jpg", WRITTEN, {}),
        (TAKEN.isoformat(), OTHERWISE, "a.jpg", WRITTEN + 3600, {}),
        ("2013-12-01", EMPTY, "a.jpg", WRITTEN, {}),
        (TAKEN.isoformat(), EMPTY, "a.jpg", WRITTEN + 3600, {"aperture": 2.97}),
        (TAKEN.isoformat(), EMPTY, "clip.mov", WRITTEN + 3600, {}),
    ],
    ids=[
        *("dated", "3 s", "an hour", "camera", "no time", "odd time", "zone", "edited", "a day"),
        *("written again", "video"),
    ],
)
def test_a_time_that_anything_else_states_stays_a_wall_clock(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    stated: str,
    xmp: str | None,
    name: str,
    written: Value,
    camera: dict[str, Value],
) -> None:
    item = _written(lrcat, folder, scratch, stated, xmp, name, written, camera)
    assert (item.capture_kind, item.capture_source) == (WALL, "lightroom:captureTime")


def _written(
    lrcat: Lrcat,
    folder: int,
    scratch: Path,
    stated: str,
    xmp: str | None,
    name: str,
    written: Value,
    camera: dict[str, Value],
) -> Item:
    image = lrcat.photo(folder, name, captureTime=stated, xmp=xmp)
    lrcat.db.execute("UPDATE AgLibraryFile SET modTime = ?", [written])
    lrcat.insert("AgHarvestedExifMetadata", image=image, dateYear=2013.0, **camera)
    return _one(lrcat, scratch)


@pytest.mark.parametrize("xmp", [DATED, EMPTY, None, "<broken"])
def test_a_corrected_time_keeps_the_earlier_time(
    lrcat: Lrcat, folder: int, scratch: Path, xmp: str | None
) -> None:
    lrcat.photo(
        folder,
        "a.jpg",
        xmp=xmp,
        captureTime="2013-12-02T05:39:09.42",
        originalCaptureTime="2013-12-01T22:39:09.42",
    )
    item = _one(lrcat, scratch)
    assert item.capture_time == datetime(2013, 12, 2, 5, 39, 9, 420000)
    assert item.capture_corrected_from == datetime(2013, 12, 1, 22, 39, 9, 420000)
    assert (item.capture_kind, item.capture_source) == (WALL, "lightroom:captureTime")
    assert orjson.loads(str(item.extras))["original_capture_time"] == "2013-12-01T22:39:09.42"


@pytest.mark.parametrize("original", ["2013-12-01T22:39:09", "2013-12-01T22:39:09Z", "", None, 5.0])
def test_an_equal_original_time_is_not_a_correction(
    lrcat: Lrcat, folder: int, scratch: Path, original: Value
) -> None:
    lrcat.photo(folder, "a.jpg", captureTime=TAKEN.isoformat(), originalCaptureTime=original)
    item = _one(lrcat, scratch)
    assert (item.capture_time, item.capture_corrected_from) == (TAKEN, None)


@pytest.mark.parametrize("name", ["lr5", "lr14_fresh", "lr14_metadata"])
def test_real_catalogs_file_times_are_recognized_with_any_packet(
    real_catalog: Callable[[str], Path], scratch: Path, name: str
) -> None:
    """A row without EXIF date and as old as its file, made of each photo of a real catalog."""
    path = real_catalog(name)
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT i.id_local, f.modTime FROM Adobe_images i "
            "JOIN AgLibraryFile f ON f.id_local = i.rootFile"
        ).fetchall()
        for image, written in rows:
            time = (EPOCH + timedelta(seconds=int(written))).strftime("%Y-%m-%dT%H:%M:%S")
            database.execute(
                "UPDATE Adobe_images SET captureTime = ? WHERE id_local = ?", [time, image]
            )
        database.execute("UPDATE Adobe_AdditionalMetadata SET xmp = ''")
        database.execute("UPDATE AgHarvestedExifMetadata SET cameraModelRef = NULL")
        for column in ("aperture", "shutterSpeed", "isoSpeedRating", "focalLength"):
            database.execute(f"UPDATE AgHarvestedExifMetadata SET {column} = NULL")
    found = by_name(scanned(path, scratch))
    assert {item.capture_kind for item in found.values()} == {FILE}
    assert len(found) == len(rows) >= 4
