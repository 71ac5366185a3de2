"""Mirrored and rotated pictures: deriving their pHash from the 64 bits of the original's.

A pHash records, for the 8 x 8 lowest frequencies of a 32 x 32 picture, whether the DCT coefficient
is above their median. Mirroring a picture changes the sign of its odd frequencies, and a rotation
by 90 degrees also exchanges rows and columns. The median of the coefficients is close to zero, so a
changed sign flips a bit, except for coefficients between zero and the median: the derived hash is
wrong in a few bits, which `LookalikeOptions` quantifies.
"""

from collections.abc import Iterator
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from photo_assets.identity.lookalikes.close_pairs import Indices, close_pairs
from photo_assets.identity.lookalikes.plan import Hashes


class Turn(StrEnum):
    """The transformation from the first picture to the second; rotations are clockwise."""

    NONE = "none"
    MIRRORED = "mirrored"
    FLIPPED = "flipped"
    ROTATED_180 = "rotated_180"
    ROTATED_90 = "rotated_90"
    ROTATED_270 = "rotated_270"
    TRANSPOSED = "transposed"
    TRANSVERSED = "transversed"

    @property
    def inverse(self) -> "Turn":
        """The inverse transformation."""
        return _INVERSE.get(self, self)

    @property
    def swaps_axes(self) -> bool:
        """Whether width and height are exchanged."""
        return self in _SWAPPING


_INVERSE = {Turn.ROTATED_90: Turn.ROTATED_270, Turn.ROTATED_270: Turn.ROTATED_90}
_SWAPPING = frozenset({Turn.ROTATED_90, Turn.ROTATED_270, Turn.TRANSPOSED, Turn.TRANSVERSED})

_ODD_COLUMNS = np.uint64(0x5555555555555555)
_ODD_ROWS = np.uint64(0x00FF00FF00FF00FF)
# After rows and columns were exchanged, if they are.
_SIGNS = {
    Turn.NONE: np.uint64(0),
    Turn.MIRRORED: _ODD_COLUMNS,
    Turn.FLIPPED: _ODD_ROWS,
    Turn.ROTATED_180: _ODD_COLUMNS ^ _ODD_ROWS,
    Turn.TRANSPOSED: np.uint64(0),
    Turn.ROTATED_90: _ODD_COLUMNS,
    Turn.ROTATED_270: _ODD_ROWS,
    Turn.TRANSVERSED: _ODD_COLUMNS ^ _ODD_ROWS,
}
# Exchanging blocks of 1, 2 and 4 across the diagonal (Warren, Hacker's Delight, section 7-3).
_EXCHANGES = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))

TURNS = (
    Turn.MIRRORED,
    Turn.FLIPPED,
    Turn.ROTATED_180,
    Turn.ROTATED_90,
    Turn.TRANSPOSED,
    Turn.TRANSVERSED,
)
"""The turns to search for; a rotation by 270 degrees is one by 90 of the other picture."""


def turned(hashes: Hashes, turn: Turn) -> Hashes:
    """Return the hashes of the turned pictures, correct up to a few bits."""
    out = hashes.copy()
    if turn.swaps_axes:
        for shift, mask in _EXCHANGES:
            moved = (out ^ (out >> np.uint64(shift))) & np.uint64(mask)
            out ^= moved ^ (moved << np.uint64(shift))
    return out ^ _SIGNS[turn]


def turned_pairs(
    hashes: Hashes, turn: Turn, distance: int, threads: int = 2
) -> Iterator[tuple[Indices, Indices, npt.NDArray[np.uint8]]]:
    """Yield (i, j, distance): hash i turned is within `distance` of hash j, in portions.

    `hashes` are sorted and unique. For turns that are their own inverse, i < j; a hash close to
    itself turned is not returned.
    """
    changed = turned(hashes, turn)
    union = np.union1d(hashes, changed)
    plain = _places(union, hashes)
    moved = _places(union, changed)
    both = np.arange(len(union), dtype=np.int32)
    candidates = [(both, both)]
    for found in close_pairs(union, distance, threads):
        candidates += [(found.first, found.second), (found.second, found.first)]
        yield from _named(hashes, changed, plain, moved, candidates, turn)
        candidates = []
    yield from _named(hashes, changed, plain, moved, candidates, turn)


def _places(union: Hashes, hashes: Hashes) -> Indices:
    """Return for each hash of the union its index in `hashes`, or -1."""
    places = np.full(len(union), -1, np.int32)
    places[np.searchsorted(union, hashes)] = np.arange(len(hashes), dtype=np.int32)
    return places


def _named(
    hashes: Hashes,
    changed: Hashes,
    plain: Indices,
    moved: Indices,
    candidates: list[tuple[Indices, Indices]],
    turn: Turn,
) -> Iterator[tuple[Indices, Indices, npt.NDArray[np.uint8]]]:
    for one, other in candidates:
        i, j = moved[one], plain[other]
        wanted = (i >= 0) & (j >= 0) & ((i < j) if turn.inverse == turn else (i != j))
        i, j = i[wanted], j[wanted]
        if len(i):
            yield i, j, np.bitwise_count(changed[i] ^ hashes[j])
