"""Pictures with rare sample layouts: a reader must decode them correctly or report them.

16 bits per sample, as scanners write them, are TIFF 6.0 and PNG.
"""

from datetime import datetime

import numpy as np
from PIL import Image

from photo_assets.sample.formats.png import png, with_transparent_gray
from photo_assets.sample.formats.tiff import Data, longs, shorts, tiff
from photo_assets.sample.specimens.specimen import Painter, Specimen

_TO_16_BITS = 257


def planar_tiff(picture: Image.Image) -> bytes:
    """Return a color picture as uncompressed TIFF, all red samples before all green and blue."""
    samples = np.asarray(picture.convert("RGB"), "<u2") * np.uint16(_TO_16_BITS)
    planes = tuple(samples[..., channel].tobytes() for channel in range(3))
    return tiff(
        {
            0x0100: longs(picture.width),
            0x0101: longs(picture.height),
            0x0102: shorts(16, 16, 16),
            0x0103: shorts(1),
            0x0106: shorts(2),
            0x0111: Data(planes),
            0x0115: shorts(3),
            0x0116: longs(picture.height),
            0x0117: longs(*map(len, planes)),
            0x011C: shorts(2),
        }
    )


def gray_png(picture: Image.Image) -> bytes:
    """Return a picture as gray PNG in which one gray, that of no sample, is transparent."""
    samples = np.asarray(picture.convert("L"), np.uint16) * np.uint16(_TO_16_BITS)
    return with_transparent_gray(png(Image.fromarray(samples)), _TO_16_BITS - 1)


_SIZE = (240, 160)
_SCANNED = datetime(2018, 5, 20, 16, 0)


def scans(painter: Painter) -> tuple[Specimen, ...]:
    """Return two scans with 16 bits per sample."""
    color = painter.picture("couple", 50).resize(_SIZE)
    gray = painter.picture("portrait", 51).resize(_SIZE)
    return (
        Specimen(
            path="Scans/Dia 12.tif",
            picture="slide tiff",
            content=planar_tiff(color),
            written=_SCANNED,
            states={"capture_time": None},
        ),
        Specimen(
            path="Scans/Hochzeit.png",
            picture="wedding png",
            content=gray_png(gray),
            written=_SCANNED,
            states={"capture_time": None},
        ),
    )
