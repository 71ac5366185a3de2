"""Dates in file names: known patterns only, and never against a stated time."""

from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.media.names import time_in_name
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.catalogs.folders.reading import items
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.media.exif.files import camera_exif, picture

DAY = datetime(2020, 6, 1)
CLOCK = datetime(2020, 6, 1, 12, 34, 56)
LATE, FRACTION = CLOCK.replace(hour=23), CLOCK.replace(microsecond=789_000)


@pytest.mark.parametrize(
    ("name", "time", "precision"),
    [
        ("IMG-20200601-WA0001.jpg", DAY, Precision.DAY),
        ("VID-20200601-WA0012.mp4", DAY, Precision.DAY),
        ("IMG_20200601.jpg", DAY, Precision.DAY),
        ("scan 20200601.jpg", DAY, Precision.DAY),
        ("Screen Shot 2020-06-01 at 12.34.56 PM.png", CLOCK, Precision.SECOND),
        ("Screenshot 2020-06-01 at 12.34.56\u202fPM.png", CLOCK, Precision.SECOND),
        ("Screenshot 2020-06-01 at 1.34.56 PM.png", CLOCK.replace(hour=13), Precision.SECOND),
        ("Screenshot 2020-06-01 at 12.34.56 AM.png", CLOCK.replace(hour=0), Precision.SECOND),
        ("Screenshot 2020-06-01 at 11.34.56 am.png", CLOCK.replace(hour=11), Precision.SECOND),
        ("WhatsApp Image 2020-06-01 at 11.34.56 PM (1).jpeg", LATE, Precision.SECOND),
        ("Captura de pantalla 2020-06-01 a la(s) 11.34.56 p. m..png", LATE, Precision.SECOND),
        ("Screen Shot 2020-06-01 at 23.34.56 PM.png", LATE, Precision.SECOND),
        ("2020-06-01 11.34.56 PM.jpg", LATE, Precision.SECOND),
        ("Screenshot 2020-06-01 at 12.34.56 pmw.png", CLOCK, Precision.SECOND),
        ("20200601_123456_002.jpg", CLOCK, Precision.SECOND),  # the second of a burst
        ("signal-2020-06-01-123456_002.jpeg", CLOCK, Precision.SECOND),
        ("signal-2020-06-01-12-34-56-789.jpg", FRACTION, Precision.SUBSECOND),
        ("IMG_20200601_123456.jpg", CLOCK, Precision.SECOND),
        ("MVIMG_20200601_123456.jpg", CLOCK, Precision.SECOND),
        ("20200601_123456.jpg", CLOCK, Precision.SECOND),
        ("20200601123456.jpg", CLOCK, Precision.SECOND),
        ("2020-06-01 12.34.56.jpg", CLOCK, Precision.SECOND),
        ("2020_0601_123456.MOV", CLOCK, Precision.SECOND),
        ("Screenshot_20200601-123456.png", CLOCK, Precision.SECOND),
        ("Screenshot 2020-06-01 at 12.34.56.png", CLOCK, Precision.SECOND),
        ("Bildschirmfoto 2020-06-01 um 12.34.56.png", CLOCK, Precision.SECOND),
        ("signal-2020-06-01-123456.jpg", CLOCK, Precision.SECOND),
        ("signal-attachment-2020-06-01-123456.jpeg", CLOCK, Precision.SECOND),
        ("WhatsApp Image 2020-06-01 at 12.34.56.jpeg", CLOCK, Precision.SECOND),
        ("photo_2020-06-01_12-34-56.jpg", CLOCK, Precision.SECOND),
        ("WP_20200601_12_34_56_Pro.jpg", CLOCK, Precision.SECOND),
        (
            "PXL_20200601_123456789.MP.jpg",
            CLOCK.replace(microsecond=789_000),
            Precision.SUBSECOND,
        ),
    ],
)
def test_the_date_in_a_name(name: str, time: datetime, precision: Precision) -> None:
    guess = time_in_name(name)
    assert guess is not None
    assert (guess.time, guess.precision, guess.kind) == (time, precision, CaptureKind.NAME)
    assert guess.offset_min == (0 if name.startswith("PXL") else None)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg",
        "DSC_0001.JPG",
        "20200601.jpg",  # eight digits are a number
        "2020-06-01.jpg",
        "12345678.jpg",
        "IMG_20200231_000000.jpg",  # 31 February
        "IMG_20201301_000000.jpg",
        "FB_IMG_1591012345678.jpg",
        "invoice 20200601 123456.jpg",
        "IMG_202006011.jpg",
        "",
        ".jpg",
        "IMG_" + "9" * 300 + ".jpg",
    ],
)
def test_a_name_that_suggests_nothing(name: str) -> None:
    assert time_in_name(name) is None


def test_a_guessed_time_is_used_and_marked_where_none_is_stated(tmp_path: Path) -> None:
    place(tmp_path, "IMG-20200601-WA0001.jpg", small(1))
    place(tmp_path, "IMG-20200601-WA0002.jpg", picture(exif=camera_exif()))
    found = items(tmp_path)
    guessed, stated = found["IMG-20200601-WA0001.jpg"], found["IMG-20200601-WA0002.jpg"]
    assert (guessed.capture_time, guessed.capture_kind) == (DAY, CaptureKind.NAME)
    assert (guessed.capture_source, guessed.capture_precision) == ("name", Precision.DAY)
    assert stated.capture_source == "exif:DateTimeOriginal"
    off = items(tmp_path, dates_from_names=False)
    assert off["IMG-20200601-WA0001.jpg"].capture_time is None
