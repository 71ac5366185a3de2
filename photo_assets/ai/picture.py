"""The picture that is sent: a thumbnail, encoded anew, so that it holds pixels and nothing else.

Thumbnails have no metadata, but their folder may be one that other programs write to.
"""

import io
from typing import Final

from PIL import Image

from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

_QUALITY: Final = 85
_MOST_BYTES: Final = 16 << 20
_SIZES: Final = {500: ThumbnailSize.SMALL, 1920: ThumbnailSize.MEDIUM}


class NoPictureError(Exception):
    """There is no usable thumbnail. The message is a stable code."""


def picture_of(tree: ThumbnailTree, sha256: bytes, long_edge: int) -> bytes:
    """Return a blob's thumbnail as a JPEG without metadata, upright and in sRGB as it is stored.

    `long_edge`: 500 or 1920, pixels. Raises `NoPictureError`.
    """
    path = tree.path(_SIZES[long_edge], sha256)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise NoPictureError("thumbnail_too_large")
        content = path.read_bytes()
    except OSError:
        raise NoPictureError("no_thumbnail") from None
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as opened:
            if max(opened.size) > long_edge:
                raise NoPictureError("thumbnail_too_large")
            pixels = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NoPictureError("thumbnail_damaged") from None
    # Pixels alone: a copied image object would pass its comment and profile on.
    bare = Image.frombytes("RGB", pixels.size, pixels.tobytes())
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
