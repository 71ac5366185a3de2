"""Writing HEIC files (ISO 23008-12) through libheif (optional), with EXIF as written by phones."""

import io
import struct
from importlib.util import find_spec

from PIL import Image

_HEADER = b"Exif\0\0"


def can_write_heic() -> bool:
    """Say whether pillow-heif is installed. Without it the sample's phones take JPEG."""
    return find_spec("pillow_heif") is not None


def heic(picture: Image.Image, exif: bytes) -> bytes:
    """Return a picture as HEIC with an EXIF block (a TIFF structure)."""
    import pillow_heif

    out = io.BytesIO()
    image = pillow_heif.from_pillow(picture)
    image.save(out, quality=62, enc_params={"preset": "ultrafast"}, exif=_HEADER + exif)
    return out.getvalue()


def with_exif_as_segment(file: bytes, exif: bytes) -> bytes:
    """Return the file of `heic` with its EXIF item as a JPEG segment, as written by some phones.

    ISO 23008-12 requires four bytes with the offset of the TIFF structure. The marker and length of
    a segment have the same size, so no offsets change.
    """
    stated = struct.pack(">I", len(_HEADER)) + _HEADER + exif
    segment = struct.pack(">HH", 0xFFE1, 2 + len(_HEADER) + len(exif)) + _HEADER + exif
    if file.count(stated) != 1:
        raise ValueError("The file does not hold the EXIF item as it was written.")
    return file.replace(stated, segment)
