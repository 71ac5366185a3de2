"""The floor: the least work that gives what a fingerprint with thumbnails owes, on one core.

SHA-256, MD5 and SHA-1 of bytes in memory, SHA-256 of the image data, one decode by libjpeg-turbo at the smallest of its cheap
scales, three encodes at quality 85. No resizing, no EXIF, no file, no table: nothing can be faster
that uses this decoder.
"""

import hashlib
import io
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import simplejpeg
from PIL import Image

from photo_assets.thumbnails.tree import ThumbnailSize

QUALITY = 85
_SCAN = b"\xff\xda"
"""The marker before a JPEG's image data; the last one of the headers, behind the embedded ones."""
_HASH_SIDE = 256
# libjpeg-turbo's other scales cost more than the next larger one of these (measured).
_EIGHTHS = (1, 2, 4, 5, 8)

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FloorCost:
    """CPU seconds for all photos."""

    full: float
    """What digests, hashes and thumbnails owe."""
    hashes: float
    """What digests and hashes owe: a grey decode at a smaller scale, nothing encoded."""


def floor_cost(photos: Iterable[Path]) -> FloorCost:
    """Do the floor's work for each photo. Reading and making what is encoded is not counted."""
    full = hashes = 0.0
    for path in photos:
        content = path.read_bytes()
        height, width = simplejpeg.decode_jpeg_header(content)[:2]
        pictures = [_thumbnail(content, size.long_edge) for size in ThumbnailSize]
        large = _scale(max(width, height), ThumbnailSize.MEDIUM.long_edge)
        small = _scale(min(width, height), _HASH_SIDE)
        began = time.process_time()
        _digests(content)
        digested = time.process_time()
        _decode(content, width, height, large, "RGB")
        for picture in pictures:
            simplejpeg.encode_jpeg(
                picture, quality=QUALITY, colorspace="RGB", colorsubsampling="420"
            )
        thumbnails_made = time.process_time()
        _decode(content, width, height, small, "GRAY")
        ended = time.process_time()
        full += thumbnails_made - began
        hashes += (digested - began) + (ended - thumbnails_made)
    return FloorCost(full, hashes)


def _digests(content: bytes) -> None:
    hashlib.sha256(content).digest()
    hashlib.md5(content, usedforsecurity=False).digest()
    hashlib.sha1(content, usedforsecurity=False).digest()
    hashlib.sha256(memoryview(content)[max(content.rfind(_SCAN, 0, 1 << 17), 0) :]).digest()


def _scale(side: int, wanted: int) -> int:
    """Return the eighths of its size at which a side of `side` pixels still has `wanted`."""
    return next((eighths for eighths in _EIGHTHS if side * eighths >= wanted * 8), 8)


def _decode(content: bytes, width: int, height: int, eighths: int, colour: str) -> Any:
    # Asked for exactly the size of a scale, the library takes that scale.
    least = {"min_width": -(-width * eighths // 8), "min_height": -(-height * eighths // 8)}
    return simplejpeg.decode_jpeg(content, colorspace=colour, strict=False, **least)


def _thumbnail(content: bytes, edge: int) -> Pixels:
    with Image.open(io.BytesIO(content)) as image:
        image.thumbnail((edge, edge), Image.Resampling.BOX)
        return np.ascontiguousarray(np.asarray(image.convert("RGB")))
