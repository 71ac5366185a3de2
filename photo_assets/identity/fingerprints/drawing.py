"""Drawing thumbnails and the picture to hash from decoded pixels, each from the next larger size.

libvips reduces. Turning follows the reductions, where it is cheap. Nothing is enlarged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyvips
import simplejpeg
from PIL import Image

from photo_assets.identity.fingerprints.color_conversion import to_srgb
from photo_assets.identity.fingerprints.pictures import (
    SCALED_SIDE,
    TURNS,
    Picture,
    Pixels,
    turn,
)
from photo_assets.thumbnails.tree import ThumbnailSize

QUALITY = 85

pyvips.cache_set_max(0)  # it caches pixels of operations that are not repeated

_KERNEL = "cubic"
"""Measured against Pillow's LANCZOS from the full size: 43 to 49 dB, where JPEG at quality 85 costs
more (28 to 36 dB). `lanczos3` reaches 47 to 53 dB, takes 3 % longer, moves more bits of dHash."""
_GAP = 2.0
"""Above twice this ratio, whole pixels are averaged first, down to this ratio."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pictures of one photo, upright and in sRGB, and the picture to hash (mode L)."""

    sizes: Mapping[ThumbnailSize, Pixels]
    gray: Image.Image


def draw(picture: Picture) -> Drawing:
    """Return the three sizes of a color picture."""
    assert picture.color is not None
    medium = _reduced(picture.color, _fit(picture, ThumbnailSize.MEDIUM))
    if picture.profile is not None:
        medium = np.asarray(to_srgb(Image.fromarray(medium), picture.profile))
    small = _reduced(medium, _fit(picture, ThumbnailSize.SMALL))
    sizes = {
        ThumbnailSize.MEDIUM: medium,
        ThumbnailSize.SMALL: small,
        ThumbnailSize.TINY: _reduced(small, _fit(picture, ThumbnailSize.TINY)),
    }
    upright = {size: _turned(pixels, picture.orientation) for size, pixels in sizes.items()}
    return Drawing(upright, to_hash(picture, upright))


def to_hash(picture: Picture, upright: Mapping[ThumbnailSize, Pixels]) -> Image.Image:
    """Return the upright gray picture that is hashed."""
    if picture.gray is not None:
        return turn(picture.gray, picture.orientation)
    small = upright[ThumbnailSize.SMALL]
    if min(small.shape[:2]) < SCALED_SIDE:  # a panorama
        small = upright[ThumbnailSize.MEDIUM]
    return Image.fromarray(small).convert("L")


def encode(pixels: Pixels) -> bytes:
    """Return pixels as a JPEG without any metadata."""
    encoded: bytes = simplejpeg.encode_jpeg(pixels, QUALITY, "RGB", "420")
    return encoded


def _fit(picture: Picture, size: ThumbnailSize) -> tuple[int, int]:
    """Return width and height, as stored, of a thumbnail; at least one pixel each."""
    width, height = picture.source_size
    scale = min(1.0, size.long_edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _reduced(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    stored = pyvips.Image.new_from_memory(np.ascontiguousarray(pixels), width, height, 3, "uchar")
    try:
        reduced = stored.reduce(width / size[0], height / size[1], kernel=_KERNEL, gap=_GAP)
        drawn = reduced.write_to_memory()
    except pyvips.Error as error:  # the pixels exist; only memory can be insufficient
        raise MemoryError from error
    return np.frombuffer(drawn, np.uint8).reshape(size[1], size[0], 3)


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    if orientation not in TURNS:
        return np.ascontiguousarray(pixels)
    return np.asarray(turn(Image.fromarray(pixels), orientation))
