"""JPEG decoding with libjpeg-turbo at the smallest sufficient scale: used for nearly every photo.

Strict: doubtful files are left to the next decoder, and damaged ones are refused, where other
decoders fill in pixels. Only scales with fast transforms in libjpeg-turbo are used (6/8 and 7/8 are
slower than the full size, 3/8 than 1/2).
"""

import re

import numpy as np
import simplejpeg
from PIL import Image

from photo_assets.identity.fingerprints.color_conversion import to_gray, to_srgb
from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets.identity.fingerprints.pictures import (
    LONG_EDGE,
    SCALED_SIDE,
    Need,
    Picture,
    Pixels,
)
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError

NO_END_MARKER = "The file ends without its end marker (EOI); the picture before it is complete."
_SCALES = ((1, 8), (1, 4), (1, 2), (5, 8))
_EOI = b"\xff\xd9"
# libjpeg's warnings (jerror.h); it reports only the first.
_LOOSE_ENDS = re.compile("Premature end of JPEG file|extraneous bytes before marker")
_DAMAGE = re.compile(
    f"{_LOOSE_ENDS.pattern}|premature end of data segment|bad Huffman code|bad arithmetic code"
    "|instead of RST"
)


class DoubtfulError(Exception):
    """libjpeg-turbo refuses the file, or warns although the picture is complete."""


def decode_jpeg(data: bytes, header: Image.Image, orientation: int, need: Need) -> Picture:
    """Return the pixels of a JPEG whose `header` Pillow has parsed.

    Raises `DoubtfulError`, and `UndecodableError` if a part of the picture is missing or noise.
    """
    width, height = header.size
    numerator, denominator = _scale(width, height, need)
    size = (-(-width * numerator // denominator), -(-height * numerator // denominator))
    hashes = need is Need.HASHES
    colors = "CMYK" if header.mode == "CMYK" else "GRAY" if hashes else "RGB"
    pixels, damage = _decode(data, colors, size)
    profile = header.info.get("icc_profile")
    gray = Image.fromarray(pixels[:, :, 0]) if colors == "GRAY" else None
    if colors == "CMYK":
        inks = Image.fromarray(255 - pixels, "CMYK")
        gray, pixels, profile = to_gray(inks), np.asarray(to_srgb(inks, profile)), None
    return Picture(
        width=width,
        height=height,
        orientation=orientation,
        decoder=f"simplejpeg:{numerator}/{denominator}",
        source_size=(width, height),
        gray=gray,
        color=None if hashes else pixels,
        profile=profile,
        damage=damage,
    )


def _decode(data: bytes, colors: str, size: tuple[int, int]) -> tuple[Pixels, str | None]:
    """Return the pixels, and the damage of the file although they are complete."""
    try:
        return _strictly(data, colors, size), None
    except ValueError as error:
        warning = str(error)
    if _LOOSE_ENDS.search(warning):
        scanner = JpegImageData()
        scanner.feed(data)
        if scanner.tables.is_complete and not scanner.tables.is_arithmetic:
            try:
                found = _strictly(_without_loose_ends(data, scanner), colors, size)
                return found, None if scanner.has_end_marker else NO_END_MARKER
            except ValueError as error:
                warning = str(error)
    if _DAMAGE.search(warning):
        raise UndecodableError(Reason.DECODE_ERROR, f"The JPEG is partly damaged: {warning}.")
    raise DoubtfulError(warning)


def _without_loose_ends(data: bytes, scanner: JpegImageData) -> bytes:
    """Return the JPEG without stray bytes between segments and after its last scan.

    Any remaining warning of a decoder means that part of the picture is missing or noise.
    """
    kept, at = [], 0
    for start, end in scanner.strays:
        kept.append(data[at:start])
        at = end
    return b"".join([*kept, data[at : scanner.end].rstrip(b"\0"), _EOI])


def _strictly(data: bytes, colors: str, size: tuple[int, int]) -> Pixels:
    """Decode, or raise ValueError with the first warning."""
    pixels: Pixels = simplejpeg.decode_jpeg(
        data, colors, min_width=size[0], min_height=size[1], min_factor=1
    )
    if pixels.shape[:2] != (size[1], size[0]):
        raise DoubtfulError("the size of the scan differs from the header")
    return pixels


def _scale(width: int, height: int, need: Need) -> tuple[int, int]:
    side, least = (
        (min(width, height), SCALED_SIDE)
        if need is Need.HASHES
        else (max(width, height), LONG_EDGE)
    )
    fitting = (scale for scale in _SCALES if side * scale[0] >= least * scale[1])
    return next(fitting, (1, 1))
