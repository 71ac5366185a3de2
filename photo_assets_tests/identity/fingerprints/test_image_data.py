"""The bytes of a JPEG that are its image data. Each expectation was compared with exiftool 13.59."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets.store.fingerprint_cache import FingerprintCache
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run, scene

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
TABLES = b"\xff\xdb\x00\x05abc" + b"\xff\xc4\x00\x04de"
EXIF = b"\xff\xe1\x00\x0aExif\x00\x00\xff\xd9"  # a marker inside a segment is no marker
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"pix\xff\x00els\xff\xd3more"


def image_data(jpeg: bytes, step: int = 1 << 20) -> bytes | None:
    scanner = JpegImageData()
    for start in range(0, len(jpeg), step):
        scanner.feed(jpeg[start : start + step])
    return scanner.digest()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize("step", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("jpeg", "hashed"),
    [
        pytest.param(SOI + TABLES + SCAN + EOI, SCAN, id="plain"),
        pytest.param(SOI + EXIF + TABLES + SCAN + EOI, SCAN, id="metadata"),
        pytest.param(SOI + TABLES + SCAN + EOI + b"\xff\xd8\xff\xda video", SCAN, id="trailer"),
        pytest.param(SOI + SCAN + b"\xff\xff" + EOI, SCAN + b"\xff\xff", id="padded"),
        pytest.param(SOI + b"junk" + TABLES + SCAN + EOI, SCAN, id="garbage before"),
        pytest.param(SOI + SCAN, SCAN[: SCAN.rindex(b"\xff\xd3")], id="no end"),
        pytest.param(
            SOI + SCAN + TABLES + SCAN + EOI,
            SCAN[: SCAN.rindex(b"\xff\xd3")] + SCAN,
            id="two scans",
        ),
        pytest.param(SOI + SCAN + SCAN + EOI, SCAN + SCAN, id="scans without tables between"),
    ],
)
def test_only_scans_are_hashed(jpeg: bytes, hashed: bytes, step: int) -> None:
    assert image_data(jpeg, step) == sha(hashed)


@pytest.mark.parametrize("jpeg", [SOI, SOI + EOI, SOI + TABLES, SOI + b"\xff\xe1\xff\xffshort"])
def test_no_scan_is_no_image_data(jpeg: bytes) -> None:
    assert image_data(jpeg) is None


@given(
    st.binary(max_size=200), st.lists(st.sampled_from([SCAN, TABLES, EOI, b"\xff", b"\xff\x00"]))
)
def test_pieces_do_not_matter(noise: bytes, blocks: list[bytes]) -> None:
    jpeg = SOI + b"\xff" + b"".join(blocks) + noise + EOI
    assert image_data(jpeg, 1) == image_data(jpeg, 7) == image_data(jpeg)


def test_a_long_scan_without_markers_is_not_gathered_in_memory() -> None:
    scanner = JpegImageData()
    scanner.feed(SOI + b"\xff\xda")
    for _ in range(64):
        scanner.feed(bytes(1 << 20))
        assert len(scanner._buffer) <= 1
    scanner.feed(EOI)
    assert scanner.digest() == sha(b"\xff\xda" + bytes(64 << 20))


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


def test_flat_pictures_that_share_image_data_are_not_called_the_same(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    """Size and quantisation are outside the image data, so even pictures collide."""
    wide, tall = tmp_path / "wide.jpg", tmp_path / "tall.jpg"
    Image.new("L", (64, 32), 0).save(wide)
    Image.new("L", (32, 64), 0).save(tall)
    assert image_data(wide.read_bytes()) == image_data(tall.read_bytes())

    found = rows(run([item_of(wide, "a"), item_of(tall, "b")], cache))

    assert all(row["status"] == "ok" and row["flat"] for row in found.values())
    assert all(row["image_data_sha256"] is None for row in found.values())


def test_broken_jpegs_give_no_image_data(tmp_path: Path, cache: FingerprintCache) -> None:
    stream = io.BytesIO()
    scene(3).save(stream, "JPEG")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(stream.getvalue()[: len(stream.getvalue()) // 2])
    row = rows(run([item_of(broken, "a")], cache))["a"]
    assert (row["status"], row["image_data_sha256"]) == ("undecodable", None)
    assert row["sha256"] == sha(broken.read_bytes())
