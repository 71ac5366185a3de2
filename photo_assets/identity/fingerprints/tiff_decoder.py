"""TIFF pictures of every layout: strips or tiles, chunky or planar, any depth and color space.

Pillow shows several layouts incorrectly without an error (Pillow 13: uncompressed planar 16-bit,
little-endian 16-bit where zero is white, 12-bit gray, palettes in eight bits), so it is only used
for pixel-oriented compressions: JPEG and CCITT.
"""

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.byte_codecs import (
    BYTE_CODECS,
    UNCOMPRESSED,
    Chunks,
    unpack,
)
from photo_assets.identity.fingerprints.pictures import Bytes, Raster, image_of, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import lab_in_srgb
from photo_assets.identity.fingerprints.samples import (
    Levels,
    blocks,
    eight_bits,
    on_white,
    undo_differences,
    undo_float_differences,
)
from photo_assets.identity.fingerprints.tiff_chroma import from_chroma_units
from photo_assets.identity.fingerprints.tiff_layout import (
    Alpha,
    Photometric,
    TiffLayout,
    tiff_layout,
)
from photo_assets.media.exif.window import Window

_CCITT, _JPEG = frozenset({2, 3, 4}), frozenset({6, 7})
_AS_STORED = frozenset({Photometric.MIN_IS_BLACK, Photometric.RGB, Photometric.SEPARATED})
_LAB = frozenset({Photometric.CIELAB, Photometric.ICCLAB})


