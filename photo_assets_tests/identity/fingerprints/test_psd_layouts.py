"""Photoshop files of every mode, depth and compression, checked by psd-tools: correct or refused."""

import io
import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets_tests.identity.fingerprints import psds
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.psds import Layout, write
from photo_assets_tests.identity.fingerprints.test_tiff_layouts import lab_of

COLORS = rgb()
GRAY = COLORS[:, :, :1]
COMPRESSIONS = [psds.RAW, psds.RLE, psds.ZIP, psds.ZIP_PREDICTED]


def stored(channels: npt.NDArray[Any], depth: int) -> npt.NDArray[Any]:
    return channels.astype(np.uint32) * (257 if depth == 16 else 1)


def read_again(content: bytes) -> Image.Image:
    """The merged picture read by psd-tools."""
    psd_tools = pytest.importorskip("psd_tools", reason="psd-tools (extra 'dev') is not installed")
    found = psd_tools.PSDImage.open(io.BytesIO(content)).topil()
    assert isinstance(found, Image.Image)
    return found


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("big", [False, True])
def test_colors_of_every_depth_and_compression(depth: int, big: bool) -> None:
    for compression in COMPRESSIONS:
        layout = Layout(depth=depth, compression=compression, big=big)
        content = write(stored(COLORS, depth), layout)
        assert difference(shown(content), COLORS) == 0, compression
        assert difference(np.asarray(read_again(content).convert("RGB")), COLORS) <= 1


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", [psds.GRAY, psds.DUOTONE])
def test_gray(depth: int, mode: int) -> None:
    content = write(stored(GRAY, depth), Layout(mode=mode, depth=depth))
    assert difference(shown(content), np.repeat(GRAY, 3, axis=2)) == 0


@pytest.mark.parametrize("compression", [psds.RAW, psds.RLE])
def test_bitmaps(compression: int) -> None:
    ink = GRAY > 127
    content = write(ink, Layout(mode=psds.BITMAP, depth=1, compression=compression))
    assert difference(shown(content), np.where(np.repeat(ink, 3, axis=2), 0, 255)) == 0


@pytest.mark.parametrize("clear", [None, 7])
def test_palettes(clear: int | None) -> None:
    rng = np.random.default_rng(1)
    palette = rng.integers(0, 256, (256, 3), dtype=np.uint8)
    index = rng.integers(0, 256, (37, 53, 1))
    resources = {} if clear is None else {psds.CLEAR_INDEX: clear.to_bytes(2)}
    layout = Layout(mode=psds.INDEXED, palette=palette.T.tobytes(), resources=resources)
    content = write(index, layout)
    truth = palette[index[:, :, 0]].copy()
    if clear is not None:
        truth[index[:, :, 0] == clear] = 255
    assert difference(shown(content), truth) == 0
    assert decoded(content).indexed
    assert refusal(write(index, Layout(mode=psds.INDEXED, palette=b"short"))) is not None


@pytest.mark.parametrize("depth", [8, 16])
def test_inks_are_stored_as_light(depth: int) -> None:
    light = np.concatenate([COLORS, np.full((37, 53, 1), 255)], axis=2)
    content = write(stored(light, depth), Layout(mode=psds.CMYK, depth=depth))
    assert difference(shown(content), COLORS) == 0
    again = np.asarray(read_again(content).convert("RGB"))
    assert difference(shown(content), again) <= 1


@pytest.mark.parametrize("depth", [8, 16])
def test_lab(depth: int) -> None:
    lab = lab_of(COLORS)
    levels = np.concatenate([lab[:, :, :1] * 2.55, lab[:, :, 1:] + 128], axis=2).round()
    found = shown(write(stored(levels.clip(0, 255), depth), Layout(mode=psds.LAB, depth=depth)))
    assert np.abs(found - COLORS).mean() < 2


@pytest.mark.parametrize("depth", [8, 16])
def test_a_fourth_channel_is_a_saved_selection(depth: int) -> None:
    """Treating it as transparency would show the picture through a saved selection."""
    selection = np.zeros((37, 53, 1))
    selection[:, 20:] = 255
    content = write(
        stored(np.concatenate([COLORS, selection], axis=2), depth), Layout(depth=depth, layers=1)
    )
    assert difference(shown(content), COLORS) == 0


@pytest.mark.parametrize(
    "statement",
    [{"layers": -1}, {"blocks": {b"Mtrn": b""}}, {"blocks": {b"xxxx": b"12345678", b"Mt16": b""}}],
)
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("big", [False, True])
def test_a_fourth_channel_is_transparency_if_the_file_states_it(
    statement: dict[str, Any], depth: int, big: bool
) -> None:
    alpha = np.random.default_rng(2).integers(0, 256, (37, 53, 1))
    truth = on_white(COLORS / 255, alpha / 255).round()
    layout = Layout(depth=depth, big=big, **statement)
    for colors in (truth, COLORS):  # as Photoshop writes it, on white, and as others do
        content = write(stored(np.concatenate([colors, alpha], axis=2), depth), layout)
        assert difference(shown(content), truth) <= 2


def test_deep_layers_state_transparency() -> None:
    alpha = np.random.default_rng(3).integers(0, 256, (37, 53, 1))
    truth = on_white(COLORS / 255, alpha / 255).round()
    channels = stored(np.concatenate([truth, alpha], axis=2), 16)
    for count, expected in ((-1, truth), (1, truth)):
        layout = Layout(depth=16, blocks={b"Lr16": count.to_bytes(2, signed=True) + bytes(2)})
        assert difference(shown(write(channels, layout)), expected) <= 2


def test_a_file_without_a_merged_picture_is_refused() -> None:
    """Photoshop then stores a white one instead."""
    resources = {psds.VERSION: b"\0\0\0\1\0" + bytes(12)}
    reason = refusal(write(np.full((37, 53, 3), 255), Layout(resources=resources)))
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR
    assert "without a merged picture" in reason[1]
    real = {psds.VERSION: b"\0\0\0\1\1" + bytes(12)}
    assert difference(shown(write(COLORS, Layout(resources=real))), COLORS) == 0


@pytest.mark.parametrize(
    "layout",
    [
        Layout(mode=psds.MULTICHANNEL),
        Layout(mode=psds.CMYK),
        Layout(depth=32, compression=psds.RAW),
        Layout(compression=9),
        Layout(mode=77),
    ],
)
def test_unsupported_files_are_refused(layout: Layout) -> None:
    reason = refusal(write(COLORS, layout))
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_truncated_file_is_refused(compression: int) -> None:
    content = write(COLORS, Layout(compression=compression))
    end = 1 if compression < psds.ZIP else 12  # zlib's checksum follows the pixels
    for cut in (end, 100, len(content) - 30):
        assert refusal(content[:-cut]) is not None


def test_wrong_lengths_affect_only_the_file() -> None:
    content = bytearray(write(COLORS, Layout(compression=psds.RAW)))
    for at, depth in itertools.product((26, 30, 34), (b"\xff\xff\xff\xff", b"\x7f\0\0\0")):
        broken = content.copy()
        broken[at : at + 4] = depth
        assert refusal(bytes(broken)) is not None
