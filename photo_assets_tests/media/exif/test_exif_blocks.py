import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import (
    EXIF,
    TIFF,
    chunk,
    heic,
    jpeg,
    model,
    parts,
    png,
    segment,
    text_chunk,
)
from photo_assets_tests.media.exif.files import box, picture

OFFSET = b"\0\0\0\6"
JPEG_XL = box(b"JXL ", b"\r\n\x87\n")


@pytest.mark.parametrize(
    "content",
    [
        OFFSET + EXIF,
        b"\0\0\0\0" + TIFF,
        b"\xff\xe1" + struct.pack(">H", len(EXIF) + 2) + EXIF,
        OFFSET + b"\xff\xe1" + struct.pack(">H", len(EXIF) + 2) + EXIF,
        b"\0\0\0\0" + EXIF,
        b"\0\0\0\x0c" + EXIF,
        b"\xff\xff\xff\xff" + EXIF,
        OFFSET + b"Exif\0\0" + EXIF,
        TIFF,
        EXIF,
        b"\0\0\0\x20" + b"\0" * 32 + TIFF,
    ],
    ids=[
        "standard",
        "without a prefix",
        "a JPEG segment",
        "an offset and a JPEG segment",
        "offset 0 before a prefix",
        "offset too large",
        "offset beyond the block",
        "prefix twice",
        "TIFF at once",
        "prefix at once",
        "offset behind padding",
    ],
)
def test_exif_items_of_heif_in_every_wrapping(content: bytes) -> None:
    assert model(heic(content)) == "Box 1"
    assert parts(heic(content)).problems == ()


@pytest.mark.parametrize("block", [TIFF, EXIF, b"Exif\0\0" + EXIF], ids=["bare", "once", "twice"])
def test_the_same_wrappings_in_other_containers(block: bytes) -> None:
    assert model(png(chunk(b"eXIf", block))) == "Box 1"
    assert model(jpeg(segment(0xE1, b"Exif\0\0" + block))) == "Box 1"
    assert model(JPEG_XL + box(b"Exif", b"\0\0\0\0" + block)) == "Box 1"
    webp = picture("WEBP", exif=EXIF)
    body = webp.partition(b"EXIF")[2][4:]
    assert body[: len(EXIF)] in {EXIF, TIFF + body[len(TIFF) : len(EXIF)]}
    found = webp[: -len(body) - 8] + b"EXIF" + struct.pack("<I", len(block)) + block
    assert model(found) == "Box 1"


@given(st.binary(max_size=200).filter(lambda prefix: b"II" not in prefix and b"MM" not in prefix))
def test_a_header_is_found_behind_whatever_stands_before_it(prefix: bytes) -> None:
    assert model(heic(prefix + TIFF)) == "Box 1"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (b"not exif at all", "An EXIF block holds no TIFF structure."),
        (b"II*\0\xff\xff\xff\x7f", "The EXIF block has no readable directory."),
        (TIFF[:30], "The main directory of the EXIF block is cut short."),
        (TIFF[:4], "It is not a TIFF structure."),
    ],
)
def test_a_block_that_is_there_and_cannot_be_read_is_a_problem(block: bytes, problem: str) -> None:
    for data in (
        heic(OFFSET + b"Exif\0\0" + block),
        jpeg(segment(0xE1, b"Exif\0\0" + block)),
        png(chunk(b"eXIf", block)),
        JPEG_XL + box(b"Exif", b"\0\0\0\0" + block),
    ):
        assert problem in parts(data).problems


@pytest.mark.parametrize("block", [b"", b"\0" * 40, b"II*\0\x08\0\0\0\0\0\0\0\0\0"])
def test_an_empty_block_is_no_problem(block: bytes) -> None:
    for data in (jpeg(segment(0xE1, b"Exif\0\0" + block)), png(chunk(b"eXIf", block))):
        assert parts(data).problems == ()


