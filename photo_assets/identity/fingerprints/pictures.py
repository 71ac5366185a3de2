"""The requests to decoders and their results: pixels for hashes and thumbnails.

No decoding. Decoders run in worker processes only: their libraries parse untrusted bytes.
"""

from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import RgbSpace
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize

Bytes = npt.NDArray[np.uint8]
Pixels = Bytes
"""Height x width x 3, red, green, blue."""

SCALED_SIDE = 256
"""Before hashing, the shorter side is not reduced below this, pixels. Measured: the hash then
differs from that of a full decode by at most 4 bits, mostly by none."""
LONG_EDGE = ThumbnailSize.MEDIUM.long_edge
"""The minimum longer side of the source of thumbnails, pixels, if the picture is that large."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The inverse of each EXIF orientation; 1 and impossible values need none."""
_SWAPS_SIDES = frozenset({5, 6, 7, 8})


class Need(Enum):
    """The purpose of the pixels."""

    HASHES = "hashes"
    """Gray, the shorter side at least `SCALED_SIDE`."""
    THUMBNAILS = "thumbnails"
    """Color, the longer side at least `LONG_EDGE`; also used for the hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture, possibly scaled down, as stored in its file: not yet turned upright."""

    width: int
    """Width at full size as stored, pixels."""
    height: int
    orientation: int
    """The EXIF orientation, 1 to 8, to show it upright."""
    decoder: str
    source_size: tuple[int, int]
    """Stored width and height of the decoded picture before scaling: a RAW file's preview is
    smaller than the picture."""
    indexed: bool = False
    """Whether its colors come from a palette."""
    gray: Image.Image | None = None
    """The picture to hash, mode L. None: the luma of `color`."""
    color: Pixels | None = None
    """The source of thumbnails; None if only hashes are needed."""
    profile: bytes | None = None
    """The ICC profile of `color`; None: sRGB."""
    damage: str | None = None
    """The damage of a file with a complete picture, as readable text."""

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height at full size, upright, pixels."""
        if self.orientation in _SWAPS_SIDES:
            return self.height, self.width
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Raster:
    """The result of one format's decoder: all pixels, in a mode Pillow can convert.

    That is 1, L, RGB, CMYK or P, or one with transparency, or 16-bit gray.
    """

    image: Image.Image
    decoder: str
    profile: bytes | None = None
    """The ICC profile of the colors."""
    space: RgbSpace | None = None
    """The RGB space if it is stated in numbers instead of a profile; None: sRGB."""
    indexed: bool = False
    """Whether its colors come from a palette."""
    upright: bool = False
    """Whether it is already upright; otherwise the file's header has the orientation."""
    size: tuple[int, int] | None = None
    """Width and height at full size if the decoder scaled it down."""
    damage: str | None = None
    """As in `Picture`."""


class Decoder(Protocol):
    """A decoder."""

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        """Decode the seekable `stream` from its start. Raises `UndecodableError`."""


def image_of(levels: Bytes) -> Image.Image:
    """Return height x width x channels as a picture: gray (1), red, green, blue (3), inks (4)."""
    if levels.shape[2] == 1:
        return Image.fromarray(np.ascontiguousarray(levels[:, :, 0]))
    mode = {3: "RGB", 4: "CMYK"}[levels.shape[2]]
    return Image.frombuffer(
        mode, (levels.shape[1], levels.shape[0]), np.ascontiguousarray(levels), "raw", mode, 0, 1
    )


def turn(image: Image.Image, orientation: int) -> Image.Image:
    """Return `image` turned upright by an EXIF orientation; impossible values turn nothing."""
    method = TURNS.get(orientation)
    return image if method is None else image.transpose(method)


def require_pixels(pixels: int, max_pixels: int) -> None:
    """Raise `UndecodableError` for a picture over the limit."""
    if pixels > max_pixels:
        detail = (
            f"According to its header the picture has {pixels:,} pixels; the limit is "
            f"{max_pixels:,} (fingerprints.max_megapixels)."
        )
        raise UndecodableError(Reason.TOO_MANY_PIXELS, detail)


def describe(error: BaseException) -> str:
    """Return a library's error as one readable line."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
