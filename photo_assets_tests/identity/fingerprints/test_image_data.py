"""The image data of a JPEG: everything that determines the picture, and nothing else."""

import hashlib
import io
import itertools
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run, scene

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
DQT, DHT, SOF, SOS, DRI, DAC = 0xDB, 0xC4, 0xC0, 0xDA, 0xDD, 0xCC
APP0, APP1, APP2, APP14, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
PIXELS = b"pix\xff\x00els\xff\xd3more"


def segment(code: int, content: bytes) -> bytes:
    return bytes([0xFF, code]) + struct.pack(">H", len(content) + 2) + content


def quantisation(table: int, *values: int, wide: bool = False) -> bytes:
    """A table that starts with `values` and continues with ones."""
    levels = [*values, *[1] * (64 - len(values))]
    return bytes([table | wide << 4]) + struct.pack(">64H" if wide else "64B", *levels)


def huffman(kind: int, table: int, *symbols: int) -> bytes:
    return bytes([kind << 4 | table, 0, len(symbols), *[0] * 14, *symbols])


def frame(code: int = SOF, height: int = 8, width: int = 8, names: bytes = b"\1\2\3") -> bytes:
    parts = b"".join(bytes([name, 0x11, min(n, 1)]) for n, name in enumerate(names))
    return segment(code, struct.pack(">BHHB", 8, height, width, len(names)) + parts)


def scan(names: bytes = b"\1\2\3", tail: bytes = b"\0\x3f\0", pixels: bytes = PIXELS) -> bytes:
    parts = b"".join(bytes([name, 0x11 * min(n, 1)]) for n, name in enumerate(names))
    return segment(SOS, bytes([len(names)]) + parts + tail) + pixels


TABLES = [
    segment(DQT, quantisation(0, 7)),
    segment(DQT, quantisation(1, 9)),
    *(
        segment(DHT, huffman(kind, table, 1 + kind, 3 + table))
        for kind, table in itertools.product(range(2), range(2))
    ),
]
PLAIN = SOI + b"".join(TABLES) + frame() + scan() + EOI
EXIF = segment(APP1, b"Exif\0\0" + EOI + b"\xff\xda")  # bytes like a marker inside a segment


def image_data(jpeg: bytes, step: int = 1 << 20) -> bytes | None:
    scanner = JpegImageData()
    for start in range(0, len(jpeg), step):
        scanner.feed(jpeg[start : start + step])
    return scanner.digest()


@pytest.mark.parametrize("step", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    "jpeg",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param(SOI + EXIF + PLAIN[2:], id="metadata"),
        pytest.param(SOI + segment(COM, b"words") + PLAIN[2:], id="a comment"),
        pytest.param(SOI + segment(APP2, b"ICC_PROFILE\0\1\1...") + PLAIN[2:], id="a profile"),
        pytest.param(PLAIN + b"\xff\xd8\xff\xda video", id="a trailer"),
        pytest.param(PLAIN[:-2] + b"\xff\xff" + EOI, id="fill bytes before the end"),
        pytest.param(SOI + b"\xff\xff\xff" + PLAIN[3:], id="fill bytes before a segment"),
        pytest.param(SOI + b"junk" + PLAIN[2:], id="stray bytes"),
        pytest.param(PLAIN[:-2], id="no end"),
        pytest.param(PLAIN[:-1], id="half an end"),
        pytest.param(replaced(PLAIN, (b"\xff\x00els", b"\xff\xff\x00els")), id="fill within"),
        pytest.param(SOI + b"".join(reversed(TABLES)) + frame() + scan() + EOI, id="sorted again"),
        pytest.param(SOI + frame() + b"".join(TABLES) + scan() + EOI, id="tables behind the frame"),
        pytest.param(
            SOI
            + segment(DQT, quantisation(0, 7) + quantisation(1, 9))
            + segment(DHT, b"".join(table[4:] for table in TABLES[2:]))
            + frame()
            + scan()
            + EOI,
            id="tables in one segment",
        ),
        pytest.param(
            SOI + segment(DQT, quantisation(0, 7, wide=True)) + PLAIN[2 + len(TABLES[0]) :],
            id="a table in 16 bits",
        ),
        pytest.param(
            SOI + segment(DQT, quantisation(3, 99)) + segment(DHT, huffman(1, 3, 9)) + PLAIN[2:],
            id="tables nobody uses",
        ),
        pytest.param(SOI + segment(DQT, quantisation(0, 99)) + PLAIN[2:], id="a table replaced"),
        pytest.param(replaced(PLAIN, (b"\xff\xc0", b"\xff\xc1")), id="called extended"),
        pytest.param(SOI + segment(APP0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + PLAIN[2:], id="JFIF"),
        pytest.param(
            SOI + segment(APP14, b"Adobe\0\x64\0\0\0\0\1") + PLAIN[2:], id="Adobe's YCbCr"
        ),
    ],
)
def test_data_that_does_not_change_the_picture_is_not_hashed(jpeg: bytes, step: int) -> None:
    assert image_data(jpeg, step) == image_data(PLAIN) is not None


