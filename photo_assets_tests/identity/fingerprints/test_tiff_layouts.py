"""TIFF of every layout: equal to the written picture or refused; checked by tifffile."""

import io
import itertools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from photo_assets.identity.fingerprints.pictures import Need
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets_tests.identity.fingerprints import tiffs
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.tiffs import Layout, write

COLORS = rgb()
GRAY = COLORS[:, :, :1]
CODECS = [tiffs.NONE, tiffs.LZW, tiffs.DEFLATE, tiffs.OLD_DEFLATE, tiffs.PACKBITS]


def levels(picture: npt.NDArray[Any], bits: int) -> npt.NDArray[Any]:
    """A picture of 0..255 in `bits` bits."""
    kind = np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32
    return np.asarray((picture / 255 * (2**bits - 1)).round(), kind)


def as_shown(stored: npt.NDArray[Any], bits: int) -> npt.NDArray[Any]:
    """Those levels as 0..255, red, green and blue."""
    scaled = (stored.astype(np.float64) / (2**bits - 1) * 255).round()
    return np.repeat(scaled, 3, axis=2) if scaled.shape[2] == 1 else scaled


def read_again(content: bytes, layout: Layout, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """The samples read by tifffile: a check of the writer."""
    tifffile = pytest.importorskip("tifffile", reason="tifffile (extra 'dev') is not installed")
    found = tifffile.imread(io.BytesIO(content))
    return np.asarray(np.moveaxis(found, 0, -1) if layout.planar == 2 else found).reshape(shape)


@pytest.mark.parametrize("bits", [1, 2, 4, 6, 8, 10, 12, 14, 16, 32])
@pytest.mark.parametrize("kind", ["min is white", "min is black", "rgb", "planar rgb"])
def test_every_depth_and_order(kind: str, bits: int) -> None:
    photometric = {"min is white": 0, "min is black": 1}.get(kind, 2)
    source = COLORS if photometric == 2 else GRAY
    stored = levels(source if photometric else 255 - source, bits)
    truth = as_shown(stored, bits) if photometric else 255 - as_shown(stored, bits)
    for order, compression in itertools.product("<>", CODECS):
        layout = Layout(
            photometric=photometric,
            bits=bits,
            order=order,
            planar=2 if kind.startswith("planar") else 1,
            compression=compression,
        )
        content = write(stored, layout)
        assert difference(shown(content), truth) <= 1, (order, compression)
        if compression != tiffs.LZW and bits in {1, 8, 16, 32}:  # the others need imagecodecs
            assert difference(read_again(content, layout, stored.shape), stored) == 0


@pytest.mark.parametrize("tile", [(16, 16), (32, 48), (64, 64)])
@pytest.mark.parametrize("bits", [1, 8, 16])
def test_tiles(tile: tuple[int, int], bits: int) -> None:
    stored = levels(COLORS, bits)
    for planar, compression in itertools.product([1, 2], CODECS):
        layout = Layout(bits=bits, planar=planar, compression=compression, tile=tile)
        assert difference(shown(write(stored, layout)), as_shown(stored, bits)) <= 1


@pytest.mark.parametrize("rows_per_strip", [1, 5, 37, 1000])
def test_strips_of_any_height(rows_per_strip: int) -> None:
    for planar, compression in itertools.product([1, 2], CODECS):
        layout = Layout(planar=planar, compression=compression, rows_per_strip=rows_per_strip)
        assert difference(shown(write(COLORS, layout)), COLORS) == 0


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_stored_differences(bits: int) -> None:
    stored = levels(COLORS, bits)
    for order, planar, tile in itertools.product("<>", [1, 2], [None, (16, 32)]):
        layout = Layout(
            bits=bits, order=order, planar=planar, tile=tile, predictor=2, compression=tiffs.DEFLATE
        )
        assert difference(shown(write(stored, layout)), COLORS) <= 1


@pytest.mark.parametrize("bits", [16, 32, 64])
@pytest.mark.parametrize("predictor", [1, 3])
def test_floating_point(bits: int, predictor: int) -> None:
    stored = (COLORS / 255).astype(f"f{bits // 8}")
    for order, planar, compression in itertools.product("<>", [1, 2], [tiffs.NONE, tiffs.DEFLATE]):
        layout = Layout(
            bits=bits,
            sample_format=tiffs.FLOAT,
            order=order,
            planar=planar,
            predictor=predictor,
            compression=compression,
        )
        assert difference(shown(write(stored, layout)), COLORS) <= 1


def test_floating_point_without_a_known_white_is_refused() -> None:
    stored = (COLORS / 16).astype(np.float32)
    reason = refusal(write(stored, Layout(bits=32, sample_format=tiffs.FLOAT)))
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR
    assert "exceed 1" in reason[1]


@pytest.mark.parametrize("compression", CODECS)
def test_bits_in_reversed_order(compression: int) -> None:
    for bits in (1, 4, 8):
        stored = levels(COLORS, bits)
        layout = Layout(bits=bits, fill_order=2, compression=compression)
        assert difference(shown(write(stored, layout)), as_shown(stored, bits)) == 0


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("scale", [1, 257])
def test_palettes_in_eight_and_in_sixteen_bits(bits: int, scale: int) -> None:
    """Some writers store bytes where the standard requires 16 bits; Pillow shows those black."""
    rng = np.random.default_rng(bits)
    palette = rng.integers(0, 256, (1 << bits, 3), dtype=np.uint16)
    palette[0] = 255
    index = rng.integers(0, 1 << bits, (37, 53, 1)).astype(np.uint16)
    tags = {320: (tiffs.SHORT, (palette.T.ravel() * scale).tolist())}
    for order, compression in itertools.product("<>", [tiffs.NONE, tiffs.PACKBITS]):
        layout = Layout(
            photometric=tiffs.PALETTE, bits=bits, order=order, compression=compression, tags=tags
        )
        content = write(index.astype(np.uint8) if bits <= 8 else index, layout)
        assert difference(shown(content), palette[index[:, :, 0]]) == 0
        assert decoded(content).indexed


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("planar", [1, 2])
def test_alpha_is_interpreted_as_the_file_states(bits: int, planar: int) -> None:
    rng = np.random.default_rng(5)
    alpha = rng.integers(0, 256, (37, 53, 1)) / 255
    light = COLORS / 255
    cases = {
        2: (light, on_white(light, alpha)),
        1: (light * alpha, on_white(light, alpha)),
        0: (light, COLORS),
    }
    for kind, (colors, truth) in cases.items():
        stored = levels(np.concatenate([colors, alpha], axis=2) * 255, bits)
        layout = Layout(bits=bits, planar=planar, extra=(kind,))
        assert difference(shown(write(stored, layout)), truth.round()) <= 2, kind
    unnamed = levels(np.concatenate([light, 0 * alpha], axis=2) * 255, bits)
    assert difference(shown(write(unnamed, Layout(bits=bits, planar=planar))), COLORS) <= 1


@pytest.mark.parametrize("photometric", [tiffs.MIN_IS_WHITE, tiffs.MIN_IS_BLACK])
def test_gray_with_alpha(photometric: int) -> None:
    alpha = np.random.default_rng(6).integers(0, 256, (37, 53, 1))
    ink = 255 - GRAY if photometric == tiffs.MIN_IS_WHITE else GRAY
    stored = np.concatenate([ink, alpha], axis=2).astype(np.uint8)
    truth = np.repeat(on_white(GRAY / 255, alpha / 255), 3, axis=2)
    content = write(stored, Layout(photometric=photometric, extra=(2,)))
    assert difference(shown(content), truth.round()) <= 2


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("planar", [1, 2])
def test_inks(bits: int, planar: int) -> None:
    black = np.full((37, 53, 1), 0)
    stored = levels(np.concatenate([255 - COLORS, black], axis=2), bits)
    layout = Layout(photometric=tiffs.CMYK, bits=bits, planar=planar)
    assert difference(shown(write(stored, layout)), COLORS) <= 1
    spot = np.concatenate([stored, stored[:, :, :1]], axis=2)
    spotted = Layout(photometric=tiffs.CMYK, bits=bits, planar=planar, extra=(0,))
    assert difference(shown(write(spot, spotted)), COLORS) <= 1
    other = Layout(photometric=tiffs.CMYK, bits=bits, tags={332: (tiffs.SHORT, [2])})
    assert refusal(write(stored, other)) is not None


@pytest.mark.parametrize("photometric", [tiffs.CIELAB, tiffs.ICCLAB])
@pytest.mark.parametrize("bits", [8, 16])
def test_lab(photometric: int, bits: int) -> None:
    """From sRGB by the definition; eight bits of a* and b* are coarse in strong colors."""
    lab = lab_of(COLORS)
    offset = 0 if photometric == tiffs.CIELAB else 128
    scale = 1 if bits == 8 else 256
    top = 255 if bits == 8 else 0xFF00 if photometric == tiffs.ICCLAB else 0xFFFF
    stored = np.concatenate(
        [lab[:, :, :1] / 100 * top, (lab[:, :, 1:] + offset) * scale], axis=2
    ).round()
    stored = stored.astype(np.int32).astype(np.uint8 if bits == 8 else np.uint16)
    for order, planar in itertools.product("<>", [1, 2]):
        content = write(
            stored, Layout(photometric=photometric, bits=bits, order=order, planar=planar)
        )
        assert np.abs(shown(content) - COLORS).mean() < 2
        assert difference(shown(content), COLORS) <= 16


def lab_of(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """CIE L*a*b* (D50) of sRGB."""
    level = picture / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    to_xyz = [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
    xyz = light @ np.array(to_xyz).T / [0.96422, 1, 0.82521]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = np.moveaxis(f, 2, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=2)


@pytest.mark.parametrize("block", [(1, 1), (2, 1), (2, 2), (1, 2), (4, 1), (4, 2), (4, 4)])
def test_chroma_of_fewer_samples(block: tuple[int, int]) -> None:
    """libtiff, through OpenCV, is a second reader."""
    for compression, order in itertools.product([tiffs.NONE, tiffs.LZW, tiffs.DEFLATE], "<>"):
        content = tiffs.chroma_units(COLORS, block, Layout(order=order, compression=compression))
        found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert found is not None
        ours = shown(content)
        assert difference(ours, np.asarray(found)[:, :, ::-1]) <= 2
        assert np.abs(ours - COLORS).mean() < 16


@pytest.mark.parametrize(
    ("name", "mode", "save"),
    [
        ("jpeg", "RGB", {"compression": "jpeg", "quality": 100}),
        ("jpeg in Y, Cb, Cr", "YCbCr", {"compression": "jpeg", "quality": 100}),
        ("grey jpeg", "L", {"compression": "jpeg", "quality": 100}),
        ("ink jpeg", "CMYK", {"compression": "jpeg", "quality": 100}),
        ("fax 3", "1", {"compression": "group3"}),
        ("fax 4", "1", {"compression": "group4"}),
    ],
)
def test_pixel_oriented_compressions(name: str, mode: str, save: dict[str, Any]) -> None:
    picture = Image.fromarray(COLORS).convert(mode)
    stream = io.BytesIO()
    picture.save(stream, "TIFF", **save)
    truth = np.asarray(picture.convert("RGB"))
    assert np.abs(shown(stream.getvalue()) - truth).mean() < 3


def test_fax_with_white_and_black_exchanged() -> None:
    bits = GRAY[:, :, 0] > 127
    stream = io.BytesIO()
    Image.fromarray(bits).save(stream, "TIFF", compression="group4")
    content = bytearray(stream.getvalue())
    entry = content.index(b"\x06\x01\x03\x00\x01\x00\x00\x00")  # tag 262, one SHORT
    content[entry + 8] ^= 1
    truth = np.repeat(np.where(bits, 0, 255)[:, :, None], 3, axis=2)
    assert difference(shown(bytes(content)), truth) == 0


def test_large_offsets_and_big_tiff() -> None:
    for order in "<>":
        for planar, compression in itertools.product([1, 2], CODECS):
            layout = Layout(order=order, planar=planar, compression=compression, big=True)
            assert difference(shown(write(COLORS, layout)), COLORS) == 0


def test_the_orientation_of_the_header_turns_it() -> None:
    for orientation in range(1, 9):
        content = write(COLORS, Layout(tags={274: (tiffs.SHORT, [orientation])}))
        stream = io.BytesIO()
        exif = Image.Exif()
        exif[274] = orientation
        Image.fromarray(COLORS).save(stream, "PNG", exif=exif)
        assert difference(shown(content), shown(stream.getvalue())) == 0


def test_a_profile_is_applied_whatever_its_name() -> None:
    """sRGB changes nothing; a linear profile with sRGB in its name does."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = write(COLORS, Layout(tags={34675: (tiffs.BYTE, list(profile))}))
    assert difference(shown(content), COLORS) == 0
    entry = profile.index(b"rTRC")
    at = int.from_bytes(profile[entry + 4 : entry + 8])
    linear = profile[:at] + b"curv" + bytes(8) + profile[at + 12 :]
    light = write(COLORS, Layout(tags={34675: (tiffs.BYTE, list(linear))}))
    level = COLORS / 255
    curve = np.where(level <= 0.0031308, level * 12.92, 1.055 * level ** (1 / 2.4) - 0.055)
    assert np.abs(shown(light) - curve * 255).mean() < 2


@pytest.mark.parametrize(
    ("samples", "layout"),
    [
        (COLORS, Layout(sample_format=tiffs.SIGNED)),
        (COLORS, Layout(photometric=32803)),
        (COLORS, Layout(photometric=4)),
        (COLORS, Layout(photometric=10)),
        (GRAY, Layout(photometric=tiffs.RGB)),
        (COLORS, Layout(tags={259: (tiffs.SHORT, [34712])})),
        (COLORS, Layout(tags={258: (tiffs.SHORT, [5, 6, 5])})),
        (COLORS, Layout(compression=tiffs.LZW, tags={279: (tiffs.LONG, [3])})),
        (COLORS, Layout(tags={256: (tiffs.LONG, [0])})),
        (COLORS, Layout(tags={257: (tiffs.LONG, [4000])})),
        (GRAY, Layout(photometric=tiffs.PALETTE)),
    ],
)
def test_unsupported_files_are_refused(samples: npt.NDArray[Any], layout: Layout) -> None:
    reason = refusal(write(samples, layout))
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR


@pytest.mark.parametrize("compression", CODECS)
def test_a_truncated_file_is_refused(compression: int) -> None:
    content = write(COLORS, Layout(compression=compression))
    assert refusal(content[:-400]) is not None


def test_hashes_are_of_the_same_picture() -> None:
    content = write(levels(COLORS, 16), Layout(bits=16, planar=2, order=">"))
    gray = decoded(content, Need.HASHES).gray
    assert gray is not None
    assert difference(np.asarray(gray), np.asarray(Image.fromarray(COLORS).convert("L"))) <= 1
