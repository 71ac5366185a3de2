"""PNG of every depth, color type and transparency; texts that fail; colors stated in numbers."""

import functools
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.rgb_spaces import primaries_of, shown_in_srgb, space_of
from photo_assets_tests.identity.fingerprints import pngs
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run
from photo_assets_tests.identity.fingerprints.pngs import chunk, with_chunk

LAYOUTS = [
    (color_type, depth)
    for color_type, depths in {
        0: (1, 2, 4, 8, 16),
        2: (8, 16),
        3: (1, 2, 4, 8),
        4: (8, 16),
        6: (8, 16),
    }.items()
    for depth in depths
]


@pytest.mark.parametrize(("color_type", "depth"), LAYOUTS)
@pytest.mark.parametrize("transparent", [False, True])
def test_every_layout(color_type: int, depth: int, transparent: bool) -> None:
    if transparent and color_type in {4, 6}:
        pytest.skip("tRNS is forbidden beside an alpha channel")
    rng = np.random.default_rng(depth)
    top = (1 << depth) - 1
    samples = rng.integers(0, top + 1, (9, 17, pngs.CHANNELS[color_type]))
    samples[4, 5] = samples[2, 3]
    extra, alpha = [], np.ones((9, 17, 1))
    if color_type == 3:
        palette = rng.integers(0, 256, (top + 1, 3), dtype=np.uint8)
        opacity = rng.integers(0, 256, top + 1, dtype=np.uint8)
        extra = [chunk(b"PLTE", palette.tobytes())]
        light = palette[samples[:, :, 0]] / 255
        if transparent:
            extra.append(chunk(b"tRNS", opacity.tobytes()))
            alpha = opacity[samples[:, :, :1]] / 255
    else:
        colors = 3 if color_type & 2 else 1
        light = np.repeat(samples[:, :, :colors] / top, 4 - colors - (colors == 3) or 1, axis=2)
        light = light if light.shape[2] == 3 else np.repeat(light[:, :, :1], 3, axis=2)
        if color_type & 4:
            alpha = samples[:, :, colors:] / top
        elif transparent:
            one = samples[2, 3]
            extra = [chunk(b"tRNS", struct.pack(f">{len(one)}H", *one))]
            alpha = 1.0 - (samples == one).all(axis=2, keepdims=True)
    content = pngs.write(samples, depth, color_type, extra)
    assert difference(shown(content), on_white(light, alpha).round()) <= 2
    assert decoded(content).indexed is (color_type == 3)


def test_a_second_reader_finds_the_same_samples() -> None:
    """A check of the writer above, and of Pillow's sixteen bits."""
    png = pytest.importorskip("png", reason="pypng (extra 'dev') is not installed")
    for color_type, depth in LAYOUTS:
        if color_type == 3:
            continue
        rng = np.random.default_rng(depth)
        samples = rng.integers(0, 1 << depth, (9, 17, pngs.CHANNELS[color_type]))
        content = pngs.write(samples, depth, color_type)
        _, _, found, about = png.Reader(bytes=content).read()
        assert about["bitdepth"] == depth
        assert np.array_equal(np.vstack([*found]).reshape(samples.shape), samples)


def test_one_level_apart_from_the_transparent_one_is_not_transparent() -> None:
    samples = np.full((9, 17, 3), 0x1234)
    samples[:, 8:] = [0x1234, 0x1234, 0x1235]
    content = pngs.write(samples, 16, 2, [chunk(b"tRNS", struct.pack(">3H", *samples[0, 0]))])
    assert difference(shown(content)[:, :8], np.full((9, 8, 3), 255)) == 0
    assert shown(content)[:, 8:].max() < 20


@functools.cache
def broken_texts() -> dict[str, bytes]:
    plain = b"Comment\0" + b"x" * (3 << 20)
    return {
        "text over 1 MiB": chunk(b"tEXt", plain),
        "packed text over 1 MiB": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3 << 20))),
        "packed text of 200 MiB": chunk(
            b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 << 20), 1)
        ),
        "international text over 1 MiB": chunk(
            b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(3 << 20))
        ),
        "many texts": chunk(b"tEXt", b"Comment\0" + b"x" * (1 << 19)) * 200,
        "raw profile of no hex": chunk(
            b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n      10\nzzzzzzzz\n")
        ),
        "raw profile as plain text": chunk(b"tEXt", b"Raw profile type exif\0\nexif\n   9\nhello"),
        "raw profile cut short": chunk(b"zTXt", b"Raw profile type APP1\0\0" + b"x\x9cgarbage"),
        "wrong check sum": chunk(b"tEXt", b"Comment\0hello")[:-4] + b"oops",
        "no end of the keyword": chunk(b"zTXt", b"Comment"),
        "broken EXIF": chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
        "broken profile": chunk(b"iCCP", b"name\0\0garbage"),
        "empty profile": chunk(b"iCCP", b""),
        "unknown chunk": chunk(b"xyZz", b"whatever"),
    }


