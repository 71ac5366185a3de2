"""JPEG XL by libjxl, through pylibjxl (optional, extra `jxl`)."""

from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.jxl_header import jxl_header
from photo_assets.identity.fingerprints.optional_decoders import PYLIBJXL_ABSENT, is_installed
from photo_assets.identity.fingerprints.pictures import Raster, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import LINEAR, RgbSpace, primaries_of
from photo_assets.media.exif.window import Window

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def decode_jxl(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the first frame, turned upright by libjxl. Raises `UndecodableError`."""
    if not is_installed("pylibjxl"):
        raise UndecodableError(Reason.NO_DECODER, PYLIBJXL_ABSENT)
    import pylibjxl

    header = jxl_header(Window(stream))
    stream.seek(0)
    content = stream.read()
    info = pylibjxl.probe(content)
    require_pixels(info["width"] * info["height"], max_pixels)
    if header.has_black:
        detail = "JPEG XL pictures with ink channels are not supported."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    with pylibjxl.JXL(threads=1, pool_size=1) as codec:
        pixels, found = codec.decode(content, metadata=True)
    pixels = np.atleast_3d(pixels)
    mode = _MODES[pixels.shape[2]]
    image = Image.frombytes(mode, (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
    profile, space = found.get("icc"), header.space
    if header.has_profile and header.is_xyb:
        # libjxl has no color management: it returns linear light, whatever the profile.
        profile, space = None, RgbSpace(primaries_of(1), LINEAR)
    return Raster(image, "pylibjxl", profile=profile, space=space, upright=True)
