"""Thumbnails and the picture to hash, from decoded pixels: each size from the next larger one.

Turning comes after the first reduction, where it is cheap. Nothing is enlarged. Measured against
Pillow's LANCZOS from the full size (PSNR): what the ways of reducing cost in quality is below what
JPEG at quality 85 costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg
from PIL import Image

from photo_assets.identity.fingerprints.colours import to_srgb
from photo_assets.identity.fingerprints.pictures import SCALED_SIDE, Picture, Pixels, turn
from photo_assets.store.thumbnails import ThumbnailSize

QUALITY = 85

cv2.setNumThreads(1)  # a worker has one core

_CUBIC_BELOW = 1.3
"""Up to this ratio cubic interpolation is nearest to LANCZOS; beyond it aliases. Averaging is then
nearest, and costs half a decode where many pixels are averaged by a broken ratio. Instead linear
interpolation (1.5 dB behind) is used, to twice the size with whole averaging after it (0.3 dB
behind) where that serves."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pictures of one photo, upright and in sRGB, and what of it to hash (mode L)."""

    sizes: Mapping[ThumbnailSize, Pixels]
    grey: Image.Image


def draw(picture: Picture) -> Drawing:
    """Return the three sizes of a picture that has colour."""
    assert picture.colour is not None
    medium = _reduced(picture.colour, _fit(picture, ThumbnailSize.MEDIUM))
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
    """Return the upright grey picture that the hashes are made of."""
    if picture.grey is not None:
        return turn(picture.grey, picture.orientation)
    small = upright[ThumbnailSize.SMALL]
    if min(small.shape[:2]) < SCALED_SIDE:  # a panorama
        small = upright[ThumbnailSize.MEDIUM]
    return Image.fromarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))


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
    ratio = max(width, height) / max(size)
    large = max(size) > ThumbnailSize.TINY.long_edge
    if ratio < _CUBIC_BELOW:
        return _resized(pixels, size, cv2.INTER_CUBIC)
    if ratio < 2 and large:
        return _resized(pixels, size, cv2.INTER_LINEAR)
    if 2 < ratio < 4 and large:
        double = (2 * size[0], 2 * size[1])
        return _resized(_resized(pixels, double, cv2.INTER_LINEAR), size, cv2.INTER_AREA)
    return _resized(pixels, size, cv2.INTER_AREA)


def _resized(pixels: Pixels, size: tuple[int, int], method: int) -> Pixels:
    return np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    match orientation:
        case 2:
            turned = cv2.flip(pixels, 1)
        case 3:
            turned = cv2.rotate(pixels, cv2.ROTATE_180)
        case 4:
            turned = cv2.flip(pixels, 0)
        case 5:
            turned = cv2.transpose(pixels)
        case 6:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            turned = cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)
        case 8:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case _:
            return np.ascontiguousarray(pixels)
    return np.asarray(turned, dtype=np.uint8)
