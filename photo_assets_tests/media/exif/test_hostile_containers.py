"""Malformed files of the containers not in test_hostile: rejected or read, within limits."""

import contextlib
import hashlib
import struct
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window
from photo_assets.media.iptc.parse import joined, parse_iptc
from photo_assets_tests.cost import in_bounds
from photo_assets_tests.media.exif import (
    test_camera_raws,
    test_gif,
    test_jpeg2000,
    test_matroska,
    test_movie_texts,
    test_riff,
    test_transport,
)
from photo_assets_tests.media.exif.blocks import (
    EXIF,
    PACKET,
    TIFF,
    heic,
    jpeg,
    photoshop,
    png,
    psd,
    raw_profile,
    resource,
    segment,
    text_chunk,
)
from photo_assets_tests.media.exif.files import apart, box, movie
from photo_assets_tests.media.exif.test_hostile import Counting
from photo_assets_tests.media.iptc.blocks import WHOLE

_RESOURCES = (resource(1028, WHOLE), resource(1061, hashlib.md5(WHOLE).digest()))
SEEDS = {
    "jpeg": jpeg(photoshop(*_RESOURCES), b"xx", segment(0xE1, EXIF)),
    "png": png(
        text_chunk("zTXt", "Raw profile type exif", raw_profile(EXIF)),
        text_chunk("tEXt", "Raw profile type iptc", raw_profile(WHOLE)),
        text_chunk("iTXt", "XML:com.adobe.xmp", PACKET, compressed=True),
        text_chunk("tEXt", "Creation Time", b"Wed, 07 Aug 2019 06:05:04 +0200"),
    ),
    "gif": test_gif.gif(test_gif.with_trailer(PACKET), last=test_gif.in_sub_blocks(PACKET)),
    "psd": psd(*_RESOURCES, resource(1058, TIFF), resource(1060, PACKET)),
    "heic": heic(b"\0\0\0\6" + EXIF),
    "jp2": test_jpeg2000.HEAD
    + test_jpeg2000.SIZE
    + box(b"uuid", b"JpgTiffExif->JP2", TIFF)
    + box(b"brob", b"xml ", b"\x0b\x02\x80hello\x03"),
    "movie": movie(user_data=test_movie_texts.location() + test_movie_texts.keyed({"a": "b"})),
    "avi": test_riff.avi(test_riff.chunk(b"IDIT", b"Mon Mar 10 15:04:43 2003")),
    "mkv": test_matroska.mkv(test_matroska.date(586_848_000 * 10**9)),
    "crw": test_camera_raws.crw("<"),
    "x3f": test_camera_raws.x3f(test_camera_raws.PROPERTIES),
    "mts": test_transport.stream(
        b"x" * 300 + test_transport.message(test_transport.DATE, test_transport.CLOCK)
    ),
}


def read(data: bytes) -> None:
    stream = Counting(data)
    with contextlib.suppress(ExifError):
        found = take_apart(Window(cast(BinaryIO, stream)))
        joined([parse_iptc(block.data, block.digest) for block in found.iptc])
        assert sum(map(len, found.packets)) <= MAX_PACKET_BYTES
    assert stream.read_bytes < 60 * len(data) + 4_000_000


@pytest.mark.parametrize("name", SEEDS)
@given(change=st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_with_changed_bytes_is_read_or_refused(name: str, change: st.DataObject) -> None:
    data = bytearray(SEEDS[name])
    values = st.sampled_from([b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\xff" * 4, b"\0" * 4, b"\x80"])
    for _ in range(change.draw(st.integers(1, 6))):
        spot = change.draw(st.integers(0, len(data) - 1))
        if change.draw(st.integers(0, 3)):
            value = change.draw(values | st.binary(min_size=1, max_size=4))
            data[spot : spot + len(value)] = value
        else:
            del data[spot : spot + change.draw(st.integers(1, 30))]
    read(bytes(data))


@pytest.mark.parametrize("name", SEEDS)
@given(tail=st.binary(max_size=300), keep=st.integers(4, 64))
@settings(max_examples=40, deadline=None)
def test_a_file_of_which_only_the_beginning_is_true(name: str, tail: bytes, keep: int) -> None:
    read(SEEDS[name][:keep] + tail)


@pytest.mark.parametrize("name", SEEDS)
def test_a_file_that_ends_anywhere_is_read_or_refused(name: str) -> None:
    data = SEEDS[name]
    for length in range(1, len(data), max(1, len(data) // 200)):
        read(data[:length])


def heaps_in_heaps() -> bytes:
    """CIFF heaps in which each entry is the whole file again."""
    entries = struct.pack("<HII", 0x2807, 0x7FFFFFFF, 0) * 600
    body = struct.pack("<H", 600) + entries + struct.pack("<I", 0)
    return b"II" + struct.pack("<I", 26) + b"HEAPCCDR" + b"\0" * 12 + body


HOSTILE = {
    "app13 segments": jpeg(*[segment(0xED, b"Photoshop 3.0\0" + b"x" * 65_000)] * 600),
    "empty resources": jpeg(*[photoshop(resource(1000, b"") * 5000)] * 100),
    "gaps": jpeg(*[b"\0" * 100 + segment(0xFE, b"")] * 4000),
    "exif segments": jpeg(*[segment(0xE1, b"Exif\0\0" + b"\0" * 65_000)] * 600),
    "packets": jpeg(
        *[
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<" + b"%d" % n + b"x" * 60_000)
            for n in range(900)
        ]
    ),
    "texts": png(*[text_chunk("tEXt", "Title", b"x" * 60_000)] * 500),
    "inflated packets": png(
        *[text_chunk("iTXt", "XML:com.adobe.xmp", b"<x>" * 9_000_000, compressed=True)] * 30
    ),
    "gif blocks": b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\0" * 500_000,
    "gif sub-blocks": b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\x01x" * 5_000_000,
    "heaps": heaps_in_heaps(),
    "elements": test_matroska.element(0x1A45DFA3)
    + test_matroska.element(0x18538067, b"\xec\x80" * 1_000_000),
    "tracks": test_matroska.mkv(
        tracks=test_matroska.element(0x1654AE6B, test_matroska.element(0xAE) * 100_000)
    ),
    "lists": test_riff.avi(
        *[test_riff.listed(b"INFO", *[test_riff.listed(b"INFO", b"")] * 50)] * 2000
    ),
    "packets of a stream": (b"\x47\x1f\xff\x10" + b"\0" * 184) * 100_000,
    "streams": b"".join(
        b"\x47" + (n & 0x1FFF).to_bytes(2) + b"\x10" + b"\0" * 184 for n in range(20_000)
    ),
    "properties": test_camera_raws.x3f({f"N{n}": "x" * 200 for n in range(500)}),
    "user data": movie(user_data=box(b"\xa9day", b"x" * 5) * 100_000),
    "uuid boxes": test_jpeg2000.HEAD + box(b"uuid", b"JpgTiffExif->JP2", b"x" * 50) * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_files_made_to_keep_a_reader_busy_do_not(name: str) -> None:
    in_bounds(300_000, 10, apart, HOSTILE[name], refusing=ExifError)
