"""Splitting PNG files into chunks and reassembling them."""

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def write(
    samples: npt.NDArray[Any], depth: int, color_type: int, before_pixels: Iterable[bytes] = ()
) -> bytes:
    """A PNG of `samples`, height x width x channels, with extra chunks before the pixels."""
    height, width, _ = samples.shape
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    rows = samples.reshape(height, -1)
    if depth == 16:
        data = [row.astype(">u2").tobytes() for row in rows]
    else:
        bits = (rows[:, :, None] >> np.arange(depth - 1, -1, -1) & 1).astype(np.uint8)
        data = [np.packbits(row.ravel()).tobytes() for row in bits]
    pixels = zlib.compress(b"".join(b"\0" + row for row in data))
    return b"".join(
        [
            SIGNATURE,
            chunk(b"IHDR", header),
            *before_pixels,
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
        ]
    )


def with_chunk(content: bytes, extra: bytes, *, before: bytes = b"IDAT") -> bytes:
    """The PNG with `extra` before its first chunk of a kind."""
    at = content.index(before) - 4
    return content[:at] + extra + content[at:]


def saved(picture: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", **options)
    return stream.getvalue()