def decode_tiff(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the first picture, not turned. Raises `UndecodableError`."""
    layout = tiff_layout(Window(stream))
    require_pixels(layout.width * layout.height, max_pixels)
    if layout.compression not in BYTE_CODECS:
        return _by_pillow(stream, layout)
    if layout.photometric is Photometric.YCBCR:
        pixels = from_chroma_units(stream, layout)
        return Raster(Image.fromarray(pixels), "tiff", profile=layout.profile)
    shown = _shown(_rows(stream, layout), layout)
    return Raster(
        image_of(shown),
        "tiff",
        profile=None if layout.photometric in _LAB else layout.profile,
        indexed=layout.photometric is Photometric.PALETTE,
    )


def _by_pillow(stream: BinaryIO, layout: TiffLayout) -> Raster:
    gray = {Photometric.MIN_IS_WHITE, Photometric.MIN_IS_BLACK}
    bilevel = layout.compression in _CCITT and layout.form.bits == 1 and layout.channels == 1
    whole = layout.form.bits == 8 and layout.channels == layout.colors
    jpeg = layout.compression in _JPEG and whole
    if not (bilevel and layout.photometric in gray) and not jpeg:
        detail = f"TIFF's compression {layout.compression} is not supported for such samples."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    stream.seek(0)
    image = Image.open(stream, formats=["TIFF"])
    image.load()
    return Raster(image, "pillow:tiff", profile=layout.profile, upright=True)


def _rows(stream: BinaryIO, layout: TiffLayout) -> list[Bytes]:
    """Return the picture's rows of bytes as one array, or one per channel."""
    parts = layout.channels if layout.planar else 1
    each = layout.channels // parts
    count = len(layout.offsets) // parts
    known = layout.compression == UNCOMPRESSED or len(layout.lengths) == len(layout.offsets)
    if not count or len(layout.offsets) % parts or not known:
        raise UndecodableError(Reason.DECODE_ERROR, "The TIFF does not state where the pixels are.")
    planes = []
    for n in range(parts):
        listed = slice(n * count, (n + 1) * count)
        places = layout.offsets[listed], layout.lengths[listed]
        planes.append(_plane(stream, layout, places, each))
    return planes


def _plane(
    stream: BinaryIO, layout: TiffLayout, places: tuple[Sequence[int], Sequence[int]], channels: int
) -> Bytes:
    wide = layout.width if layout.tile is None else layout.tile[0]
    row_bytes = layout.form.row_bytes(wide * channels)
    rows, total = layout.rows_per_strip, layout.height
    if layout.tile is not None:
        rows, total = layout.tile[1], layout.tile[1] * len(places[0])
    unpacked = unpack(
        stream,
        layout.compression,
        Chunks(*places, row_bytes, rows, total),
        layout.fill_order,
    )
    if layout.predictor == 2:
        unpacked = undo_differences(unpacked, channels, layout.form)
    elif layout.predictor == 3:
        unpacked = undo_float_differences(unpacked, channels, layout.form)
    return unpacked if layout.tile is None else _joined(unpacked, layout, layout.tile)


def _joined(tiles: Bytes, layout: TiffLayout, tile: tuple[int, int]) -> Bytes:
    """Return the rows of the picture from the consecutive rows of its tiles."""
    across, down = -(-layout.width // tile[0]), -(-layout.height // tile[1])
    if across * down * tile[1] != len(tiles):
        raise UndecodableError(Reason.DECODE_ERROR, "The TIFF has too few tiles.")
    grid = tiles.reshape(down, across, tile[1], -1).transpose(0, 2, 1, 3)
    return grid.reshape(down * tile[1], -1)[: layout.height]


def _shown(planes: list[Bytes], layout: TiffLayout) -> Bytes:
    """Return the colors in eight bits: light (one or three channels) or ink (four)."""
    each = layout.channels // len(planes)
    stored_so = layout.photometric in _AS_STORED and layout.channels == layout.colors
    if stored_so and layout.form.bits == 8 and len(planes) == 1:
        return planes[0].reshape(layout.height, -1, each)[:, : layout.width]
    out: Bytes | None = None
    for levels in zip(
        *(blocks(rows, layout.width * each, layout.form) for rows in planes), strict=True
    ):
        part = levels[0][0]
        channels = [one.reshape(len(one), layout.width, each) for _, one in levels]
        pixels = channels[0] if len(channels) == 1 else np.concatenate(channels, axis=2)
        colors = _colors(pixels, layout)
        if out is None:
            out = np.empty((layout.height, layout.width, colors.shape[2]), np.uint8)
        out[part] = colors
    assert out is not None
    return out


def _colors(pixels: Levels, layout: TiffLayout) -> Bytes:
    stored = pixels[:, :, : layout.colors]
    bits = layout.form.bits
    match layout.photometric:
        case Photometric.PALETTE:
            shown = _palette(layout)[stored[:, :, 0]]
        case Photometric.MIN_IS_WHITE:
            shown = 255 - eight_bits(stored, bits)
        case Photometric.CIELAB | Photometric.ICCLAB:
            return _lab(stored, layout)
        case _:
            shown = eight_bits(stored, bits)
    if layout.alpha is Alpha.NONE:
        return shown
    alpha = eight_bits(pixels[:, :, layout.colors : layout.colors + 1], bits)
    associated = layout.alpha is Alpha.ASSOCIATED
    if layout.photometric is not Photometric.SEPARATED:
        return on_white(shown, alpha, associated=associated)
    return 255 - on_white(255 - shown, alpha, associated=False) if not associated else shown


def _palette(layout: TiffLayout) -> Bytes:
    """Return the colors of the palette, three bytes each.

    They have 16 bits; if all are below 256, the writer assumed eight.
    """
    entries = layout.numbers(320)
    size = 1 << layout.form.bits
    if layout.form.is_float or layout.form.bits > 16 or len(entries) != 3 * size:
        raise UndecodableError(
            Reason.DECODE_ERROR, "The TIFF's palette does not match its bit depth."
        )
    colors = np.array(entries, np.uint16).reshape(3, size).T
    return colors.astype(np.uint8) if colors.max() < 256 else eight_bits(colors, 16)


def _lab(stored: Levels, layout: TiffLayout) -> Bytes:
    """Return L*a*b* in sRGB.

    CIELAB's a* and b* have a sign (TIFF 6.0, section 23); ICCLAB's have 128 added, and in 16 bits
    its L* ends at 0xff00 (Adobe Photoshop TIFF Technical Notes, 2002).
    """
    bits = layout.form.bits
    if bits not in {8, 16} or layout.form.is_float:
        detail = f"L*a*b* samples of {bits} bits are not supported."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    is_icc = layout.photometric is Photometric.ICCLAB
    middle, unit = 1 << (bits - 1), 1 << (bits - 8)
    chroma = stored[:, :, 1:].astype(np.int32)
    chroma -= middle if is_icc else (chroma >= middle) * (2 * middle)
    top = 0xFF00 if is_icc and bits == 16 else 2 * middle - 1
    lab = np.empty(stored.shape, np.float32)
    lab[:, :, 0] = np.minimum(stored[:, :, 0] / np.float32(top), 1) * 100
    lab[:, :, 1:] = chroma / np.float32(unit)
    return lab_in_srgb(lab)
