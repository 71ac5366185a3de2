"""BMP with odd headers, GIF and WebP with transparency: equal to the written picture or refused."""

import io
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.fingerprints import pngs, psds, tiffs
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.material import OPTIONS, item_of, rows, run

WIDTH, HEIGHT = 13, 7
COLORS = rgb(WIDTH, HEIGHT)
BGR = COLORS[:, :, ::-1]
BITFIELDS = 3


def bmp(
    bits: int,
    rows: Sequence[bytes],
    *,
    header: int = 40,
    compression: int = 0,
    masks: Sequence[int] = (),
    palette: bytes = b"",
    height: int = HEIGHT,
    colors: int = 0,
) -> bytes:
    """A BMP of rows from the bottom up (a negative height: from the top down)."""
    if header == 12:
        about = struct.pack("<IHHHH", 12, WIDTH, abs(height), 1, bits)
    else:
        about = struct.pack(
            "<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, 0, 2835, 2835, colors, 0
        )
        inside = struct.pack(f"<{len(masks)}I", *masks)
        about += inside if header == 40 else inside.ljust(header - 40, b"\0")
    pixels = b"".join(row + bytes(-len(row) % 4) for row in rows)
    offset = 14 + len(about) + len(palette)
    head = b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset)
    return head + about + palette + pixels


def lines(pixels: npt.NDArray[Any], kind: str = "u1") -> list[bytes]:
    return [row.astype(kind).tobytes() for row in pixels[::-1]]


def with_fourth(byte: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([BGR, byte], axis=2)


@pytest.mark.parametrize("header", [12, 40, 52, 56, 64, 108, 124])
def test_bmp_headers_of_every_length(header: int) -> None:
    content = bmp(24, lines(BGR), header=header)
    assert difference(shown(content), COLORS) == 0
    again = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert again is not None
    assert difference(np.asarray(again)[:, :, ::-1], COLORS) == 0


def test_bmp_from_the_top_down() -> None:
    assert difference(shown(bmp(24, lines(BGR[::-1]), height=-HEIGHT)), COLORS) == 0


@pytest.mark.parametrize("fill", [0, 1, 128, 255])
def test_a_fourth_byte_is_padding_unless_a_mask_names_it(fill: int) -> None:
    rows = lines(with_fourth(np.full((HEIGHT, WIDTH, 1), fill)))
    masks = [0xFF0000, 0xFF00, 0xFF]
    assert difference(shown(bmp(32, rows)), COLORS) == 0
    assert difference(shown(bmp(32, rows, header=124)), COLORS) == 0
    plain = bmp(32, rows, compression=BITFIELDS, masks=masks)
    assert difference(shown(plain), COLORS) == 0
    unnamed = bmp(32, rows, compression=BITFIELDS, header=124, masks=[*masks, 0])
    assert difference(shown(unnamed), COLORS) == 0


@pytest.mark.parametrize("header", [56, 108, 124])
def test_bmp_transparency(header: int) -> None:
    alpha = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 1))
    masks = [0xFF0000, 0xFF00, 0xFF, 0xFF000000]
    options: Any = {"header": header, "compression": BITFIELDS, "masks": masks}
    content = bmp(32, lines(with_fourth(alpha)), **options)
    assert difference(shown(content), on_white(COLORS / 255, alpha / 255).round()) <= 1
    unused = bmp(32, lines(with_fourth(0 * alpha)), **options)
    assert difference(shown(unused), COLORS) == 0


MASKS = {
    "555": (16, [0x7C00, 0x3E0, 0x1F], [5, 5, 5]),
    "565": (16, [0xF800, 0x7E0, 0x1F], [5, 6, 5]),
    "444": (16, [0xF00, 0xF0, 0xF], [4, 4, 4]),
    "RGBX": (32, [0xFF, 0xFF00, 0xFF0000], [8, 8, 8]),
    "XBGR": (32, [0xFF000000, 0xFF0000, 0xFF00], [8, 8, 8]),
    "10 bits": (32, [0x3FF00000, 0xFFC00, 0x3FF], [10, 10, 10]),
}


