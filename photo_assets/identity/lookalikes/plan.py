"""Planning a search for close hashes: the blocks of bits, how many must agree, their masks.

Pigeonhole principle: two hashes that differ in at most k of 64 bits, cut into k + m blocks, agree
in at least m whole blocks. So it is enough to compare hashes that agree in some choice of m blocks.
More blocks mean smaller buckets and more choices; the cheapest number depends on the number of
hashes.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

HASH_BITS = 64
# Measured, ns: moving one hash into its bucket, and comparing two; only their ratio matters.
_SORT_NS = 95.0
_COMPARE_NS = 1.6
_MOST_KEPT = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """`bounds` are the block boundaries, bits from the top; `kept` of the blocks must agree."""

    bounds: tuple[int, ...]
    kept: int

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return len(self.bounds) - 1

    def choices(self) -> list[tuple[int, ...]]:
        """Return every choice of blocks, each in ascending order."""
        return list(combinations(range(self.blocks), self.kept))

    def mask(self, block: int) -> np.uint64:
        """Return the mask of one block."""
        start, end = self.bounds[block], self.bounds[block + 1]
        return np.uint64(((1 << (end - start)) - 1) << (HASH_BITS - end))


def plan_search(hashes: Hashes, distance: int) -> Plan:
    """Return the cheapest plan for finding pairs within `distance` among distinct `hashes`."""
    information = _information(hashes)
    plans = _plans(information, distance)
    return min(plans, key=lambda plan: _cost(plan, information, len(hashes)))


def possible_plans(hashes: Hashes, distance: int) -> list[Plan]:
    """Return every possible plan for such hashes; each finds the same pairs."""
    return _plans(_information(hashes), distance)


def _plans(information: npt.NDArray[np.float64], distance: int) -> list[Plan]:
    return [_cut(information, distance + kept, kept) for kept in range(_MOST_KEPT + 1)]


def _information(hashes: Hashes) -> npt.NDArray[np.float64]:
    """Return the information content of each bit, from the top, in bits.

    Bits that hardly vary (a picture's mean is always above its median) do not distinguish hashes:
    blocks get equal shares of the information, not of the bits.
    """
    share = np.array([_share_of_ones(hashes, bit) for bit in range(HASH_BITS)])
    return np.asarray(-np.log2(share**2 + (1 - share) ** 2), np.float64)


def _share_of_ones(hashes: Hashes, bit: int) -> float:
    sample = hashes[:: max(1, len(hashes) // 65_536)]
    if not len(sample):
        return 0.5
    return float((sample >> np.uint64(HASH_BITS - 1 - bit) & np.uint64(1)).mean())


def _cut(information: npt.NDArray[np.float64], blocks: int, kept: int) -> Plan:
    total = np.concatenate([[0.0], np.cumsum(information)])
    bounds = [0]
    for block in range(1, blocks):
        border = int(np.searchsorted(total, total[-1] * block / blocks))
        # Every block has at least one bit, whatever its information content.
        bounds.append(min(max(border, bounds[-1] + 1), HASH_BITS - (blocks - block)))
    return Plan((*bounds, HASH_BITS), kept)


def _cost(plan: Plan, information: npt.NDArray[np.float64], count: int) -> float:
    told = np.add.reduceat(information, plan.bounds[:-1])
    bucket = 2.0 ** -(float(told.mean()) * plan.kept)
    pairs = count * count / 2 * float(bucket)
    sorting = count * _SORT_NS if plan.kept else 0.0
    return comb(plan.blocks, plan.kept) * (sorting + pairs * _COMPARE_NS)