@pytest.mark.parametrize("step", [1, 1 << 20])
@pytest.mark.parametrize(
    "jpeg",
    [
        pytest.param(replaced(PLAIN, (b"pix", b"pax")), id="bits"),
        pytest.param(replaced(PLAIN, (b"\xff\xd3", b"\xff\xd4")), id="a restart marker"),
        pytest.param(PLAIN[:-3] + EOI, id="the last byte"),
        pytest.param(SOI + segment(DQT, quantisation(0, 8)) + PLAIN[2 + 69 :], id="quantisation"),
        pytest.param(
            replaced(PLAIN, (TABLES[1], segment(DQT, quantisation(1, 10)))),
            id="the other quantisation",
        ),
        pytest.param(
            replaced(PLAIN, (TABLES[2], segment(DHT, huffman(0, 0, 2, 3)))), id="a code for DC"
        ),
        pytest.param(
            replaced(PLAIN, (TABLES[5], segment(DHT, huffman(1, 1, 9, 4)))), id="a code for AC"
        ),
        pytest.param(replaced(PLAIN, (frame(), frame(height=16))), id="height"),
        pytest.param(replaced(PLAIN, (frame(), frame(width=16))), id="width"),
        pytest.param(replaced(PLAIN, (b"\1\x11\0", b"\1\x21\0")), id="sampling"),
        pytest.param(replaced(PLAIN, (frame(), frame(0xC2))), id="progressive"),
        pytest.param(replaced(PLAIN, (frame(), frame(0xC9))), id="arithmetic coding"),
        pytest.param(replaced(PLAIN, (b"\0\x3f\0pix", b"\0\x3e\0pix")), id="the scan's range"),
        pytest.param(SOI + segment(DRI, b"\0\4") + PLAIN[2:], id="restart interval"),
        pytest.param(SOI + segment(APP14, b"Adobe\0\x64\0\0\0\0\0") + PLAIN[2:], id="Adobe's RGB"),
        pytest.param(PLAIN[:-2] + scan(b"\1") + EOI, id="a further scan"),
    ],
)
def test_data_that_changes_the_picture_is_hashed(jpeg: bytes, step: int) -> None:
    assert jpeg != PLAIN
    assert image_data(jpeg, step) not in {None, image_data(PLAIN)}


