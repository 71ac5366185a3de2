"""JPEG by libjpeg-turbo at the smallest scale that serves: the way nearly every photo goes.

Strict: a file it has any doubt about is left to the next decoder. Only those scales are used for
which libjpeg-turbo has fast transforms (6/8 and 7/8 are slower than the full size, 3/8 than 1/2).
"""

import simplejpeg
from PIL import Image

from photo_assets.identity.fingerprints.pictures import (
    LONG_EDGE,
    SCALED_SIDE,
    Need,
    Picture,
    Pixels,
)

_SCALES = ((1, 8), (1, 4), (1, 2), (5, 8))


class DoubtfulError(Exception):
    """libjpeg-turbo refuses the file or warns of damage, or its colours are not for it."""


def decode_jpeg(data: bytes, header: Image.Image, orientation: int, need: Need) -> Picture:
    """Return the pixels of a JPEG whose `header` Pillow has parsed. Raises `DoubtfulError`."""
    if header.mode not in {"L", "RGB"}:
        raise DoubtfulError(header.mode)
    width, height = header.size
    numerator, denominator = _scale(width, height, need)
    size = (-(-width * numerator // denominator), -(-height * numerator // denominator))
    hashes = need is Need.HASHES
    pixels = _decode(data, "GRAY" if hashes else "RGB", size)
    return Picture(
        width=width,
        height=height,
        orientation=orientation,
        decoder=f"simplejpeg:{numerator}/{denominator}",
        source_size=(width, height),
        grey=Image.fromarray(pixels[:, :, 0]) if hashes else None,
        colour=None if hashes else pixels,
        profile=header.info.get("icc_profile"),
    )


def _decode(data: bytes, colours: str, size: tuple[int, int]) -> Pixels:
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(
            data, colours, min_width=size[0], min_height=size[1], min_factor=1
        )
    except ValueError as error:
        raise DoubtfulError(str(error)) from error
    if pixels.shape[:2] != (size[1], size[0]):
        raise DoubtfulError("the scan is of another size than its header")
    return pixels


def _scale(width: int, height: int, need: Need) -> tuple[int, int]:
    side, least = (
        (min(width, height), SCALED_SIDE)
        if need is Need.HASHES
        else (max(width, height), LONG_EDGE)
    )
    fitting = (scale for scale in _SCALES if side * scale[0] >= least * scale[1])
    return next(fitting, (1, 1))
