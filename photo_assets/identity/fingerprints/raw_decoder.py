"""Pictures of RAW files are the previews embedded by the camera. RAW data is not developed.

With rawpy (optional), LibRaw finds the preview in every format it supports; without it, Pillow
finds the one in TIFF-based formats, if it is larger than a thumbnail.
"""

import dataclasses
import io
from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.optional_decoders import PREVIEW_DECODER, is_installed
from photo_assets.identity.fingerprints.picture_decoder import PictureDecoder
from photo_assets.identity.fingerprints.pictures import (
    SCALED_SIDE,
    Decoder,
    Need,
    Picture,
    describe,
)
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind

_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}  # LibRaw's sizes.flip as EXIF orientation


class RawpyDecoder:
    """The embedded preview through LibRaw."""

    def __init__(self, pictures: PictureDecoder) -> None:
        self._pictures = pictures

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode the largest embedded preview, turned by the RAW's orientation."""
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
            detail = "LibRaw does not recognize the file as RAW."
            raise UndecodableError(Reason.UNKNOWN_FORMAT, detail) from error
        except Exception as error:
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error
        shown = self._preview(preview.data, max_pixels, need)
        orientation = _ORIENTATION_OF_FLIP.get(sizes.flip, 1)
        # Some cameras turn the preview already; its longer side shows this.
        wide, preview_wide = sizes.width >= sizes.height, shown.width >= shown.height
        if orientation in {6, 8} and preview_wide != wide:
            return dataclasses.replace(
                shown, width=sizes.height, height=sizes.width, orientation=1, decoder="rawpy"
            )
        return dataclasses.replace(
            shown, width=sizes.width, height=sizes.height, orientation=orientation, decoder="rawpy"
        )

    def _preview(self, data: object, max_pixels: int, need: Need) -> Picture:
        if isinstance(data, bytes):
            return self._pictures.decode(io.BytesIO(data), MediaKind.IMAGE, max_pixels, need)
        try:
            bitmap = io.BytesIO()
            Image.fromarray(np.asarray(data)).save(bitmap, "BMP")
        except MemoryError:
            raise
        except Exception as error:
            raise UndecodableError(Reason.DECODE_ERROR, describe(error)) from error
        return self._pictures.decode(bitmap, MediaKind.IMAGE, max_pixels, need)


class TiffPreviewDecoder:
    """Pillow's picture of a RAW file without rawpy."""

    def __init__(self, pictures: PictureDecoder) -> None:
        self._pictures = pictures

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode the TIFF's first picture, refusing thumbnails: their bits are up to 22 off."""
        detail = "Reading this RAW file's preview needs rawpy (extra 'raw')."
        try:
            picture = self._pictures.decode(stream, kind, max_pixels, need)
        except UndecodableError as error:
            if error.reason is Reason.TOO_MANY_PIXELS:
                raise
            raise UndecodableError(Reason.NO_DECODER, detail) from error
        if min(picture.width, picture.height) < SCALED_SIDE:
            raise UndecodableError(Reason.NO_DECODER, detail)
        return dataclasses.replace(picture, decoder=PREVIEW_DECODER)


class ChainDecoder:
    """Pictures by Pillow; RAW by rawpy, then by Pillow for files that only have a RAW extension."""

    def __init__(self) -> None:
        self._pictures = PictureDecoder()
        self._raw: Decoder
        self._raw = (
            RawpyDecoder(self._pictures)
            if is_installed("rawpy")
            else TiffPreviewDecoder(self._pictures)
        )

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode with the first decoder that succeeds; raise the first one's error if none does."""
        if kind is not MediaKind.RAW:
            return self._pictures.decode(stream, kind, max_pixels, need)
        try:
            return self._raw.decode(stream, kind, max_pixels, need)
        except UndecodableError as error:
            if error.reason is not Reason.UNKNOWN_FORMAT:
                raise
            try:
                return self._pictures.decode(stream, kind, max_pixels, need)
            except UndecodableError:
                raise error from None
