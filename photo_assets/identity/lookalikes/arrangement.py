"""Rearranging the bits of hashes so that chosen blocks come first, and undoing it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from photo_assets.identity.lookalikes.plan import HASH_BITS, Hashes, Plan


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Ranges of bits (start, end; counted from the top) in their new order.

    The first `kept_bits` bits are those of the chosen blocks.
    """

    stretches: tuple[tuple[int, int], ...]
    kept_bits: int

    @classmethod
    def of(cls, plan: Plan, chosen: tuple[int, ...]) -> "Arrangement":
        """Return the arrangement that moves the chosen blocks of a plan to the top."""
        kept = [(plan.bounds[block], plan.bounds[block + 1]) for block in chosen]
        borders = {0, HASH_BITS, *(border for stretch in kept for border in stretch)}
        rest = [stretch for stretch in pairwise(sorted(borders)) if stretch not in kept]
        return cls((*kept, *rest), sum(end - start for start, end in kept))

    def apply(self, hashes: Hashes) -> Hashes:
        """Return the hashes with their bits in the new order."""
        moves = []
        place = 0
        for start, end in self.stretches:
            moves.append((start, end - start, place))
            place += end - start
        return _move(hashes, moves)

    def undo(self, moved: Hashes) -> Hashes:
        """Return the original hashes of `apply`."""
        moves = []
        place = 0
        for start, end in self.stretches:
            moves.append((place, end - start, start))
            place += end - start
        return _move(moved, moves)


def _move(hashes: Hashes, moves: list[tuple[int, int, int]]) -> Hashes:
    """Return the hashes with the given ranges (from, bits, to) moved."""
    out = np.zeros_like(hashes)
    for start, bits, place in moves:
        # Shift up to drop higher bits, down to drop lower bits, then up to the target.
        piece = hashes << np.uint64(start)
        piece >>= np.uint64(HASH_BITS - bits)
        piece <<= np.uint64(HASH_BITS - bits - place)
        out |= piece
    return out