@pytest.mark.parametrize("name", MASKS)
def test_masks_are_applied_or_refused(name: str) -> None:
    bits, masks, depths = MASKS[name]
    stored = np.zeros((HEIGHT, WIDTH), np.uint32)
    truth = np.zeros((HEIGHT, WIDTH, 3))
    for n, (mask, depth) in enumerate(zip(masks, depths, strict=True)):
        levels = (COLORS[:, :, n] / 255 * ((1 << depth) - 1)).round().astype(np.uint32)
        stored |= levels << ((mask & -mask).bit_length() - 1)
        truth[:, :, n] = levels / ((1 << depth) - 1) * 255
    content = bmp(bits, lines(stored, f"<u{bits // 8}"), compression=BITFIELDS, masks=masks)
    assert refusal(content) is not None or difference(shown(content), truth.round()) <= 1


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("header", [12, 40])
def test_bmp_palettes(bits: int, header: int) -> None:
    rng = np.random.default_rng(bits)
    palette = rng.integers(0, 256, (1 << bits, 3), dtype=np.uint8)
    index = rng.integers(0, 1 << bits, (HEIGHT, WIDTH))
    planes = (index[:, :, None] >> np.arange(bits - 1, -1, -1) & 1).reshape(HEIGHT, -1)
    rows = [np.packbits(row.astype(np.uint8)).tobytes() for row in planes[::-1]]
    table = b"".join(bytes(c[::-1]) + (b"" if header == 12 else b"\0") for c in palette)
    content = bmp(bits, rows, header=header, palette=table)
    if bits == 2:  # of Windows CE; no other program reads it
        assert refusal(content) is not None
    else:
        assert difference(shown(content), palette[index]) == 0


@pytest.mark.parametrize("compression", [4, 5, 6, 99])
def test_unsupported_bmp_compressions_are_refused(compression: int) -> None:
    assert refusal(bmp(24, lines(BGR), compression=compression)) is not None


def test_bmp_run_lengths() -> None:
    index = np.repeat(np.arange(HEIGHT)[:, None], WIDTH, axis=1)
    palette = np.random.default_rng(2).integers(0, 256, (256, 3), dtype=np.uint8)
    table = b"".join(bytes(c[::-1]) + b"\0" for c in palette)
    rows = b"".join(bytes([WIDTH, row[0], 0, 0]) for row in index[::-1]) + b"\0\1"
    content = bmp(8, [rows], compression=1, palette=table)
    assert difference(shown(content), palette[index]) == 0


def gif(frames: Sequence[npt.NDArray[Any]], palette: npt.NDArray[Any], **options: int) -> bytes:
    """A GIF of 256 colors; its codes are written as literals, cleared in time."""
    height, width = frames[0].shape
    left, top = options.get("left", 0), options.get("top", 0)
    size = options.get("width", width), options.get("height", height)
    out = b"GIF89a" + struct.pack("<HHBBB", *size, 0xF7, 0, 0) + palette.astype(np.uint8).tobytes()
    for frame in frames:
        if "clear" in options:
            out += b"!\xf9\x04\x01\0\0" + bytes([options["clear"]]) + b"\0"
        out += b"," + struct.pack("<HHHHB", left, top, width, height, 0)
        codes = [256]
        for n, value in enumerate(frame.ravel()):
            codes += [256] * (n % 200 == 199) + [int(value)]
        bits = "".join(format(code, "09b")[::-1] for code in [*codes, 257])
        bits += "0" * (-len(bits) % 8)
        data = bytes(int(bits[n : n + 8][::-1], 2) for n in range(0, len(bits), 8))
        parts = [data[n : n + 255] for n in range(0, len(data), 255)]
        out += b"\x08" + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    return out + b";"


