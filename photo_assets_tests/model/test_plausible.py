"""Implausible values become None for every reader; texts of people are kept."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.item import Item
from photo_assets.model.plausible import (
    plausible,
    stated_altitude,
    stated_place,
    stated_stars,
    stated_text,
)

BASE = Item(source="folders", catalog="f", native_id="a.jpg", reader_version=1)


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "KODAK Digital Still Camera",
        "KODAK EASYSHARE DIGITAL CAMERA",
        "SANYO DIGITAL CAMERA CA6",
        "MEDION DIGITAL CAMERA",
        "Konica Minolta Digital Camera",
        "DIGITAL CAMERA",
        "SONY DSC",
        "_cuva",
        "smart",
        "HELLOMOTO",
        "bsh",
        "cof_vivid",
        "binary comment",
        "charset=Ascii binary comment",
        "null",
        "\0\0 \0",
        " . ",
        "DCIM\\100GOPRO\\GOPR0001.JPG",
        "DCIM/100MEDIA/DJI_0012.JPG",
        "/mnt/media_rw/DCIM/DJI_001/DJI_20230101.DNG",
        "GOPR0001.JPG",
        "DSCN0042.JPG",
        "<KENOX S630  / Samsung S630>",
        "LEAD Technologies Inc. V1.01",
        "Intel(R) JPEG Library, version 1,5,4,36",
        "Untitled",
        "mde_soft",
        "oznorHDR",
        "oznorWO",
        "oz_hdr",
        "ozedr",
        "rptfbty",
        "Digital StillCamera",
        "Screenshot",
        "iClarified",
        "Created by Imlib",
        "File written by Adobe Photoshop® 4.0",
        "Processed By eBay with ImageMagick, z1.1.0. ||B2",
    ],
)  # fmt: skip
def test_what_cameras_and_libraries_write_is_no_text(text: str) -> None:
    assert stated_text(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Boats at noon",
        "My new digital camera",
        "A digital camera on a table",
        "smart people",
        "dcim photos of the trip",
        "Unknown soldier",
        "IMG_0001.JPG, cropped",
        "Background",
        "写真",
        "Samsung factory, Suwon",
        "Null Island",
    ],
)
def test_what_a_person_may_have_written_stays_as_it_is(text: str) -> None:
    assert stated_text(text) == text


@given(st.text(max_size=300))
def test_a_text_is_kept_whole_or_not_at_all(text: str) -> None:
    assert stated_text(text) in {None, text}


@pytest.mark.parametrize(
    ("metres", "stated"),
    [
        (-421.0, -421.0),  # the shore of the Dead Sea
        (8_848.0, 8_848.0),
        (408_000.0, 408_000.0),  # from a space station
        (4_294_967_275.0, None),
        (-4_294_967_275.0, None),
        (1e6, None),
        (-32_768.0, None),
        (math.nan, None),
        (math.inf, None),
    ],
)
def test_an_altitude_is_where_people_can_be(metres: float, stated: float | None) -> None:
    assert stated_altitude(metres) == stated


def test_a_place_is_on_the_globe_and_not_where_receivers_without_a_fix_are() -> None:
    assert stated_place(52.0, 5.0) == (52.0, 5.0)
    assert stated_place(0.0, 5.0) == (0.0, 5.0)
    assert stated_place(0.0, 0.0) is None
    assert stated_place(-0.0, 1e-9) is None
    assert stated_place(91.0, 5.0) is None
    assert stated_place(52.0, math.nan) is None
    assert stated_place(None, 5.0) is None


def test_stars_are_whole_and_at_most_five() -> None:
    assert [stated_stars(n) for n in (0, 2.5, 4.4, 5, 5.1, -1, 99, None)] == [
        0, 3, 4, 5, None, None, None, None,
    ]  # fmt: skip


def test_an_item_loses_what_nobody_stated_and_nothing_else() -> None:
    item = dataclasses.replace(
        BASE,
        title="Harbour",
        caption="OLYMPUS DIGITAL CAMERA",
        rating=3,
        gps_latitude=52.0,
        gps_longitude=5.0,
        gps_altitude_m=-4_294_967_275.0,
        gps_source="exif:GPSLatitude",
    )
    assert plausible(item) == dataclasses.replace(item, caption=None, gps_altitude_m=None)
    nowhere = dataclasses.replace(item, gps_latitude=0.0, gps_longitude=0.0)
    assert plausible(nowhere).gps_source is None
    assert plausible(BASE) is BASE
