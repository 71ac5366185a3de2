"""Every picture format that Pillow reads, HEIF by pillow-heif; JPEG goes the fast way first."""

import io
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from photo_assets.identity.fingerprints.colours import to_grey, to_srgb
from photo_assets.identity.fingerprints.jpeg_decoder import DoubtfulError, decode_jpeg
from photo_assets.identity.fingerprints.pictures import (
    LONG_EDGE,
    SCALED_SIDE,
    Need,
    Picture,
    describe,
    require_pixels,
)
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind

_ORIENTATION = 0x0112
_JPEG = frozenset({"JPEG", "MPO"})
# Only picture formats: among Pillow's others are some that start programs (EPS) or are containers.
# MPO (several JPEGs in one file) is opened by the JPEG plugin.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "HEIF", "AVIF", "JPEG2000", "PSD")


class PillowDecoder:
    """The first frame of a picture. JPEG goes to libjpeg-turbo first, and here if it refuses."""

    def __init__(self) -> None:
        Image.MAX_IMAGE_PIXELS = None  # `max_pixels` is checked instead, before any decoding
        try:
            import pillow_heif
        except ImportError:
            pass
        else:
            pillow_heif.register_heif_opener()
            pillow_heif.options.DECODE_THREADS = 1
        Image.init()
        self._formats = [name for name in _FORMATS if name in Image.OPEN]

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode the first frame. Raises `UndecodableError`."""
        image = self._open(stream)
        require_pixels(image.width * image.height, max_pixels)
        try:
            if image.format in _JPEG:
                try:
                    return decode_jpeg(_bytes_of(stream), image, _orientation(image), need)
                except DoubtfulError:
                    image = self._open(stream)
            return _load(image, need)
        except (MemoryError, UndecodableError):
            raise
        except Exception as error:  # every plugin has its own ways to fail on damaged bytes
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error

    def _open(self, stream: BinaryIO) -> Image.Image:
        stream.seek(0)
        try:
            return Image.open(stream, formats=self._formats)
        except UnidentifiedImageError as error:
            detail = "No decoder knows these bytes as a picture."
            raise UndecodableError(Reason.UNKNOWN_FORMAT, detail) from error
        except MemoryError:
            raise
        except Exception as error:
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error


def _load(image: Image.Image, need: Need) -> Picture:
    width, height = image.size
    if image.format in _JPEG:
        _scale_down(image, need)
    image.load()
    if image.format == "TIFF":
        width, height = image.size  # Pillow turns TIFF itself
    return Picture(
        width=width,
        height=height,
        # After load(), because PNG may carry EXIF behind the pixels and TIFF drops the tag.
        orientation=_orientation(image),
        decoder=f"pillow:{(image.format or '').lower()}",
        source_size=(width, height),
        indexed=image.mode in {"P", "PA"},
        grey=_grey(image),
        colour=_colour(image) if need is Need.THUMBNAILS else None,
    )


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _scale_down(image: Image.Image, need: Need) -> None:
    """Have a JPEG decoded at a smaller scale that still serves."""
    long, short = max(image.size), min(image.size)
    for scale in (8, 4, 2):
        served = (
            short // scale >= SCALED_SIDE if need is Need.HASHES else long // scale >= LONG_EDGE
        )
        if served:
            mode = "L" if need is Need.HASHES and image.mode in {"L", "RGB"} else image.mode
            image.draft(mode, (image.width // scale, image.height // scale))
            return


def _grey(image: Image.Image) -> Image.Image:
    """Return the picture in grey, averaged down so that hashing costs less than decoding."""
    grey = to_grey(image)
    factor = min(grey.size) // (2 * SCALED_SIDE)
    return grey.reduce(factor) if factor > 1 else grey


def _colour(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the picture in sRGB, averaged down first where its mode lets it."""
    profile = image.info.get("icc_profile")
    factor = max(image.size) // LONG_EDGE
    if factor > 1 and image.mode in {"L", "RGB", "RGBA", "LA", "CMYK", "YCbCr"}:
        transparency = image.info.get("transparency")
        if transparency is None:
            image = image.reduce(factor)
    return np.asarray(to_srgb(image, profile))


def _bytes_of(stream: BinaryIO) -> bytes:
    if isinstance(stream, io.BytesIO):
        return stream.getvalue()  # no copy: the stream was made from these bytes
    stream.seek(0)
    return stream.read()
