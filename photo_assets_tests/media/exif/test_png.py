import struct
import zlib
from datetime import datetime

import pytest

from photo_assets.media.iptc.parse import parse_iptc
from photo_assets.model.vocabulary import Precision
from photo_assets_tests.media.exif.blocks import (
    EXIF,
    PACKET,
    TIFF,
    chunk,
    model,
    parts,
    png,
    raw_profile,
    resource,
    text_chunk,
)
from photo_assets_tests.media.exif.files import picture
from photo_assets_tests.media.iptc.blocks import WHOLE

KINDS = [("tEXt", False), ("zTXt", True), ("iTXt", False), ("iTXt", True)]


@pytest.mark.parametrize(("kind", "compressed"), KINDS)
@pytest.mark.parametrize("name", ["exif", "APP1", "app1"])
@pytest.mark.parametrize("block", [EXIF, TIFF], ids=["with prefix", "bare"])
def test_exif_as_a_raw_profile(kind: str, compressed: bool, name: str, block: bytes) -> None:
    profile = text_chunk(
        kind, f"Raw profile type {name}", raw_profile(block), compressed=compressed
    )
    assert model(png(profile)) == "Box 1"
    assert parts(png(profile)).problems == ()


@pytest.mark.parametrize(("kind", "compressed"), KINDS)
def test_xmp_and_iptc_as_raw_profiles(kind: str, compressed: bool) -> None:
    def profile(name: str, data: bytes) -> bytes:
        keyword = f"Raw profile type {name}"
        return png(text_chunk(kind, keyword, raw_profile(data), compressed=compressed))

    segment = b"http://ns.adobe.com/xap/1.0/\0" + PACKET
    assert parts(profile("xmp", PACKET)).xmp == PACKET
    assert parts(profile("APP1", segment)).xmp == PACKET
    for name, data in (
        ("iptc", WHOLE),
        ("iptc", resource(1028, WHOLE)),
        ("8bim", resource(1028, WHOLE)),
        ("iptc", b"Photoshop 3.0\0" + resource(1028, WHOLE)),
    ):
        (block,) = parts(profile(name, data)).iptc
        assert parse_iptc(block.data).title == "Harbour"


def test_what_stands_after_the_image_data_is_read() -> None:
    plain = picture("PNG")
    end = plain[-12:]
    profile = text_chunk("zTXt", "Raw profile type exif", raw_profile(EXIF))
    many = chunk(b"IDAT", b"") * 5000
    assert model(plain[:-12] + many + profile + end) == "Box 1"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\nexif\n",
        b"\nexif\n   100\n45786966",
        b"\nexif\n     4\nhello world",
        b"\nexif\n     4\n4578696",
        b"45786966",
    ],
)
def test_a_profile_that_is_not_what_it_says_is_a_problem(text: bytes) -> None:
    for kind in ("tEXt", "zTXt"):
        found = parts(png(text_chunk(kind, "Raw profile type exif", text)))
        assert found.problems == (
            'The PNG text "Raw profile type exif" is there and cannot be read.',
        )
        assert (found.width, found.height) == (40, 30)


def test_damaged_or_endless_compression_is_a_problem_and_costs_no_memory() -> None:
    name = b"Raw profile type exif\0\0"
    bomb = zlib.compress(b"0" * 100_000_000)
    for body in (b"no zlib", zlib.compress(raw_profile(EXIF))[:-20], bomb):
        found = parts(png(chunk(b"zTXt", name + body)))
        assert len(found.problems) == 1
    keyword = b"XML:com.adobe.xmp\0\1\0\0\0"
    assert len(parts(png(chunk(b"iTXt", keyword + bomb))).problems) == 1


@pytest.mark.parametrize("name", ["icc", "icm", "unknown"])
def test_profiles_that_are_no_metadata_are_left_alone(name: str) -> None:
    found = parts(png(text_chunk("zTXt", f"Raw profile type {name}", b"anything")))
    assert found.problems == ()


def test_texts_by_their_keywords() -> None:
    data = png(
        text_chunk("tEXt", "Title", b"Pier"),
        text_chunk("tEXt", "Author", "Zoë".encode("latin-1")),
        text_chunk("zTXt", "Description", b"Boats at noon"),
        text_chunk("iTXt", "Copyright", "© żółty".encode(), compressed=True),
        text_chunk("tEXt", "Software", b"A program"),
        text_chunk("tEXt", "Title", b" "),
    )
    assert [(text.origin, text.value) for text in parts(data).texts] == [
        ("png:Title", "Pier"),
        ("png:Author", "Zoë"),
        ("png:Description", "Boats at noon"),
        ("png:Copyright", "© żółty"),
    ]


@pytest.mark.parametrize(
    ("text", "time", "offset", "precision"),
    [
        ("Wed, 07 Aug 2019 06:05:04 +0200", "2019-08-07 06:05:04", 120, Precision.SECOND),
        ("7 Aug 2019 06:05:04 GMT", "2019-08-07 06:05:04", 0, Precision.SECOND),
        ("2019-08-07T06:05:04.5-03:30", "2019-08-07 06:05:04.500", -210, Precision.SUBSECOND),
        ("2019:08:07 06:05:04", "2019-08-07 06:05:04", None, Precision.SECOND),
        ("Wed Aug  7 06:05:04 2019", "2019-08-07 06:05:04", None, Precision.SECOND),
        ("2019-08", "2019-08-01", None, Precision.MONTH),
    ],
)
def test_the_creation_time(text: str, time: str, offset: int | None, precision: Precision) -> None:
    for kind in ("tEXt", "zTXt", "iTXt"):
        found = parts(png(text_chunk(kind, "Creation Time", text.encode())))
        (stated,) = found.times
        assert stated.source == "png:Creation Time"
        assert stated.time.time == datetime.fromisoformat(time)
        assert (stated.time.offset_min, stated.time.precision) == (offset, precision)
        assert found.problems == ()


def test_a_creation_time_that_is_no_date_is_a_problem_and_a_blank_one_is_not() -> None:
    found = parts(png(text_chunk("tEXt", "Creation Time", b"last summer")))
    assert found.times == ()
    assert found.problems == ("The text png:Creation Time is no date that can be read.",)
    assert parts(png(text_chunk("tEXt", "Creation Time", b"  "))).problems == ()


def test_no_more_texts_are_read_than_any_picture_has() -> None:
    data = png(*(text_chunk("tEXt", "Title", str(n).encode()) for n in range(100)))
    found = parts(data)
    assert len(found.texts) == 16
    assert found.problems == ("The PNG has more than 16 texts; the rest is not read.",)


def test_the_size_of_a_chunk_that_lies() -> None:
    data = png() + struct.pack(">I", 0x7FFFFFFF) + b"zTXtRaw profile type exif\0\0"
    assert parts(data).width == 40
