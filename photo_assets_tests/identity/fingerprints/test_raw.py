"""RAW files, with DNGs built here: the preview is hashed with the RAW's orientation."""

import io
import struct
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.picture_decoder import PictureDecoder
from photo_assets.identity.fingerprints.pictures import Need
from photo_assets.identity.fingerprints.raw_decoder import TiffPreviewDecoder
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run, scene

SHORT, LONG, RATIONAL, BYTE, ASCII = 3, 4, 5, 1, 2
WIDTH, HEIGHT = 640, 480
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8}


def directory(tags: dict[int, tuple[int, list[int]]], start: int) -> bytes:
    """One TIFF directory at offset `start`, followed by the values that do not fit."""
    behind = b""
    body = struct.pack("<H", len(tags))
    where = start + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        code = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "L"}[kind]
        data = struct.pack(f"<{len(values)}{code}", *values)
        count = len(data) // _SIZES[kind]
        if len(data) > 4:
            data, behind = struct.pack("<L", where + len(behind)), behind + data
        body += struct.pack("<HHL", tag, kind, count) + data.ljust(4, b"\x00")
    return body + bytes(4) + behind


def dng(picture: Image.Image, orientation: int) -> bytes:
    """A DNG 1.4 with a JPEG preview in its first directory and a mosaic in a second one."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92)
    preview = stream.getvalue()
    mosaic = (np.asarray(picture.convert("L")).astype("<u2") * 16).tobytes()
    raw = {
        0x00FE: (LONG, [0]),
        0x0100: (LONG, [WIDTH]),
        0x0101: (LONG, [HEIGHT]),
        0x0102: (SHORT, [16]),
        0x0103: (SHORT, [1]),
        0x0106: (SHORT, [32803]),
        0x0111: (LONG, [0]),
        0x0115: (SHORT, [1]),
        0x0116: (LONG, [HEIGHT]),
        0x0117: (LONG, [len(mosaic)]),
        0x828D: (SHORT, [2, 2]),
        0x828E: (BYTE, [0, 1, 1, 2]),
    }
    main = {
        0x00FE: (LONG, [1]),
        0x0100: (LONG, [WIDTH]),
        0x0101: (LONG, [HEIGHT]),
        0x0102: (SHORT, [8, 8, 8]),
        0x0103: (SHORT, [7]),
        0x0106: (SHORT, [6]),
        0x010F: (ASCII, list(b"Maker\x00")),
        0x0110: (ASCII, list(b"Model\x00")),
        0x0111: (LONG, [0]),
        0x0112: (SHORT, [orientation]),
        0x0115: (SHORT, [3]),
        0x0116: (LONG, [HEIGHT]),
        0x0117: (LONG, [len(preview)]),
        0x014A: (LONG, [0]),
        0xC612: (BYTE, [1, 4, 0, 0]),
        0xC614: (ASCII, list(b"Maker Model\x00")),
        0xC621: (RATIONAL, [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]),
    }
    raw_at = 8 + len(directory(main, 8))
    preview_at = raw_at + len(directory(raw, raw_at))
    mosaic_at = preview_at + len(preview) + len(preview) % 2
    main[0x0111] = (LONG, [preview_at])
    main[0x014A] = (LONG, [raw_at])
    raw[0x0111] = (LONG, [mosaic_at])
    head = b"II*\x00\x08\x00\x00\x00" + directory(main, 8) + directory(raw, raw_at)
    return head + preview + bytes(len(preview) % 2) + mosaic


@pytest.fixture
def picture() -> Image.Image:
    return scene(7, WIDTH, HEIGHT)


TURNS = {
    1: None,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_270,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", TURNS)
def test_the_preview_is_hashed_upright(
    tmp_path: Path, cache: FingerprintCache, picture: Image.Image, orientation: int
) -> None:
    pytest.importorskip("rawpy")
    path = tmp_path / "a.dng"
    path.write_bytes(dng(picture, orientation))
    turn = TURNS[orientation]
    upright = picture if turn is None else picture.transpose(turn)

    row = rows(run([item_of(path, "a")], cache))["a"]

    assert (row["status"], row["decoder"]) == ("ok", "rawpy"), row["detail"]
    assert (row["width"], row["height"]) == upright.size
    expected = int(str(imagehash.phash(upright)), 16)
    assert (row["phash"] ^ expected).bit_count() <= 4


def test_a_jpeg_with_a_raw_extension_is_a_jpeg(
    tmp_path: Path, cache: FingerprintCache, picture: Image.Image
) -> None:
    picture.save(tmp_path / "a.jpg")
    (tmp_path / "a.jpg").rename(tmp_path / "a.nef")
    row = rows(run([item_of(tmp_path / "a.nef", "a")], cache))["a"]
    assert (row["status"], row["decoder"]) == ("ok", "simplejpeg:5/8")


def test_a_truncated_raw_file_keeps_its_digests(
    tmp_path: Path, cache: FingerprintCache, picture: Image.Image
) -> None:
    content = dng(picture, 1)
    for n, length in enumerate((9, 60, 400, 5000)):
        (tmp_path / f"{n}.dng").write_bytes(content[:length])
    result = run([item_of(p, p.name) for p in tmp_path.glob("*.dng")], cache)
    assert result.computed == 4
    for row in rows(result).values():
        assert row["status"] == "undecodable"
        assert row["reason"] in {"decode_error", "unknown_format"}
        assert row["sha256"] is not None


def test_without_rawpy_only_large_previews_are_used(picture: Image.Image) -> None:
    decoder = TiffPreviewDecoder(PictureDecoder())
    large = decoder.decode(io.BytesIO(dng(picture, 1)), MediaKind.RAW, 10**9, Need.HASHES)
    assert (large.width, large.height, large.decoder) == (WIDTH, HEIGHT, "pillow-preview")
    small = io.BytesIO()
    scene(1, 160, 120).save(small, "TIFF")
    for content in (small, io.BytesIO(b"Canon CR3 or the like")):
        with pytest.raises(UndecodableError) as refused:
            decoder.decode(content, MediaKind.RAW, 10**9, Need.HASHES)
        assert refused.value.reason is Reason.NO_DECODER
        assert "rawpy" in refused.value.detail