def test_components_named_r_g_and_b_are_not_luma_and_chroma() -> None:
    named = SOI + b"".join(TABLES) + frame(names=b"RGB") + scan(b"RGB") + EOI
    jfif = SOI + segment(APP0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + named[2:]
    assert image_data(named) != image_data(jfif)


def test_arithmetic_conditioning_is_hashed() -> None:
    plain = SOI + b"".join(TABLES[:2]) + frame(0xC9) + scan() + EOI
    usual = SOI + segment(DAC, b"\x00\x10\x10\x05") + plain[2:]
    other = SOI + segment(DAC, b"\x00\x20") + plain[2:]
    assert image_data(usual) == image_data(plain)
    assert image_data(other) != image_data(plain)


def test_a_progressive_scan_has_the_codes_it_uses() -> None:
    """The first scans code only DC; a later AC table does not belong to them."""
    dc = scan(tail=b"\0\0\x01")
    refined = scan(tail=b"\0\0\x10")
    ac = scan(b"\1", tail=b"\1\x3f\0")
    start = SOI + b"".join(TABLES[:2]) + frame(0xC2)
    once = start + b"".join(TABLES[2:]) + dc + refined + ac + EOI
    late = start + b"".join(TABLES[2:4]) + dc + refined + b"".join(TABLES[4:]) + ac + EOI
    assert image_data(once) == image_data(late)
    other = replaced(late, (TABLES[4], segment(DHT, huffman(1, 0, 77, 78))))
    assert image_data(other) != image_data(late)


def test_quantization_is_that_at_a_components_first_scan() -> None:
    """libjpeg keeps it from there on, whatever later tables contain (jdinput.c)."""
    first, second = scan(b"\1"), scan(b"\2\3")
    start = SOI + b"".join(TABLES) + frame()
    late = start + first + segment(DQT, quantisation(0, 99)) + second + EOI
    assert image_data(late) == image_data(start + first + second + EOI)
    early = start + first + segment(DQT, quantisation(1, 99)) + second + EOI
    assert image_data(early) != image_data(late)


@pytest.mark.parametrize(
    "jpeg",
    [
        SOI,
        SOI + EOI,
        SOI + b"".join(TABLES),
        SOI + b"\xff\xe1\xff\xffshort",
        SOI + b"\xff\xda\0\1",
        SOI + scan(pixels=b"") + EOI,
    ],
)
def test_without_a_scan_there_is_no_image_data(jpeg: bytes) -> None:
    assert image_data(jpeg) is None


@given(
    st.binary(max_size=200),
    st.lists(st.sampled_from([*TABLES, frame(), frame(0xC2), scan(), EOI, b"\xff", b"\xff\x00"])),
)
def test_the_size_of_pieces_has_no_effect(noise: bytes, blocks: list[bytes]) -> None:
    jpeg = SOI + b"\xff" + b"".join(blocks) + noise + EOI
    assert image_data(jpeg, 1) == image_data(jpeg, 7) == image_data(jpeg)


@given(st.binary(max_size=300))
def test_noise_raises_nothing(noise: bytes) -> None:
    for code in (SOF, 0xC2, DHT, DQT, DAC, DRI, SOS, APP0, APP14):
        jpeg = SOI + segment(code, noise) + frame() + scan() + EOI
        assert image_data(jpeg, 5) == image_data(jpeg)


def test_a_long_scan_without_markers_is_not_kept_in_memory() -> None:
    scanner = JpegImageData()
    scanner.feed(SOI + b"".join(TABLES) + frame() + scan(pixels=b""))
    for _ in range(64):
        scanner.feed(bytes(1 << 20))
        assert len(scanner._buffer) <= 1
    scanner.feed(EOI)
    whole = JpegImageData()
    whole.feed(SOI + b"".join(TABLES) + frame() + scan(pixels=bytes(64 << 20)) + EOI)
    assert scanner.digest() == whole.digest() is not None


def swapped(content: bytes, code: int, other: bytes) -> bytes:
    """The JPEG with the tables of one kind replaced by another JPEG's."""
    mine, theirs = [*segments(content, code)], [*segments(other, code)]
    assert len(mine) == len(theirs)
    for before, after in zip(mine, theirs, strict=True):
        content = content.replace(before, after, 1)
    return content


def segments(content: bytes, code: int) -> Iterator[bytes]:
    at = 2
    while content[at + 1] != SOS:
        length = 2 + int.from_bytes(content[at + 2 : at + 4])
        if content[at + 1] == code:
            yield content[at : at + length]
        at += length


@pytest.mark.parametrize("progressive", [False, True])
def test_equal_scans_with_different_tables_differ(
    tmp_path: Path, cache: FingerprintCache, progressive: bool
) -> None:
    """The same bits, four times as coarse, are a different picture with another hash."""
    stream, coarse = io.BytesIO(), io.BytesIO()
    scene(1).save(stream, "JPEG", quality=90, progressive=progressive)
    scene(1).save(coarse, "JPEG", quality=30, progressive=progressive)
    content = stream.getvalue()
    other = swapped(content, DQT, coarse.getvalue())
    assert content[content.index(b"\xff\xda") :] == other[other.index(b"\xff\xda") :]
    assert not np.array_equal(simplejpeg.decode_jpeg(content), simplejpeg.decode_jpeg(other))
    (tmp_path / "a.jpg").write_bytes(content)
    (tmp_path / "b.jpg").write_bytes(other)
    found = rows(run([item_of(path, path.name) for path in tmp_path.glob("*.jpg")], cache))
    one, two = found["a.jpg"], found["b.jpg"]
    assert (one["status"], two["status"]) == ("ok", "ok")
    assert None not in {one["image_data_sha256"], two["image_data_sha256"]}
    assert one["image_data_sha256"] != two["image_data_sha256"]


@pytest.mark.parametrize("progressive", [False, True])
def test_rewriting_metadata_keeps_the_image_data(
    tmp_path: Path, cache: FingerprintCache, progressive: bool
) -> None:
    plain = tmp_path / "plain.jpg"
    scene(1).save(plain, progressive=progressive)
    exif = Image.Exif()
    exif[0x010E] = "a caption"
    tagged = tmp_path / "tagged.jpg"
    body = plain.read_bytes()
    block = b"Exif\x00\x00" + exif.tobytes()[6:]
    segment = b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block
    tagged.write_bytes(body[:2] + segment + body[2:] + b"trailing video")
    other = tmp_path / "other.jpg"
    scene(2).save(other, progressive=progressive)

    found = rows(run([item_of(plain, "a"), item_of(tagged, "b"), item_of(other, "c")], cache))

    assert found["a"]["sha256"] != found["b"]["sha256"]
    assert found["a"]["image_data_sha256"] == found["b"]["image_data_sha256"] is not None
    assert found["c"]["image_data_sha256"] not in {None, found["a"]["image_data_sha256"]}
    assert {row["image_data_method"] for row in found.values()} == {"jpeg"}


def test_flat_pictures_have_no_image_data(tmp_path: Path, cache: FingerprintCache) -> None:
    """Size and tables distinguish them; still, two black frames need not be one photo."""
    wide, tall = tmp_path / "wide.jpg", tmp_path / "tall.jpg"
    Image.new("L", (64, 32), 0).save(wide)
    Image.new("L", (32, 64), 0).save(tall)
    assert image_data(wide.read_bytes()) != image_data(tall.read_bytes())

    found = rows(run([item_of(wide, "a"), item_of(tall, "b")], cache))

    assert all(row["status"] == "ok" and row["flat"] for row in found.values())
    assert all(row["image_data_sha256"] is None for row in found.values())


def test_broken_jpegs_have_no_image_data(tmp_path: Path, cache: FingerprintCache) -> None:
    stream = io.BytesIO()
    scene(3).save(stream, "JPEG")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(stream.getvalue()[: len(stream.getvalue()) // 2])
    row = rows(run([item_of(broken, "a")], cache))["a"]
    assert (row["status"], row["image_data_sha256"]) == ("undecodable", None)
    assert row["sha256"] == hashlib.sha256(broken.read_bytes()).digest()
