"""Metadata that exiftool writes into each container is read."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import features

from photo_assets.media.iptc.parse import IptcRecord, parse_iptc
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import parts, psd, resource
from photo_assets_tests.media.exif.files import movie, picture

pytestmark = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)


def written(path: Path, data: bytes, *tags: str) -> bytes:
    path.write_bytes(data)
    command = ["exiftool", "-q", "-m", "-overwrite_original", *tags, str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path.read_bytes()


def iptc(data: bytes) -> IptcRecord:
    (block,) = parts(data).iptc
    return parse_iptc(block.data, block.digest)


TEXTS = (
    "-IPTC:Keywords=harbour",
    "-IPTC:Keywords=Müller",
    "-IPTC:Caption-Abstract=Boats at noon",
    "-IPTC:ObjectName=Harbour",
    "-IPTC:City=Köln",
    "-IPTC:By-line=A. Person",
    "-IPTC:DateCreated=2001:02:03",
    "-IPTC:TimeCreated=04:05:06+01:00",
)
IPTC_FILES: dict[str, Callable[[], bytes]] = {
    "a.jpg": lambda: picture("JPEG"),
    "a.tif": lambda: picture("TIFF"),
    "a.psd": lambda: psd(resource(1005, b"\0" * 16)) + b"\0" * 4 + b"\0\0" + b"\xff" * 1800,
    "a.png": lambda: picture("PNG"),
    "a.jp2": lambda: picture("JPEG2000"),
}


def needs(name: str) -> None:
    if name.endswith("jp2") and not features.check("jpg_2000"):
        pytest.skip("Pillow is built without JPEG 2000")


@pytest.mark.parametrize("name", IPTC_FILES)
@pytest.mark.parametrize("charset", ["utf8", None])
def test_iptc(tmp_path: Path, name: str, charset: str | None) -> None:
    needs(name)
    coding = [f"-CodedCharacterSet={charset}"] if charset else ["-charset", "iptc=latin1"]
    record = iptc(written(tmp_path / name, IPTC_FILES[name](), *coding, *TEXTS))
    assert record.keywords == ("harbour", "Müller")
    assert (record.caption, record.title, record.city) == ("Boats at noon", "Harbour", "Köln")
    assert record.creators == ("A. Person",)
    assert record.created is not None
    assert (record.created.time, record.created.offset_min) == (datetime(2001, 2, 3, 4, 5, 6), 60)
    assert record.problems == ()


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.psd"])
def test_the_digest_of_a_block_that_was_changed_since(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    same = written(path, IPTC_FILES[name](), "-IPTC:City=Bern", "-IPTCDigest=new")
    assert iptc(same).digest_matches is True
    assert iptc(written(path, same, "-IPTC:City=Basel")).digest_matches is False
    assert iptc(written(path, same, "-IPTCDigest=")).digest_matches is None


XMP_FILES: dict[str, Callable[[], bytes]] = {
    "a.jpg": lambda: picture("JPEG"),
    "a.tif": lambda: picture("TIFF"),
    "a.png": lambda: picture("PNG"),
    "a.gif": lambda: picture("GIF"),
    "a.webp": lambda: picture("WEBP"),
    "a.jp2": lambda: picture("JPEG2000"),
    "a.psd": IPTC_FILES["a.psd"],
    "a.mov": movie,
    "a.mp4": lambda: replaced(movie(), (b"qt  ", b"mp42")),
}


@pytest.mark.parametrize("name", XMP_FILES)
def test_xmp(tmp_path: Path, name: str) -> None:
    needs(name)
    data = written(tmp_path / name, XMP_FILES[name](), "-XMP-dc:Title=Müller")
    found = parts(data)
    (packet,) = found.packets
    assert parse_xmp(packet).title == "Müller"
    assert found.problems == ()


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png", "a.webp", "a.jp2", "a.psd"])
def test_exif(tmp_path: Path, name: str) -> None:
    needs(name)
    tags = ("-EXIF:Model=Box 1", "-EXIF:UserComment=Zoë")
    found = parts(written(tmp_path / name, XMP_FILES[name](), *tags))
    assert found.directories.main is not None
    assert found.directories.main.text(0x0110) == "Box 1"
    assert [(text.origin, text.value) for text in found.texts] == [("exif:UserComment", "Zoë")]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ("-Keys:CreationDate=2014:06:20 14:21:07+02:00", "quicktime:creationdate"),
        ("-ItemList:ContentCreateDate=2014:06:20 14:21:07+02:00", "quicktime:day"),
        ("-UserData:ContentCreateDate=2014:06:20 14:21:07+02:00", "quicktime:day"),
        ("-UserData:DateTimeOriginal=2014:06:20 14:21:07+02:00", "quicktime:date"),
    ],
)
def test_dates_of_movies(tmp_path: Path, tag: str, source: str) -> None:
    first = parts(written(tmp_path / "a.mov", movie(), tag)).times[0]
    assert first.source == source
    assert (first.time.time, first.time.offset_min) == (datetime(2014, 6, 20, 14, 21, 7), 120)
