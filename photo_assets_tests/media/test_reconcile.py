"""The blocks inside one file against the Metadata Working Group's reading rules.

exiftool's MWG module follows the same document: where it is installed it is asked about the very
files. Keywords are united on purpose, so they are not compared with it.
"""

import itertools
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from photo_assets.media.read import read_media
from photo_assets.media.reconcile import reconcile
from photo_assets.media.record import MediaRecord
from photo_assets.model.item import Keyword
from photo_assets_tests.media.exif.files import picture

needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)
EXIF = (
    "-EXIF:ImageDescription=exif",
    "-EXIF:Artist=exif",
    "-EXIF:Copyright=exif",
    "-EXIF:DateTimeOriginal=2001:01:01 01:01:01",
    "-EXIF:SubSecTimeOriginal=25",
    "-EXIF:OffsetTimeOriginal=+01:00",
)
IPTC = (
    "-IPTC:CodedCharacterSet=UTF8",
    "-IPTC:Caption-Abstract=iptc",
    "-IPTC:By-line=iptc",
    "-IPTC:CopyrightNotice=iptc",
    "-IPTC:City=iptc",
    "-IPTC:Keywords=iptc",
    "-IPTC:DateCreated=2002:02:02",
    "-IPTC:TimeCreated=02:02:02+02:00",
)
XMP = (
    "-XMP-dc:Description=xmp",
    "-XMP-dc:Creator=xmp",
    "-XMP-dc:Rights=xmp",
    "-XMP-photoshop:City=xmp",
    "-XMP-dc:Subject=xmp",
    "-XMP-photoshop:DateCreated=2003:03:03 03:03:03+03:00",
)
DIGESTS = {"none": (), "new": ("-IPTCDigest=new",), "old": ("-IPTCDigest=" + "0" * 32,)}


def written(path: Path, *arguments: str) -> Path:
    path.write_bytes(picture())
    subprocess.run(["exiftool", "-q", "-overwrite_original", *arguments, path], check=True)
    return path


def seen(path: Path) -> dict[str, object]:
    with path.open("rb") as stream:
        record = read_media(stream, path.name)
    capture = record.capture
    return {
        "Description": record.caption,
        "Creator": record.creator,
        "Copyright": record.copyright,
        "City": record.city,
        "DateTimeOriginal": f"{capture.time:%Y:%m:%d %H:%M:%S}" if capture else None,
    }


def by_exiftool(path: Path) -> dict[str, object]:
    wanted = ["Description", "Creator", "Copyright", "City", "DateTimeOriginal"]
    asked = [f"-MWG:{name}" for name in wanted]
    command = ["exiftool", "-j", "-use", "MWG", "-d", "%Y:%m:%d %H:%M:%S", *asked, str(path)]
    (found,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {name: found.get(name) for name in wanted}


@needs_exiftool
@pytest.mark.parametrize(
    ("blocks", "digest"),
    [
        (blocks, digest)
        for blocks in itertools.product([True, False], repeat=3)
        for digest in (sorted(DIGESTS) if blocks[1] else ["none"])  # without IPTC it is of nothing
    ],
)
def test_the_order_is_that_of_the_working_group(
    tmp_path: Path, blocks: tuple[bool, bool, bool], digest: str
) -> None:
    parts = [part for part, there in zip((EXIF, IPTC, XMP), blocks, strict=True) if there]
    path = written(tmp_path / "a.jpg", *itertools.chain(*parts), "-xmp:creatortool=x")
    if blocks[1] and DIGESTS[digest]:
        subprocess.run(
            ["exiftool", "-q", "-overwrite_original", *DIGESTS[digest], path], check=True
        )
    assert seen(path) == by_exiftool(path)


@needs_exiftool
def test_the_shutter_keeps_its_fraction_and_offset(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jpg", *EXIF, *IPTC, *XMP)
    with path.open("rb") as stream:
        record = read_media(stream, path.name)
    assert record.capture is not None
    assert record.capture.source == "exif:DateTimeOriginal"
    assert (record.capture.time.microsecond, record.capture.offset_min) == (250_000, 60)
    assert record.keywords == (Keyword(path=("xmp",)), Keyword(path=("iptc",)))


@pytest.mark.parametrize("is_newer", [True, False])
def test_a_text_cut_at_the_limit_of_iim_is_whole_in_xmp(is_newer: bool) -> None:
    long = "A caption that continues and on. " * 90
    iptc = MediaRecord(caption=long[:2000], city="Stadt", keywords=(Keyword(path=("w" * 64,)),))
    packet = MediaRecord(caption=long, city="Stadtallendorf", keywords=(Keyword(path=("w" * 70,)),))
    both = reconcile(MediaRecord(), iptc, [packet], MediaRecord(), iptc_is_newer=is_newer)
    assert both.caption == long
    assert both.city == ("Stadt" if is_newer else "Stadtallendorf"), "five letters are no cut"
    assert both.keywords == packet.keywords


def test_without_a_packet_the_block_stands() -> None:
    iptc = MediaRecord(caption="iptc", keywords=(Keyword(path=("a",)),))
    both = reconcile(MediaRecord(), iptc, [], MediaRecord(caption="container", title="container"))
    assert (both.caption, both.title) == ("iptc", "container")
