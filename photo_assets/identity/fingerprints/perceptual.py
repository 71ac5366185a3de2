"""The perceptual hashes of one upright gray picture, equal to those of the imagehash library.

pHash after hackerfactor.com "Looks Like It" (DCT of 32 x 32, the 8 x 8 lowest frequencies against
their median), dHash after "Kind of Like That" (9 x 8, each pixel against its left neighbor); see
imagehash 4.3. Decoding files to gray pictures is done in `picture_decoder`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

FLAT_DEVIATION = 2.0
"""Standard deviation of the gray levels (0..255) below which a picture counts as flat. Black frames
of two sizes have one pHash (measured); such hashes must not make candidates."""

_SIDE, _LOWEST = 32, 8
# The eight lowest rows of the DCT-II, scaled as in scipy: 2 cos(pi k (2 n + 1) / 2 N).
_COSINES = 2 * np.cos(
    np.pi * np.arange(_LOWEST)[:, None] * (2 * np.arange(_SIDE) + 1) / (2 * _SIDE)
)
_ROUNDING = 1e-6
"""Two ways to sum a DCT of levels 0..255 differ by less than a thousandth of this. A value must
exceed the median by more: in imagehash, rounding decides such bits."""

_BITS = 1 << np.arange(63, -1, -1, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class PerceptualHashes:
    """Both hashes, most significant bit first, rows from top to bottom."""

    phash: int
    dhash: int
    flat: bool


def hash_gray(gray: Image.Image) -> PerceptualHashes:
    """Return the hashes of an upright picture of mode L."""
    deviation = float(np.asarray(gray).std(dtype=np.float64))
    return PerceptualHashes(_phash(gray), _dhash(gray), deviation < FLAT_DEVIATION)


def _phash(gray: Image.Image) -> int:
    shrunk = gray.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    pixels = np.asarray(shrunk, dtype=np.float64)
    lowest = _COSINES @ pixels @ _COSINES.T
    return _pack(lowest - np.median(lowest) > _ROUNDING)


def _dhash(gray: Image.Image) -> int:
    pixels = np.asarray(gray.resize((9, 8), Image.Resampling.LANCZOS))
    return _pack(pixels[:, 1:] > pixels[:, :-1])


def _pack(bits: npt.NDArray[np.bool_]) -> int:
    return int(_BITS[bits.ravel()].sum(dtype=np.uint64))
