"""Photoshop files written from their channels."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from photo_assets_tests.identity.fingerprints.tiffs import packbits

BITMAP, GRAY, INDEXED, RGB, CMYK, MULTICHANNEL, DUOTONE, LAB = 0, 1, 2, 3, 4, 7, 8, 9
RAW, RLE, ZIP, ZIP_PREDICTED = range(4)
PROFILE, CLEAR_INDEX, VERSION = 1039, 1047, 1057


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the merged picture is stored."""

    mode: int = RGB
    depth: int = 8
    compression: int = RLE
    big: bool = False
    palette: bytes = b""
    resources: Mapping[int, bytes] = field(default_factory=dict)
    layers: int = 0
    """The stated number of layers; negative: the first extra channel is transparency."""
    blocks: Mapping[bytes, bytes] = field(default_factory=dict)
    """Extra blocks after the layers, by key."""


def write(channels: npt.NDArray[Any], layout: Layout) -> bytes:
    """A PSD (or PSB) of `channels`, height x width x channels, as they are stored."""
    height, width, count = channels.shape
    version = 2 if layout.big else 1
    head = struct.pack(
        ">4sH6xHIIHH", b"8BPS", version, count, height, width, layout.depth, layout.mode
    )
    resources = b"".join(
        struct.pack(">4sHHI", b"8BIM", number, 0, len(body)) + body + bytes(len(body) % 2)
        for number, body in layout.resources.items()
    )
    sections = _sized(layout.palette) + _sized(resources) + _layers(layout)
    rows = [_row(row, layout.depth) for plane in np.moveaxis(channels, 2, 0) for row in plane]
    return head + sections + struct.pack(">H", layout.compression) + _packed(rows, layout)


def _sized(body: bytes, wide: bool = False) -> bytes:
    return struct.pack(">Q" if wide else ">I", len(body)) + body


def _layers(layout: Layout) -> bytes:
    if not layout.layers and not layout.blocks:
        return _sized(b"", layout.big)
    info = struct.pack(">h", layout.layers) if layout.layers else b""
    blocks = b"".join(b"8BIM" + key + _sized(body) for key, body in layout.blocks.items())
    return _sized(_sized(info, layout.big) + _sized(b"") + blocks, layout.big)


def _row(row: npt.NDArray[Any], depth: int) -> bytes:
    if depth == 1:
        return np.packbits(row.astype(np.uint8)).tobytes()
    return row.astype(f">u{depth // 8}").tobytes()


def _packed(rows: list[bytes], layout: Layout) -> bytes:
    match layout.compression:
        case 0:
            return b"".join(rows)
        case 1:
            packed = [packbits([row]) for row in rows]
            lengths = struct.pack(
                f">{len(rows)}{'I' if layout.big else 'H'}", *(len(row) for row in packed)
            )
            return lengths + b"".join(packed)
        case 3:
            return zlib.compress(b"".join(_differences(row, layout.depth) for row in rows))
        case _:
            return zlib.compress(b"".join(rows))


def _differences(row: bytes, depth: int) -> bytes:
    levels = np.frombuffer(row, f">u{depth // 8}")
    return np.concatenate([levels[:1], levels[1:] - levels[:-1]]).astype(levels.dtype).tobytes()
