"""TIFF pictures in Y, Cb and Cr that are not JPEG: units of luma samples with one of each chroma.

TIFF 6.0, sections 20 and 21. JPEG inside TIFF is decoded by libtiff.
"""

from typing import BinaryIO

import numpy as np

from photo_assets.identity.fingerprints.byte_codecs import Chunks, unpack
from photo_assets.identity.fingerprints.pictures import Pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.tiff_layout import TiffLayout

_BLOCKS = frozenset({1, 2, 4})


def from_chroma_units(stream: BinaryIO, layout: TiffLayout) -> Pixels:
    """Return the picture in red, green and blue. Raises `UndecodableError`."""
    wide, tall = [*layout.numbers(530), 2, 2][:2] if 530 in layout.directory else (2, 2)
    plain = layout.channels == 3 and layout.form.bits == 8 and not layout.form.is_float
    if not plain or layout.tile is not None or layout.planar or not {wide, tall} <= _BLOCKS:
        detail = "YCbCr samples are only supported in interleaved eight-bit strips."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    across, down = -(-layout.width // wide), -(-layout.height // tall)
    unit_bytes = wide * tall + 2
    rows = unpack(
        stream,
        layout.compression,
        Chunks(
            layout.offsets,
            layout.lengths,
            across * unit_bytes,
            -(-layout.rows_per_strip // tall),
            down,
        ),
        layout.fill_order,
    )
    units = rows.reshape(down, across, unit_bytes)
    luma = units[:, :, :-2].reshape(down, across, tall, wide).transpose(0, 2, 1, 3)
    chroma = units[:, :, -2:].repeat(tall, axis=0).repeat(wide, axis=1)
    whole = np.concatenate([luma.reshape(down * tall, across * wide, 1), chroma], axis=2)
    return _rgb(whole[: layout.height, : layout.width], layout)


def _rgb(samples: Pixels, layout: TiffLayout) -> Pixels:
    red, green, blue = _three_numbers(layout, 529) or (0.299, 0.587, 0.114)
    levels = layout.directory.numbers(532)
    black = np.array(levels[::2] if len(levels) == 6 else [0, 128, 128], np.float32)
    white = np.array(levels[1::2] if len(levels) == 6 else [255, 255, 255], np.float32)
    span = np.array([255, 127, 127], np.float32)
    if (white <= black).any() or green <= 0:
        raise UndecodableError(Reason.DECODE_ERROR, "The TIFF's reference levels are invalid.")
    out = np.empty_like(samples)
    for row, stored in enumerate(samples):
        luma, cb, cr = ((stored - black) * (span / (white - black))).T
        shown_red = luma + cr * (2 - 2 * red)
        shown_blue = luma + cb * (2 - 2 * blue)
        shown_green = (luma - blue * shown_blue - red * shown_red) / green
        shown = np.stack([shown_red, shown_green, shown_blue], axis=1)
        out[row] = shown.round().clip(0, 255).astype(np.uint8)
    return out


def _three_numbers(layout: TiffLayout, tag: int) -> tuple[float, float, float] | None:
    numbers = layout.directory.numbers(tag)
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
