"""The perceptual hashes of one upright grey picture, bit for bit those of the imagehash library.

pHash after hackerfactor.com "Looks Like It" (DCT of 32 x 32, the 8 x 8 lowest frequencies against
their median), dHash after "Kind of Like That" (9 x 8, each pixel against its left neighbour); see
imagehash 4.3. What turns a file into a grey picture is in `decoders`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.fft import dct

FLAT_DEVIATION = 2.0
"""Standard deviation of the grey levels (0..255) below which a picture counts as flat. Black frames
of two sizes have one pHash (measured); such hashes must not make candidates."""

_BITS = 1 << np.arange(63, -1, -1, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class PerceptualHashes:
    """Both hashes, most significant bit first, rows from the top."""

    phash: int
    dhash: int
    flat: bool


def hash_grey(grey: Image.Image) -> PerceptualHashes:
    """Return the hashes of an upright picture of mode L."""
    deviation = float(np.asarray(grey).std(dtype=np.float64))
    return PerceptualHashes(_phash(grey), _dhash(grey), deviation < FLAT_DEVIATION)


def _phash(grey: Image.Image) -> int:
    pixels = np.asarray(grey.resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    lowest = dct(dct(pixels, axis=0), axis=1)[:8, :8]
    return _pack(lowest > np.median(lowest))


def _dhash(grey: Image.Image) -> int:
    pixels = np.asarray(grey.resize((9, 8), Image.Resampling.LANCZOS))
    return _pack(pixels[:, 1:] > pixels[:, :-1])


def _pack(bits: npt.NDArray[np.bool_]) -> int:
    return int(_BITS[bits.ravel()].sum(dtype=np.uint64))
