"""Photoshop files (PSD, PSB): decoding the merged picture stored beside the layers.

Adobe Photoshop File Formats Specification (2019). Extra channels are saved selections, unless the
file states that the first of them is the transparency of the merged picture.
"""

import zlib
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from photo_assets.identity.fingerprints.byte_codecs import PACKBITS, UNCOMPRESSED, Chunks, unpack
from photo_assets.identity.fingerprints.pictures import Bytes, Raster, image_of, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import lab_in_srgb
from photo_assets.identity.fingerprints.samples import (
    SampleFormat,
    blocks,
    eight_bits,
    on_white,
    undo_differences,
)
from photo_assets.media.exif.window import Window

SIGNATURE = b"8BPS"
_BITMAP, _GRAY, _INDEXED, _RGB, _CMYK, _DUOTONE, _LAB = 0, 1, 2, 3, 4, 8, 9
_CHANNELS = {_BITMAP: 1, _GRAY: 1, _INDEXED: 1, _RGB: 3, _CMYK: 4, _DUOTONE: 1, _LAB: 3}
_RAW, _RLE, _ZIP, _ZIP_PREDICTED = range(4)
_PROFILE, _CLEAR_INDEX, _VERSION = 1039, 1047, 1057
_READ = frozenset({_PROFILE, _CLEAR_INDEX, _VERSION})
_MAX_CHANNELS = 56
_MAX_RESOURCE_BYTES = 16 << 20
_MERGED_TRANSPARENCY = (b"Mtrn", b"Mt16", b"Mt32")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Psd:
    """The header, and the offsets of sections."""

    big: bool
    channels: int
    width: int
    height: int
    depth: int
    mode: int
    palette: Bytes | None
    """256 x 3, if the mode is indexed."""
    profile: bytes | None
    has_transparency: bool
    pixels_at: int