def test_a_directory_that_a_pointer_names_and_that_is_not_there_is_a_problem() -> None:
    tags = struct.pack("<HHHIIHHII", 2, 0x010F, 2, 4, 0x454D4341, 34665, 4, 1, 0x7FFFFFF0)
    block = b"II*\0" + struct.pack("<I", 8) + tags + b"\0\0\0\0"
    found = parts(jpeg(segment(0xE1, b"Exif\0\0" + block)))
    assert found.directories.main is not None
    assert found.problems == ("The EXIF directory of the EXIF block cannot be read.",)


def test_an_item_outside_the_file_is_a_problem() -> None:
    data = heic(OFFSET + EXIF)
    assert parts(data[:-20]).problems == (
        "The EXIF item of the HEIF file is not where it should be.",
    )


def test_the_first_readable_of_several_blocks_counts() -> None:
    broken = segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f")
    data = jpeg(broken, segment(0xE1, EXIF))
    assert model(data) == "Box 1"
    assert len(parts(data).problems) == 1
    other = replaced(EXIF, (b"Box 1", b"Box 2"))
    assert model(jpeg(segment(0xE1, EXIF), segment(0xE1, other))) == "Box 1"


def test_of_a_chunk_and_a_raw_profile_the_chunk_counts() -> None:
    from photo_assets_tests.media.exif.blocks import raw_profile

    profile = text_chunk("zTXt", "Raw profile type exif", raw_profile(EXIF))
    other = replaced(TIFF, (b"Box 1", b"Box 2"))
    assert model(png(profile, chunk(b"eXIf", other))) == "Box 2"
    assert model(png(chunk(b"eXIf", other), profile)) == "Box 2"
    assert model(png(profile, chunk(b"eXIf", b"broken"))) == "Box 1"


def test_exif_that_is_longer_than_a_segment_continues_in_the_next() -> None:
    long = TIFF + b"\0" * 70_000
    first, second = long[:65_000], long[65_000:]
    data = jpeg(segment(0xE1, b"Exif\0\0" + first), segment(0xE1, b"Exif\0\0" + second))
    assert model(data) == "Box 1"
    assert parts(data).problems == ()
    whole = long[: TIFF.index(b"Box 1")]
    split = (
        segment(0xE1, b"Exif\0\0" + whole),
        segment(0xE1, b"Exif\0\0" + TIFF[len(whole) :]),
    )
    assert model(jpeg(*split)) == "Box 1"


def test_exif_s_tags_in_the_first_directory_count_where_their_own_has_none() -> None:
    def directory(at: int, texts: dict[int, bytes], pointer: int = 0) -> bytes:
        tags = dict(texts)
        count = len(tags) + bool(pointer)
        start = at + 2 + 12 * count + 4
        entries, values = b"", b""
        for tag, text in tags.items():
            entries += struct.pack("<HHII", tag, 2, len(text), start + len(values))
            values += text
        if pointer:
            entries += struct.pack("<HHII", 34665, 4, 1, pointer)
        return struct.pack("<H", count) + entries + b"\0" * 4 + values

    stray = {0x9003: b"2006:05:27 12:37:03\0", 0xA434: b"ACME 50mm\0"}
    alone = b"II*\0\x08\0\0\0" + directory(8, stray)
    found = parts(jpeg(segment(0xE1, b"Exif\0\0" + alone))).directories.exif
    assert found is not None
    assert found.text(0x9003) == "2006:05:27 12:37:03"
    both = b"II*\0\x08\0\0\0" + directory(8, stray, 200)
    both = both.ljust(200, b"\0") + directory(200, {0x9003: b"2007:01:01 00:00:00\0"})
    found = parts(jpeg(segment(0xE1, b"Exif\0\0" + both))).directories.exif
    assert found is not None
    assert (found.text(0x9003), found.text(0xA434)) == ("2007:01:01 00:00:00", "ACME 50mm")
    plain = b"II*\0\x08\0\0\0" + directory(8, {0x010F: b"ACME"})
    assert parts(jpeg(segment(0xE1, b"Exif\0\0" + plain))).directories.exif is None
