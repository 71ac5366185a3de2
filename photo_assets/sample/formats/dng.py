"""A digital negative (DNG 1.4): one CFA image, a JPEG preview, and the camera's EXIF."""

import io

import numpy as np
from PIL import Image

from photo_assets.sample.formats.exif import Exposure, exif_ifd
from photo_assets.sample.formats.tiff import (
    Data,
    Ifd,
    ascii_field,
    longs,
    octets,
    rationals,
    shorts,
    tiff,
)

_WHITE = 16383
# XYZ (D65) to linear sRGB: the sample's camera has sRGB primaries.
_COLOR_MATRIX = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)


def dng(picture: Image.Image, stated: Exposure) -> bytes:
    """Return a DNG of `picture` (even width and height), RGGB, 14 bits in 16, uncompressed."""
    width, height = picture.size
    preview_image = picture.resize((width // 2, height // 2), Image.Resampling.BOX)
    preview_file = io.BytesIO()
    preview_image.save(preview_file, "JPEG", quality=80, subsampling=2)
    preview = preview_file.getvalue()
    main = exif_ifd(stated) | {
        0x00FE: longs(1),
        0x0100: longs(preview_image.width),
        0x0101: longs(preview_image.height),
        0x0102: shorts(8, 8, 8),
        0x0103: shorts(7),
        0x0106: shorts(6),
        0x0111: Data((preview,)),
        0x0115: shorts(3),
        0x0116: longs(preview_image.height),
        0x0117: longs(len(preview)),
        0x0131: ascii_field("photo_assets sample"),
        0x0212: shorts(2, 2),
        0x014A: _raw_directory(picture),
        0xC612: octets(1, 4, 0, 0),
        0xC613: octets(1, 1, 0, 0),
        0xC614: ascii_field(f"{stated.make} {stated.model}"),
        0xC621: rationals(*_COLOR_MATRIX, limit=10_000, signed=True),
        0xC628: rationals(1, 1, 1),
        0xC65A: shorts(21),
    }
    return tiff(main)


def _raw_directory(picture: Image.Image) -> Ifd:
    mosaic = _mosaic(np.asarray(picture.convert("RGB"), np.float32) / np.float32(255))
    height, width = mosaic.shape
    strip = mosaic.astype("<u2").tobytes()
    return {
        0x00FE: longs(0),
        0x0100: longs(width),
        0x0101: longs(height),
        0x0102: shorts(16),
        0x0103: shorts(1),
        0x0106: shorts(32803),
        0x0111: Data((strip,)),
        0x0115: shorts(1),
        0x0116: longs(height),
        0x0117: longs(len(strip)),
        0x011C: shorts(1),
        0x828D: shorts(2, 2),
        0x828E: octets(0, 1, 1, 2),
        0xC61A: shorts(0),
        0xC61D: longs(_WHITE),
    }


def _mosaic(picture: "np.typing.NDArray[np.float32]") -> "np.typing.NDArray[np.float32]":
    """Return the values of a sensor with a red-green-green-blue filter."""
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    mosaic = linear[..., 1].copy()
    mosaic[0::2, 0::2] = linear[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = linear[1::2, 1::2, 2]
    return np.asarray(np.round(mosaic * _WHITE), np.float32)
