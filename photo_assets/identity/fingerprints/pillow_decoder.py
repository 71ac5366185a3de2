"""Formats that Pillow decodes correctly: GIF, BMP, WebP, and JPEG refused by libjpeg-turbo."""

from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from photo_assets.identity.fingerprints.pictures import (
    LONG_EDGE,
    SCALED_SIDE,
    Need,
    Raster,
    require_pixels,
)
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError

# Only picture formats: some of Pillow's others start programs (EPS) or are containers.
_FORMATS = ("GIF", "BMP", "WEBP")
_JPEG = frozenset({"JPEG", "MPO"})
"""MPO (several JPEGs in one file) is opened by the JPEG plugin."""


def open_picture(stream: BinaryIO, formats: tuple[str, ...] = _FORMATS) -> Image.Image:
    """Return a picture with its header read. Raises `UndecodableError` if no plugin knows it."""
    stream.seek(0)
    try:
        return Image.open(stream, formats=formats)
    except UnidentifiedImageError as error:
        detail = "No decoder recognizes the file as a picture."
        raise UndecodableError(Reason.UNKNOWN_FORMAT, detail) from error


def decode_by_pillow(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the first frame. Raises `UndecodableError`, and the plugins' errors on damage."""
    image = open_picture(stream)
    require_pixels(image.width * image.height, max_pixels)
    image.load()
    if image.format == "BMP" and image.mode == "RGBA" and not np.asarray(image)[:, :, 3].any():
        image = image.convert("RGB")  # the fourth byte is padding
    return Raster(
        image,
        f"pillow:{(image.format or '').lower()}",
        profile=image.info.get("icc_profile"),
        indexed=image.mode in {"P", "PA"},
    )


def decode_jpeg_by_pillow(stream: BinaryIO, need: Need) -> Raster:
    """Return a JPEG at a sufficient scale. Raises Pillow's errors on damage."""
    image = open_picture(stream, ("JPEG",))
    size = image.size
    _scale_down(image, need)
    image.load()
    return Raster(image, "pillow:jpeg", profile=image.info.get("icc_profile"), size=size)


def _scale_down(image: Image.Image, need: Need) -> None:
    """Make Pillow decode a JPEG at a smaller, sufficient scale."""
    long, short = max(image.size), min(image.size)
    for scale in (8, 4, 2):
        served = (
            short // scale >= SCALED_SIDE if need is Need.HASHES else long // scale >= LONG_EDGE
        )
        if served:
            mode = "L" if need is Need.HASHES and image.mode in {"L", "RGB"} else image.mode
            image.draft(mode, (image.width // scale, image.height // scale))
            return