def decode_psd(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the merged picture. Raises `UndecodableError`, or the errors of zlib and libtiff."""
    psd = _header(Window(stream), max_pixels)
    count = _CHANNELS[psd.mode]
    shown = _channels(stream, psd, count + psd.has_transparency)
    colors, alpha = shown[:, :, :count], shown[:, :, count:]
    if psd.palette is not None:
        colors = psd.palette[colors[:, :, 0]]
    elif psd.mode in {_CMYK, _BITMAP}:
        colors = 255 - colors  # stored as light, and one bit as ink
    if psd.has_transparency and psd.mode in {_GRAY, _RGB}:
        colors = _flattened(colors, alpha)
    if psd.mode == _LAB:
        lab = (colors.astype(np.float32) - [0, 128, 128]) * [100 / 255, 1, 1]
        return Raster(image_of(lab_in_srgb(lab)), "psd")
    return Raster(image_of(colors), "psd", profile=psd.profile, indexed=psd.mode == _INDEXED)


def _flattened(colors: Bytes, alpha: Bytes) -> Bytes:
    """Return the colors on white. Photoshop stores them so already; other writers do not."""
    is_on_white = not (colors.astype(np.int16) + alpha < 254).any()
    return colors if is_on_white else on_white(colors, alpha, associated=False)


def _channels(stream: BinaryIO, psd: _Psd, wanted: int) -> Bytes:
    """Return the first `wanted` channels in eight bits, height x width x channels."""
    if wanted > psd.channels:
        raise _refused(f"{psd.channels} channels are too few for the color mode")
    form = SampleFormat(psd.depth, ">")
    out = np.empty((psd.height, psd.width, wanted), np.uint8)
    rows = _rows(stream, psd, form)
    for channel in range(wanted):
        of_channel = rows[channel * psd.height : (channel + 1) * psd.height]
        for part, levels in blocks(of_channel, psd.width, form):
            out[part, :, channel] = eight_bits(levels, psd.depth)
    return out


def _rows(stream: BinaryIO, psd: _Psd, form: SampleFormat) -> Bytes:
    """Return the rows of all channels, one channel after the other."""
    stream.seek(psd.pixels_at)
    compression = int.from_bytes(stream.read(2))
    row_bytes, total = form.row_bytes(psd.width), psd.height * psd.channels
    start = psd.pixels_at + 2
    if compression == _RAW:
        whole = Chunks([start], [row_bytes * total], row_bytes, total, total)
        return unpack(stream, UNCOMPRESSED, whole)
    if compression == _RLE:
        kind = ">u4" if psd.big else ">u2"
        lengths = np.frombuffer(stream.read(total * int(kind[-1])), kind).astype(np.int64)
        if len(lengths) < total:
            raise _refused("it ends within the picture data")
        offsets = start + lengths.size * int(kind[-1]) + np.cumsum(lengths) - lengths
        by_row = Chunks(offsets.tolist(), lengths.tolist(), row_bytes, 1, total)
        return unpack(stream, PACKBITS, by_row)
    if compression not in {_ZIP, _ZIP_PREDICTED}:
        raise _refused(f"its compression {compression} is not known")
    data = zlib.decompressobj().decompress(stream.read(), row_bytes * total)
    if len(data) < row_bytes * total:
        raise _refused("it ends within the picture data")
    rows = np.frombuffer(data, np.uint8).reshape(total, row_bytes)
    return undo_differences(rows, 1, form) if compression == _ZIP_PREDICTED else rows


def _header(window: Window, max_pixels: int) -> _Psd:
    head = window.at(0, 26)
    if len(head) < 26:
        raise _refused("it has no header")
    version, channels = int.from_bytes(head[4:6]), int.from_bytes(head[12:14])
    height, width = int.from_bytes(head[14:18]), int.from_bytes(head[18:22])
    depth, mode = int.from_bytes(head[22:24]), int.from_bytes(head[24:26])
    if version not in {1, 2} or mode not in _CHANNELS or not 0 < channels <= _MAX_CHANNELS:
        raise _refused(f"version {version}, color mode {mode} or {channels} channels")
    if depth != 1 if mode == _BITMAP else depth not in {8, 16}:
        raise _refused(f"{depth} bits per channel in color mode {mode}")
    require_pixels(width * height, max_pixels)
    if width * height == 0:
        raise _refused("it has no size")
    colors, resources_at = _section(window, 26, 4)
    resources, layers_at = _section(window, resources_at, 4)
    layers, pixels_at = _section(window, layers_at, 8 if version == 2 else 4)
    found = _resources(resources)
    if found.get(_VERSION, b"\0\0\0\0\1")[4:5] == b"\0":
        raise _refused("it was saved without a merged picture (Maximize Compatibility)")
    return _Psd(
        big=version == 2,
        channels=channels,
        width=width,
        height=height,
        depth=depth,
        mode=mode,
        palette=_palette(colors.at(0, 768), found.get(_CLEAR_INDEX)) if mode == _INDEXED else None,
        profile=found.get(_PROFILE) or None,
        has_transparency=channels > _CHANNELS[mode] and _has_transparency(layers, version == 2),
        pixels_at=pixels_at,
    )


def _palette(stored: bytes, clear: bytes | None) -> Bytes:
    if len(stored) < 768:
        raise _refused("the palette is truncated")
    palette = np.frombuffer(stored, np.uint8).reshape(3, 256).T.copy()
    if clear is not None and (index := int.from_bytes(clear[:2])) < 256:
        palette[index] = 255  # transparent: shown on white
    return palette


def _section(window: Window, offset: int, width: int) -> tuple[Window, int]:
    """Return a section that starts with its length, and its end."""
    length = int.from_bytes(window.at(offset, width))
    return window.part(offset + width, length), offset + width + length


def _resources(section: Window) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    offset = 0
    while len(head := section.at(offset, 7)) == 7 and head[:4] == b"8BIM":
        size_at = offset + 6 + ((head[6] + 2) & ~1)
        body, following = _section(section, size_at, 4)
        number = int.from_bytes(head[4:6])
        if number in _READ and body.length <= _MAX_RESOURCE_BYTES:
            found[number] = body.at(0, body.length)
        offset = following + following % 2
    return found


def _has_transparency(layers: Window, big: bool) -> bool:
    """Return whether the first extra channel is the merged picture's transparency.

    A negative number of layers indicates this, or a separate block in deeper files.
    """
    info, after = _section(layers, 0, 8 if big else 4)
    if int.from_bytes(info.at(0, 2), signed=True) < 0:
        return True
    _, offset = _section(layers, after, 4)  # the mask of all layers
    while len(head := layers.at(offset, 8)) == 8 and head[:4] in {b"8BIM", b"8B64"}:
        if head[4:] in _MERGED_TRANSPARENCY:
            return True
        wide = big and head[4:] in {b"Lr16", b"Lr32", b"Layr", b"LMsk", b"Alph", b"FMsk", b"FXid"}
        body, following = _section(layers, offset + 8, 8 if wide else 4)
        if head[4:] in {b"Lr16", b"Lr32"} and int.from_bytes(body.at(0, 2), signed=True) < 0:
            return True
        offset = following + -following % 4
    return False


def _refused(what: str) -> UndecodableError:
    return UndecodableError(Reason.DECODE_ERROR, f"The Photoshop file is not decoded: {what}.")
