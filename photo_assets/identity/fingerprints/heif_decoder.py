"""HEIC, HEIF and AVIF: decoding with libheif (pillow-heif, optional) or libavif.

The coding of the items decides which library decodes; the file's brand (`mif1` is used for both) is
set to one that the library accepts. libheif crops and turns; for libavif this is done here: it
ignores `clap`, and applies `irot` before `imir` regardless of their order.
"""

import io
from typing import BinaryIO

from PIL import Image

from photo_assets.identity.fingerprints.optional_decoders import PILLOW_HEIF_ABSENT
from photo_assets.identity.fingerprints.pictures import Raster, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import primaries_of, space_of
from photo_assets.media.exif.boxes import first
from photo_assets.media.exif.heif import heif_display
from photo_assets.media.exif.heif_display import Display
from photo_assets.media.exif.window import ExifError, Window


def decode_heif(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the primary picture. Raises `UndecodableError`, and whatever the plugins raise."""
    window = Window(stream)
    try:
        shown, kinds = heif_display(window)
        is_avif = b"av01" in kinds and b"hvc1" not in kinds
        brand = b"avif" if is_avif else b"heic"
    except ExifError as error:  # a sequence may be without items
        if first(window, b"moov") is None:
            raise UndecodableError(Reason.UNKNOWN_FORMAT, str(error)) from error
        shown, brand = Display(), window.at(8, 4)
        is_avif = brand == b"avis"
    plugin = "AVIF" if is_avif else "HEIF"
    if plugin not in Image.OPEN:
        raise UndecodableError(Reason.NO_DECODER, PILLOW_HEIF_ABSENT)
    stream.seek(0)
    content = b"".join((stream.read(8), brand, memoryview(stream.read())[4:]))
    image = Image.open(io.BytesIO(content), formats=[plugin])
    require_pixels(image.width * image.height, max_pixels)
    image.load()
    profile, stated = image.info.get("icc_profile"), shown.code_points
    return Raster(
        _cropped(image, shown) if is_avif else image,
        f"pillow:{plugin.lower()}",
        profile=profile,
        space=space_of(primaries_of(stated[0]), stated[1]) if stated and not profile else None,
        upright=not is_avif,
    )


def _cropped(image: Image.Image, shown: Display) -> Image.Image:
    """Return the clean aperture of a picture decoded at its coded size."""
    if shown.crop is None or image.size != shown.size:
        return image
    return image.crop(shown.crop)