def test_gif_and_its_transparent_color() -> None:
    rng = np.random.default_rng(3)
    palette, index = rng.integers(0, 256, (256, 3)), rng.integers(0, 256, (HEIGHT, WIDTH))
    assert difference(shown(gif([index], palette)), palette[index]) == 0
    clear = int(index[3, 4])
    truth = np.where((index == clear)[:, :, None], 255, palette[index])
    assert difference(shown(gif([index], palette, clear=clear)), truth) == 0
    assert decoded(gif([index], palette)).indexed


def test_gif_shows_its_first_picture_where_it_belongs() -> None:
    rng = np.random.default_rng(4)
    palette = rng.integers(0, 256, (256, 3))
    first, second = rng.integers(1, 256, (2, 3, 5))
    content = gif([first, second], palette, left=4, top=2, width=12, height=8, clear=0)
    truth = np.full((8, 12, 3), 255)
    truth[2:5, 4:9] = palette[first]
    assert difference(shown(content), truth) == 0


@pytest.mark.parametrize("lossless", [False, True])
def test_webp_with_and_without_alpha(lossless: bool) -> None:
    picture = rgb(64, 48)
    alpha = np.full((48, 64, 1), 255, np.uint8)
    alpha[:, :32] = 0
    for pixels in (picture, np.concatenate([picture, alpha], axis=2)):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "WEBP", lossless=lossless, exact=True, quality=95)
        found = shown(stream.getvalue())
        assert np.abs(found[:, 40:] - picture[:, 40:]).mean() < (1 if lossless else 12)
        if pixels.shape[2] == 4:
            assert found[:, :24].min() > 245


def test_other_formats_pillow_knows_are_not_tried() -> None:
    """Some of its plugins start programs, others are containers."""
    for name in ("PPM", "TGA", "PCX", "ICO", "EPS"):
        stream = io.BytesIO()
        Image.fromarray(rgb(64, 48)).save(stream, name)
        assert refusal(stream.getvalue()) is not None


def test_layouts_that_pillow_shows_incorrectly_are_correct(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    """Garbled, black, white, and masked pictures: each once had the status ok."""
    picture = rgb(320, 240)
    gray = picture[:, :, :1].astype(np.uint16) * 257
    index = np.arange(240 * 320).reshape(240, 320, 1) // 300
    palette = np.stack([np.arange(256), 255 - np.arange(256), np.arange(256) // 2], axis=1)
    selection = np.concatenate([picture, np.zeros((240, 320, 1), np.uint8)], axis=2)
    stated = {320: (tiffs.SHORT, palette.T.ravel().tolist())}
    cases = {
        "planar.tif": (
            tiffs.write(picture.astype(np.uint16) * 257, tiffs.Layout(bits=16, planar=2)),
            picture,
        ),
        "palette.tif": (
            tiffs.write(index.astype(np.uint8), tiffs.Layout(photometric=3, tags=stated)),
            palette[index[:, :, 0]],
        ),
        "clear.png": (
            pngs.write(gray, 16, 0, [pngs.chunk(b"tRNS", struct.pack(">H", 12345))]),
            np.repeat(gray // 257, 3, axis=2),
        ),
        "mask.psd": (psds.write(selection, psds.Layout(layers=1)), picture),
    }
    for name, (content, _) in cases.items():
        (tmp_path / name).write_bytes(content)
    tree = ThumbnailTree(tmp_path / "thumbs")
    items = [item_of(tmp_path / name, name) for name in cases]
    found = rows(run(items, cache, replace(OPTIONS, thumbnails=tree)))
    for name, (_, truth) in cases.items():
        assert found[name]["status"] == "ok", found[name]["detail"]
        with Image.open(tree.path(ThumbnailSize.MEDIUM, found[name]["sha256"])) as drawn:
            assert np.abs(np.asarray(drawn).astype(int) - truth).mean() < 6, name
