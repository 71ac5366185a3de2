"""Damaged JPEGs: complete pictures are shown and marked, incomplete ones are refused."""

import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets.identity.fingerprints.jpeg_decoder import NO_END_MARKER
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.material import OPTIONS, item_of, rows, run

EOI = b"\xff\xd9"
PICTURE = Image.fromarray(rgb(640, 480))
KINDS: list[dict[str, Any]] = [
    {},
    {"progressive": True},
    {"restart_marker_blocks": 4},
    {"optimize": True},
]
KINDS_OF_COLOR = [*KINDS, {"mode": "L"}, {"mode": "CMYK"}]


def jpeg(mode: str = "RGB", **save: Any) -> bytes:
    stream = io.BytesIO()
    PICTURE.convert(mode).save(stream, "JPEG", **{"quality": 90, **save})
    return stream.getvalue()


def image_data(content: bytes) -> bytes | None:
    scanner = JpegImageData()
    scanner.feed(content)
    return scanner.digest()


@pytest.mark.parametrize("kind", KINDS_OF_COLOR, ids=str)
@pytest.mark.parametrize("cut", [1, 2])
def test_only_the_end_marker_is_missing(kind: dict[str, Any], cut: int) -> None:
    content = jpeg(**kind)
    found = decoded(content[:-cut])
    assert found.damage == NO_END_MARKER
    assert difference(shown(content[:-cut]), shown(content)) == 0
    assert image_data(content[:-cut]) == image_data(content)
    assert decoded(content).damage is None


@pytest.mark.parametrize("kind", KINDS_OF_COLOR, ids=str)
@pytest.mark.parametrize("cut", [6, 40, 3000])
@pytest.mark.parametrize("end", [b"", EOI, bytes(4000), bytes(4000) + EOI])
def test_a_part_of_the_picture_is_missing(kind: dict[str, Any], cut: int, end: bytes) -> None:
    """Pillow fills it with gray, without an error if an end marker follows."""
    reason = refusal(jpeg(**kind)[:-cut] + end)
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("fill", [bytes(1), bytes(50), bytes(5000), b"\xff" * 9])
def test_padding_in_front_of_the_end_changes_nothing(kind: dict[str, Any], fill: bytes) -> None:
    content = jpeg(**kind)
    padded = content[:-2] + fill + EOI
    assert difference(shown(padded), shown(content)) == 0
    assert decoded(padded).damage is None


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_zeros_in_place_of_the_end_marker(kind: dict[str, Any]) -> None:
    """The result of a copy interrupted at its last block."""
    content = jpeg(**kind)
    found = decoded(content[:-2] + bytes(500))
    assert found.damage == NO_END_MARKER
    assert difference(shown(content[:-2] + bytes(500)), shown(content)) == 0


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_noise_is_refused_if_libjpeg_detects_it(kind: dict[str, Any]) -> None:
    content = jpeg(**kind)
    noticed = 0
    for seed in range(20):
        rng = random.Random(seed)
        broken = bytearray(content)
        at = rng.randrange(len(content) // 3, len(content) - 500)
        broken[at : at + 200] = rng.randbytes(200)
        reason = refusal(bytes(broken))
        if reason is not None:
            noticed += 1
            assert reason[0] is Reason.DECODE_ERROR
    assert noticed >= 18


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_stray_bytes_between_segments_are_ignored(kind: dict[str, Any]) -> None:
    content = jpeg(**kind)
    for marker in (b"\xff\xdb", b"\xff\xc4", b"\xff\xda"):
        at = content.index(marker)
        stray = content[:at] + b"abc" + content[at:]
        assert difference(shown(stray), shown(content)) <= 1, marker
        assert decoded(stray).damage is None


def test_a_progressive_file_that_ends_between_scans_is_refused() -> None:
    """No code is truncated then, and libjpeg has no warning for it."""
    content = jpeg(progressive=True)
    starts = [n for n in range(len(content)) if content[n : n + 2] == b"\xff\xda"]
    assert len(starts) > 3
    assert refusal(content[: starts[-1]]) is not None
    tables = content.rindex(b"\xff\xc4", 0, starts[-1])
    assert refusal(content[:tables]) is not None


def test_data_after_the_end_is_ignored() -> None:
    content = jpeg()
    for trailer in (b"\0" * 1000, content, b"ftypmp42 and a video", b"\xff\xff"):
        assert decoded(content + trailer).damage is None
        assert difference(shown(content + trailer), shown(content)) == 0


def test_rows_of_damaged_files_have_the_picture(tmp_path: Path, cache: FingerprintCache) -> None:
    content = jpeg()
    for name, data in {"whole": content, "endless": content[:-2], "half": content[:9000]}.items():
        (tmp_path / f"{name}.jpg").write_bytes(data)
    tree = ThumbnailTree(tmp_path / "thumbs")
    items = [item_of(path, path.stem) for path in tmp_path.glob("*.jpg")]
    result = run(items, cache, replace(OPTIONS, thumbnails=tree))
    found = rows(result)
    whole, endless, half = found["whole"], found["endless"], found["half"]
    assert (whole["status"], whole["reason"]) == ("ok", None)
    assert (endless["status"], endless["reason"]) == ("ok", "damaged")
    assert endless["detail"] == NO_END_MARKER
    assert (half["status"], half["reason"]) == ("undecodable", "decode_error")
    for column in ("phash", "dhash", "width", "height", "image_data_sha256"):
        assert endless[column] == whole[column] is not None, column
    assert half["image_data_sha256"] is None
    assert result.reasons == {"ok: damaged": 1, "undecodable: decode_error": 1}
    assert result.undecodable == 1
    for size in ThumbnailSize:
        assert (
            tree.path(size, endless["sha256"]).read_bytes()
            == tree.path(size, whole["sha256"]).read_bytes()
        )
    assert run(items, cache, replace(OPTIONS, thumbnails=tree)).computed == 0


def test_an_exceeded_memory_limit_is_reported_with_its_setting(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    """Libraries report it differently, and some call the file broken."""
    large = Image.fromarray(rgb(64, 64)).resize((6_200, 6_200), Image.Resampling.NEAREST)
    kinds: dict[str, dict[str, Any]] = {
        "a.png": {"compress_level": 1},
        "b.jpg": {"progressive": True},
        "c.tif": {"compression": "tiff_lzw"},
        "d.webp": {"lossless": True, "quality": 0, "method": 0},
        "e.jp2": {},
        "f.tif": {},
    }
    for name, save in kinds.items():
        large.save(tmp_path / name, **save)
    items = [item_of(path, path.name) for path in sorted(tmp_path.glob("?.*"))]
    found = rows(run(items, cache, replace(OPTIONS, max_memory_bytes=100 << 20, threads=1)))
    for name, row in found.items():
        assert (row["status"], row["reason"]) == ("undecodable", "out_of_memory"), name
        assert "100 MiB" in row["detail"]
        assert "fingerprints.max_memory_mib" in row["detail"]
    assert len(found) == 6


def test_inks_of_a_jpeg_are_correct() -> None:
    """libjpeg-turbo's CMYK against Pillow's: Adobe's inks are stored inverted."""
    content = jpeg("CMYK")
    assert np.abs(shown(content) - np.asarray(PICTURE)).mean() < 6
    assert decoded(content).decoder.startswith("simplejpeg")
