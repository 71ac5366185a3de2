"""Perceptual hashes of RAW files come from the preview the camera put in. Developing is not done.

With rawpy (optional) LibRaw finds the preview in every format it knows; without, Pillow finds the
one in formats that are TIFF inside, if it is large enough to be more than a thumbnail.
"""

import io
from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.decoders import (
    SCALED_SIDE,
    Decoder,
    GreyPicture,
    PillowDecoder,
    describe,
    require_pixels,
    shrink,
    turn,
)
from photo_assets.identity.fingerprints.raw_support import PREVIEW_DECODER, rawpy_installed
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind

_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}  # LibRaw's sizes.flip as EXIF orientation


class RawpyDecoder:
    """The embedded preview through LibRaw."""

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int) -> GreyPicture:
        """Decode the largest embedded preview, turned as the RAW says."""
        import rawpy

        stream.seek(0)
        try:
            with rawpy.imread(stream) as raw:
                sizes = raw.sizes
                preview = raw.extract_thumb()
        except MemoryError:
            raise
        except rawpy.LibRawNoThumbnailError as error:
            detail = "The RAW file has no embedded preview."
            raise UndecodableError(Reason.DECODE_ERROR, detail) from error
        except rawpy.LibRawFileUnsupportedError as error:
            detail = "LibRaw does not know these bytes as RAW."
            raise UndecodableError(Reason.UNKNOWN_FORMAT, detail) from error
        except Exception as error:
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error
        try:
            grey = self._grey(preview.data, max_pixels)
        except (MemoryError, UndecodableError):
            raise
        except Exception as error:
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error
        orientation = _ORIENTATION_OF_FLIP.get(sizes.flip, 1)
        width, height = sizes.width, sizes.height
        if orientation in {6, 8}:
            # Some cameras turn the preview already; then its long side tells.
            if (grey.width >= grey.height) != (width >= height):
                orientation = 1
            width, height = height, width
        return GreyPicture(turn(grey, orientation), width, height, False, "rawpy")

    @staticmethod
    def _grey(data: object, max_pixels: int) -> Image.Image:
        if not isinstance(data, bytes):
            return shrink(Image.fromarray(np.asarray(data)).convert("L"))
        image = Image.open(io.BytesIO(data), formats=["JPEG"])
        require_pixels(image.width * image.height, max_pixels)
        image.draft("L", (2 * SCALED_SIDE, 2 * SCALED_SIDE))
        return shrink(image.convert("L"))


class TiffPreviewDecoder:
    """What Pillow shows of a RAW file without rawpy."""

    def __init__(self, pillow: PillowDecoder) -> None:
        self._pillow = pillow

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int) -> GreyPicture:
        """Decode the TIFF's first picture, refusing thumbnails: their bits are up to 22 off."""
        detail = "Reading this RAW file's preview needs rawpy (extra 'raw')."
        try:
            picture = self._pillow.decode(stream, kind, max_pixels)
        except UndecodableError as error:
            if error.reason is Reason.TOO_MANY_PIXELS:
                raise
            raise UndecodableError(Reason.NO_DECODER, detail) from error
        if min(picture.width, picture.height) < SCALED_SIDE:
            raise UndecodableError(Reason.NO_DECODER, detail)
        return GreyPicture(
            picture.grey, picture.width, picture.height, picture.indexed, PREVIEW_DECODER
        )


class ChainDecoder:
    """Pictures by Pillow; RAW by rawpy, then by Pillow for files that only bear a RAW's name."""

    def __init__(self) -> None:
        self._pillow = PillowDecoder()
        self._raw: Decoder
        self._raw = RawpyDecoder() if rawpy_installed() else TiffPreviewDecoder(self._pillow)

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int) -> GreyPicture:
        """Decode by the first decoder that can; the first one's error if none can."""
        if kind is not MediaKind.RAW:
            return self._pillow.decode(stream, kind, max_pixels)
        try:
            return self._raw.decode(stream, kind, max_pixels)
        except UndecodableError as error:
            if error.reason is not Reason.UNKNOWN_FORMAT:
                raise
            try:
                return self._pillow.decode(stream, kind, max_pixels)
            except UndecodableError:
                raise error from None
