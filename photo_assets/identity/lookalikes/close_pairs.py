"""All pairs of 64-bit hashes within a Hamming distance, exactly, without comparing every pair.

For each choice of blocks (see `plan`) the hashes are rearranged so that the chosen blocks come
first, and sorted: hashes that agree in them are neighbors, and are compared by shifting the array
against itself. Rearranging bits does not change distances, so no index is needed; the few close
hashes are found again by their value. Each thread needs a few arrays of the size of the hashes;
results are yielded in portions.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from photo_assets.identity.lookalikes.arrangement import Arrangement
from photo_assets.identity.lookalikes.plan import HASH_BITS, Hashes, Plan, plan_search
from photo_assets.system.job_threads import in_parallel

_WINDOW = 16_384  # hashes that fit in a core's cache together with intermediate values
_FLUSH = 1 << 20  # pairs per portion
_SPARSE = 0.15  # below this share of a window, hashes are compared singly
_LAZY = 8  # steps after which the remaining hashes are selected again

Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ClosePairs:
    """Pairs as indices into the searched hashes, `first` < `second`, and their distances."""

    first: Indices
    second: Indices
    distance: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.first)


def close_pairs(
    hashes: Hashes, distance: int, threads: int = 2, plan: Plan | None = None
) -> Iterator[ClosePairs]:
    """Yield every pair of distinct hashes within `distance` bits once, in portions.

    `hashes` are sorted and unique. By default, the cheapest plan is used. The order of portions and
    of pairs in them is not fixed.
    """
    if distance < 1 or len(hashes) < 2:
        return
    plan = plan or plan_search(hashes, distance)
    search = _Search(hashes, plan, distance)
    yield from in_parallel(search.run, plan.choices(), threads)


class _Search:
    """One search; several threads may call `run` at once, since NumPy releases the GIL."""

    def __init__(self, hashes: Hashes, plan: Plan, distance: int) -> None:
        self._hashes = hashes
        self._plan = plan
        self._distance = np.uint8(distance)

    def run(self, chosen: tuple[int, ...]) -> Iterator[ClosePairs]:
        """Yield the pairs whose first agreeing blocks are exactly the chosen ones."""
        arrangement = Arrangement.of(self._plan, chosen)
        moved = arrangement.apply(self._hashes)
        moved.sort()
        own = _Ownership(self._plan, chosen, arrangement)
        firsts: list[Hashes] = []
        seconds: list[Hashes] = []
        waiting = 0
        for left, right in self._neighbours(moved, arrangement.kept_bits):
            mine = own.of(left ^ right)
            firsts.append(left[mine])
            seconds.append(right[mine])
            waiting += len(firsts[-1])
            if waiting > _FLUSH:
                yield self._portion(arrangement, firsts, seconds)
                firsts, seconds, waiting = [], [], 0
        if waiting:
            yield self._portion(arrangement, firsts, seconds)

    def _neighbours(self, moved: Hashes, bits: int) -> Iterator[tuple[Hashes, Hashes]]:
        """Yield all close hashes among those with the same first `bits`, and possibly others."""
        ends = _bucket_ends(moved, bits)
        # For each hash, how many follow it in its bucket: the number of useful shifts.
        following = np.repeat(ends, np.diff(ends, prepend=0)) - np.arange(1, len(moved) + 1)
        for start in range(0, len(moved), _WINDOW):
            part = following[start : start + _WINDOW]
            step = yield from self._slide(moved, start, part)
            yield from self._pick(moved[start:], part, step)

    def _slide(
        self, moved: Hashes, start: int, following: npt.NDArray[np.int64]
    ) -> Generator[tuple[Hashes, Hashes], None, int]:
        """Compare a window with its shifted copy while most of its hashes have a partner.

        Return the first step not taken.
        """
        size = len(following)
        reach = np.bincount(following)[::-1].cumsum()[::-1]  # step -> hashes that have a partner
        steps = int(np.searchsorted(-reach, -_SPARSE * size))
        differing = np.empty(size, np.uint64)
        counts = np.empty(size, np.uint8)
        for step in range(1, steps):
            right = moved[start + step : start + step + size]
            left = moved[start : start + len(right)]
            np.bitwise_xor(left, right, out=differing[: len(right)])
            count = np.bitwise_count(differing[: len(right)], out=counts[: len(right)])
            if len(count) and count.min() <= self._distance:
                near = count <= self._distance
                yield left[near], right[near]
        return max(steps, 1)

    def _pick(
        self, window: Hashes, following: npt.NDArray[np.int64], step: int
    ) -> Iterator[tuple[Hashes, Hashes]]:
        """Continue from `step` with the few hashes of a window that are in large buckets."""
        places = np.flatnonzero(following >= step)
        while len(places):
            left, right = window[places], window[step:][places]
            count = np.bitwise_count(left ^ right)
            if count.min() <= self._distance:
                near = count <= self._distance
                yield left[near], right[near]
            step += 1
            # Reading beyond a bucket's end is harmless, reading beyond the array's end is not.
            if step % _LAZY == 0 or step + places[-1] >= len(window):
                places = places[following[places] >= step]

    def _portion(
        self, arrangement: Arrangement, firsts: list[Hashes], seconds: list[Hashes]
    ) -> ClosePairs:
        one = arrangement.undo(np.concatenate(firsts))
        other = arrangement.undo(np.concatenate(seconds))
        return ClosePairs(
            np.searchsorted(self._hashes, np.minimum(one, other)).astype(np.int32),
            np.searchsorted(self._hashes, np.maximum(one, other)).astype(np.int32),
            np.bitwise_count(one ^ other),
        )


class _Ownership:
    """Determines which close pairs a choice of blocks is the first to find, so each counts once."""

    def __init__(self, plan: Plan, chosen: tuple[int, ...], arrangement: Arrangement) -> None:
        self._agree = arrangement.apply(np.array([plan.mask(block) for block in chosen], np.uint64))
        earlier = [b for b in range(max(chosen, default=0)) if b not in chosen]
        self._differ = arrangement.apply(np.array([plan.mask(b) for b in earlier], np.uint64))

    def of(self, differences: Hashes) -> npt.NDArray[np.bool_]:
        """Return which of the pairs with these differing bits belong to this choice."""
        own = np.ones(len(differences), dtype=bool)
        for mask in self._agree:
            own &= differences & mask == 0
        for mask in self._differ:
            own &= differences & mask != 0
        return own


def _bucket_ends(moved: Hashes, bits: int) -> npt.NDArray[np.int64]:
    if bits == 0:
        return np.array([len(moved)])
    keys = moved >> np.uint64(HASH_BITS - bits)
    return np.append(np.flatnonzero(keys[1:] != keys[:-1]) + 1, len(moved))
