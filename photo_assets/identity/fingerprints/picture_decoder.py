"""Choosing the decoder of a file by its first bytes, because names may be wrong.

Each format has a decoder that shows its layouts correctly or refuses them. The orientation of a
picture is read from the headers (`media.read`), as for the item.
"""

import io
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from photo_assets.identity.fingerprints import jp2_decoder, jxl_header, png_decoder, psd_decoder
from photo_assets.identity.fingerprints.color_conversion import to_gray, to_srgb, with_space
from photo_assets.identity.fingerprints.heif_decoder import decode_heif
from photo_assets.identity.fingerprints.jpeg_decoder import DoubtfulError, decode_jpeg
from photo_assets.identity.fingerprints.jxl_decoder import decode_jxl
from photo_assets.identity.fingerprints.pictures import (
    LONG_EDGE,
    SCALED_SIDE,
    Need,
    Picture,
    Pixels,
    Raster,
    describe,
    require_pixels,
)
from photo_assets.identity.fingerprints.pillow_decoder import (
    decode_by_pillow,
    decode_jpeg_by_pillow,
    open_picture,
)
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.tiff_decoder import decode_tiff
from photo_assets.media.exif import jpegxl
from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.read import read_orientation
from photo_assets.model.vocabulary import MediaKind

_JPEG = b"\xff\xd8\xff"
_BY_MAGIC: tuple[tuple[bytes, Callable[[BinaryIO, int], Raster]], ...] = (
    (png_decoder.SIGNATURE, png_decoder.decode_png),
    (b"II*\0", decode_tiff),
    (b"MM\0*", decode_tiff),
    (b"II+\0", decode_tiff),
    (b"MM\0+", decode_tiff),
    (psd_decoder.SIGNATURE, psd_decoder.decode_psd),
    (jp2_decoder.BOXED, jp2_decoder.decode_jp2),
    (jp2_decoder.CODESTREAM, jp2_decoder.decode_jp2),
    (jxl_header.BOXED, decode_jxl),
    (jpegxl.SIGNATURE, decode_jxl),
)
_BYTES_A_PIXEL = 8
"""The minimum memory of a decoder: the pixels and their source data."""


class PictureDecoder:
    """The first frame of a picture of any format."""

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

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode the first frame. Raises `UndecodableError`."""
        stream.seek(0)
        head = stream.read(16)
        try:
            if head.startswith(_JPEG):
                return _jpeg(stream, max_pixels, need)
            raster = _decoder_of(head)(stream, max_pixels)
            orientation = 1 if raster.upright else read_orientation(stream)
            return _picture(raster, orientation, need)
        except (MemoryError, UndecodableError):
            raise
        except UnidentifiedImageError as error:
            detail = "No decoder recognizes the file as a picture."
            raise UndecodableError(Reason.UNKNOWN_FORMAT, detail) from error
        except Exception as error:  # every library fails in its own way on damaged bytes
            if _lacks_memory(stream):
                raise MemoryError from error
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error


def _decoder_of(head: bytes) -> Callable[[BinaryIO, int], Raster]:
    if head[4:8] == b"ftyp":
        return decode_heif
    return next((found for magic, found in _BY_MAGIC if head.startswith(magic)), decode_by_pillow)


def _lacks_memory(stream: BinaryIO) -> bool:
    """Return whether memory is too small for the picture: libraries then report it as damaged.

    Their error messages differ, and some have none.
    """
    try:
        header = take_apart(Window(stream))
        bytearray((header.width or 0) * (header.height or 0) * _BYTES_A_PIXEL)
    except MemoryError:
        return True
    except (ExifError, OSError):
        return False
    return False


def _jpeg(stream: BinaryIO, max_pixels: int, need: Need) -> Picture:
    header = open_picture(stream, ("JPEG",))
    require_pixels(header.width * header.height, max_pixels)
    orientation = read_orientation(stream)
    try:
        return decode_jpeg(_bytes_of(stream), header, orientation, need)
    except DoubtfulError:
        return _picture(decode_jpeg_by_pillow(stream, need), orientation, need)


def _picture(raster: Raster, orientation: int, need: Need) -> Picture:
    width, height = raster.size or raster.image.size
    image = raster.image if raster.space is None else with_space(raster.image, raster.space)
    return Picture(
        width=width,
        height=height,
        orientation=orientation,
        decoder=raster.decoder,
        source_size=(width, height),
        indexed=raster.indexed,
        gray=_gray(image),
        color=_color(image, raster.profile) if need is Need.THUMBNAILS else None,
        damage=raster.damage,
    )


def _gray(image: Image.Image) -> Image.Image:
    """Return the gray picture, averaged down so that hashing costs less than decoding."""
    gray = to_gray(image)
    factor = min(gray.size) // (2 * SCALED_SIDE)
    return gray.reduce(factor) if factor > 1 else gray


def _color(image: Image.Image, profile: bytes | None) -> Pixels:
    """Return the picture in sRGB, averaged down first if its mode permits it."""
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