@pytest.mark.parametrize("name", broken_texts())
@pytest.mark.parametrize("where", [b"IDAT", b"IEND"])
def test_a_damaged_text_does_not_affect_the_picture(name: str, where: bytes) -> None:
    picture = rgb()
    content = with_chunk(pngs.saved(Image.fromarray(picture)), broken_texts()[name], before=where)
    assert difference(shown(content), picture) == 0


def test_a_damaged_text_does_not_affect_the_picture_in_a_run(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    plain = pngs.saved(Image.fromarray(rgb()))
    (tmp_path / "plain.png").write_bytes(plain)
    for n, extra in enumerate(broken_texts().values()):
        (tmp_path / f"{n}.png").write_bytes(with_chunk(plain, extra))
    found = rows(run([item_of(path, path.name) for path in tmp_path.glob("*.png")], cache))
    assert {row["status"] for row in found.values()} == {"ok"}
    assert {row["phash"] for row in found.values()} == {found["plain.png"]["phash"]}


@pytest.mark.parametrize("cut", [0, 1, 4])
def test_a_file_without_its_end_marker_is_damaged(cut: int) -> None:
    picture = rgb(200, 160)
    content = pngs.saved(Image.fromarray(picture))
    found = decoded(content[: content.index(b"IEND") - 4 - cut])
    assert found.damage is not None
    assert found.color is not None
    assert difference(found.color, picture) == 0
    assert decoded(content).damage is None


@pytest.mark.parametrize("cut", [12, 40, 400])
def test_a_file_truncated_in_its_pixels_is_refused(cut: int) -> None:
    content = pngs.saved(Image.fromarray(rgb(200, 160)))
    end = content.index(b"IEND") - 4
    assert refusal(content[: end - cut]) is not None


@pytest.mark.parametrize("gamma", [1.0, 0.3, 1 / 1.8])
def test_a_stated_gamma_is_applied(gamma: float) -> None:
    light = np.linspace(0.02, 1, 64)
    stored = (light**gamma * 255).round().astype(np.uint8)
    samples = np.repeat(np.tile(stored, (16, 1))[:, :, None], 3, axis=2)
    srgb = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    content = pngs.write(samples, 8, 2, [chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000)))])
    expected = np.broadcast_to((srgb * 255).round()[None, :, None], samples.shape)
    assert np.abs(shown(content) - expected).mean() < 2
    ignored = with_chunk(content, chunk(b"sRGB", b"\0"))
    assert difference(shown(ignored), samples) == 0


@pytest.mark.parametrize("gamma", [0, 1, 45455, 4_000_000_000])
def test_an_implausible_gamma_is_ignored(gamma: int) -> None:
    content = pngs.write(rgb(), 8, 2, [chunk(b"gAMA", struct.pack(">I", gamma))])
    assert difference(shown(content), rgb()) == 0


def test_primaries_are_applied_with_a_gamma() -> None:
    white_to_blue = [0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06]  # Adobe RGB (1998)
    corners = struct.pack(">8I", *(round(n * 100_000) for n in white_to_blue))
    extra = [chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"cHRM", corners)]
    found = shown(pngs.write(np.full((8, 8, 3), [100, 160, 100]), 8, 2, extra))[0, 0]
    assert found[0] < 60 < 155 < found[1]  # the same green is a stronger one in sRGB's numbers
    impossible = struct.pack(">8I", *[0] * 8)
    broken = [extra[0], chunk(b"cHRM", impossible)]
    assert difference(shown(pngs.write(rgb(), 8, 2, broken)), rgb()) == 0


@pytest.mark.parametrize(("primaries", "transfer"), [(9, 16), (9, 18), (12, 13), (1, 8)])
def test_code_points_take_precedence(primaries: int, transfer: int) -> None:
    stored = rgb()
    extra = [chunk(b"cICP", bytes([primaries, transfer, 0, 1])), chunk(b"sRGB", b"\0")]
    space = space_of(primaries_of(primaries), transfer)
    assert space is not None
    expected = shown_in_srgb(stored, space)
    assert difference(expected, stored) > 5
    assert difference(shown(pngs.write(stored, 8, 2, extra)), expected) == 0


def test_gamma_and_transparency_together() -> None:
    alpha = np.random.default_rng(1).integers(0, 256, (37, 53, 1), dtype=np.uint8)
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    opaque = shown(pngs.write(rgb(), 8, 2, [gamma]))
    found = shown(pngs.write(np.concatenate([rgb(), alpha], axis=2), 8, 6, [gamma]))
    assert difference(found, on_white(opaque / 255, alpha / 255).round()) <= 2


def test_interlaced_and_filtered_pictures() -> None:
    picture = Image.fromarray(rgb())
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True, bits=8)
    assert difference(shown(stream.getvalue()), rgb()) == 0
