"""Random hashes with clusters, and the brute-force comparison used as the reference."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

Hashes = npt.NDArray[np.uint64]
Pair = tuple[int, int, int]


def brute_force(hashes: Hashes, distance: int) -> set[Pair]:
    """Return (i, j, distance), i < j, of all pairs within the distance."""
    found = set()
    for i in range(len(hashes)):
        bits = np.bitwise_count(hashes[i + 1 :] ^ hashes[i])
        near = np.flatnonzero(bits <= distance)
        found |= {(i, i + 1 + int(n), int(bits[n])) for n in near}
    return found


@st.composite
def clustered_hashes(draw: st.DrawFn, most: int = 120) -> Hashes:
    """Draw sorted distinct hashes: random ones, ones that differ by a few bits, and dense bits."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(0, most))
    varying = draw(st.sampled_from([64, 64, 40, 16, 9]))  # few varying bits: everything is close
    hashes = rng.integers(0, 1 << varying, count, dtype=np.uint64, endpoint=False)
    if varying < 64:
        hashes <<= np.uint64(draw(st.integers(0, 64 - varying)))
    for _ in range(draw(st.integers(0, 3))):
        near = hashes.copy()
        for _ in range(draw(st.integers(1, 9))):
            near ^= np.uint64(1) << rng.integers(0, 64, len(near), dtype=np.uint64)
        hashes = np.concatenate([hashes, near[: most // 2]])
    return np.unique(hashes)
