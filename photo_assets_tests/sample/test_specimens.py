"""The specimens compared with an independent reader: each file states its intended values."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from photo_assets_tests.sample.conftest import Sample

pytestmark = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)

STATED: dict[str, dict[str, object]] = {
    "Agency/GBG-170706-03.jpg": {
        "IPTC:Keywords": ["hamn", "Göteborg", "segelfartyg"],
        "IPTC:DateCreated": "2017:07:06",
        "IPTC:TimeCreated": "14:30:00+02:00",
        "IPTC:City": "Göteborg",
        "IPTC:Caption-Abstract": "The barque Viking at her berth",
    },
    "From Jonas/DSC_0817.JPG": {
        "ExifIFD:DateTimeOriginal": "2022:08:21 10:15:00",
        "XMP-photoshop:DateCreated": "2022:08:28 20:00:00",
        "XMP-dc:Subject": "Boat",
    },
    "From Jonas/DSC_0817.JPG.xmp": {"XMP-digiKam:TagsList": "Places/France/Le Conquet"},
    "From Jonas/for the web.jpg": {
        "XMP-tiff:Model": "NIKON D5600",
        "XMP-exif:FNumber": 2.8,
        "XMP-exif:ISO": 100,
        "XMP-exif:DateTimeOriginal": "2022:08:21 11:40:00",
    },
    "From Oma/P8030017.JPG": {"IFD0:ImageDescription": "OLYMPUS DIGITAL CAMERA"},
    "GoPro/GOPR0042.JPG": {
        "IFD0:ImageDescription": "DCIM\\100GOPRO\\GOPR0042.JPG",
        "Composite:GPSAltitude": -4_294_967_275,
    },
    "From Elif/IMG_20240714_183130.jpg": {"ExifIFD:DateTimeOriginal": "2024:07:14 18:31:30+02:00"},
    "From Elif/Kapadokya.png": {"ExifIFD:DateTimeOriginal": "2021:06:18 05:50:00"},
    "Scans/Brief an Mara.png": {"PNG:CreationTime": "2020:04:12 11:05:00+02:00"},
    "Films/VID_0042.MP4": {"QuickTime:CreateDate": "2021:06:30 23:30:00"},
    "Films/Staten Island Ferry.m4v": {
        "QuickTime:CreateDate": "2022:05:02 19:00:00",
        "ItemList:ContentCreateDate": "2018:10:20 15:21:07-04:00",
    },
    "Website/logo.mp4": {"QuickTime:CreateDate": "0000:00:00 00:00:00"},
    "iCloud/IMG_7002.JPG.xmp": {"XMP-xmp:Rating": -1},
}
NO_DATE = ("WhatsApp Images/IMG-20220820-WA0007.jpg", "Website/logo.png")


@pytest.fixture(scope="module")
def tags(sample: Sample) -> dict[str, dict[str, Any]]:
    """Return exiftool's tags of every specimen that it can read."""
    root = sample.root / "nas"
    command = ["exiftool", "-json", "-G1", "-n", "-r", "-charset", "UTF8", str(root)]
    done = subprocess.run(command, capture_output=True, check=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    prefix = f"{root}/"
    return {tags["SourceFile"].removeprefix(prefix): tags for tags in found}


@pytest.mark.parametrize("path", STATED)
def test_exiftool_reads_what_was_written(tags: dict[str, dict[str, Any]], path: str) -> None:
    assert {name: tags[path].get(name) for name in STATED[path]} == STATED[path]


@pytest.mark.parametrize("path", NO_DATE)
def test_exiftool_finds_no_date_where_none_was_written(
    tags: dict[str, dict[str, Any]], path: str
) -> None:
    names = {name for name in tags[path] if "Date" in name and not name.startswith("System:")}
    assert names == set()


def test_exiftool_finds_both_parts_of_the_live_photo(
    sample: Sample, tags: dict[str, dict[str, Any]]
) -> None:
    [still, movie] = [
        entry.ref for entry in sample.manifest.entries if entry.picture.startswith("apple-photos ")
    ]
    # The still's tag has another name in versions before 12.60.
    stated = {value for name, value in tags[still].items() if name.startswith("Apple:")}
    assert stated == {tags[movie]["Keys:ContentIdentifier"]}
