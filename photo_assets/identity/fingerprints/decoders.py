"""From a file's bytes to one small upright grey picture. Which library can, and under what limits.

Runs in worker processes only: these libraries parse hostile bytes. A faster engine is another
`Decoder` put in front of the chain; its name is recorded with its results.
"""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

import numpy as np
from PIL import Image, UnidentifiedImageError

from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind

ORIENTATION_TAG = 0x0112
SCALED_SIDE = 256
"""The shorter side is not made smaller than this before hashing, pixels. Measured: bits then stay
within 4 of a full decode, mostly equal."""

# Only picture formats: among Pillow's others are some that start programs (EPS) or are containers.
# MPO (several JPEGs in one file) is opened by the JPEG plugin.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "HEIF", "AVIF", "JPEG2000", "PSD")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class GreyPicture:
    """A picture ready to be hashed."""

    grey: Image.Image
    """Mode L, upright, perhaps scaled down; never to less than SCALED_SIDE."""
    width: int
    """Width of the upright picture at full size, pixels."""
    height: int
    indexed: bool
    """Whether its colours come from a palette."""
    decoder: str


class Decoder(Protocol):
    """One way to decode."""

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int) -> GreyPicture:
        """Decode the seekable `stream` from its start. Raises `UndecodableError`."""


class PillowDecoder:
    """Everything Pillow reads, HEIF through pillow-heif; JPEG is decoded at a smaller scale."""

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

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int) -> GreyPicture:
        """Decode the first frame, turned by EXIF orientation where the format needs it."""
        image = self._open(stream)
        require_pixels(image.width * image.height, max_pixels)
        try:
            return self._load(image)
        except MemoryError:
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

    def _load(self, image: Image.Image) -> GreyPicture:
        width, height = image.size
        if image.format in {"JPEG", "MPO"}:
            scale = _jpeg_scale(min(width, height))
            if scale > 1:
                image.draft("L", (width // scale, height // scale))
        image.load()
        if image.format == "TIFF":
            width, height = image.size  # Pillow turns TIFF itself
        indexed = image.mode in {"P", "PA"}
        # After load(), because PNG may carry EXIF behind the pixels and TIFF drops the tag.
        orientation = image.getexif().get(ORIENTATION_TAG, 1)
        grey = turn(shrink(to_grey(image)), orientation)
        if orientation in _SWAPS_SIDES:
            width, height = height, width
        return GreyPicture(grey, width, height, indexed, f"pillow:{(image.format or '').lower()}")


def _jpeg_scale(side: int) -> int:
    """Return the strongest of libjpeg's cheap scales that keeps the shorter side large enough."""
    return next((scale for scale in (8, 4, 2) if side // scale >= SCALED_SIDE), 1)


def to_grey(image: Image.Image) -> Image.Image:
    """Return `image` in mode L; deeper levels are scaled where Pillow's convert would clip."""
    if image.mode not in {"I", "F"} and not image.mode.startswith("I;16"):
        return image.convert("L")
    levels = np.asarray(image, dtype=np.float32)
    highest = float(levels.max(initial=0))
    if image.mode.startswith("I;16") or highest > 255:
        top = 65535.0
    else:
        top = 1.0 if image.mode == "F" and highest <= 1 else 255.0
    return Image.fromarray(np.clip(levels * (255 / top), 0, 255).astype(np.uint8))


def shrink(grey: Image.Image) -> Image.Image:
    """Return a large picture averaged down, so that hashing it does not cost more than decoding."""
    factor = min(grey.size) // (2 * SCALED_SIDE)
    return grey.reduce(factor) if factor > 1 else grey


def turn(image: Image.Image, orientation: int) -> Image.Image:
    """Return `image` turned upright by an EXIF orientation; impossible values turn nothing."""
    method = _TURNS.get(orientation)
    return image if method is None else image.transpose(method)


def require_pixels(pixels: int, max_pixels: int) -> None:
    """Raise `UndecodableError` for a picture beyond the limit."""
    if pixels > max_pixels:
        detail = f"The picture says it has {pixels:,} pixels; the limit is {max_pixels:,}."
        raise UndecodableError(Reason.TOO_MANY_PIXELS, detail)


def describe(error: BaseException) -> str:
    """Return a library's error as one line for people."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
