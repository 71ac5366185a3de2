"""Crowds: the unlisted pairs are exactly those of crowded hashes, in any order of input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.identity.lookalikes import crowds as module
from photo_assets.identity.lookalikes.close_pairs import ClosePairs
from photo_assets.identity.lookalikes.crowds import CrowdSieve
from photo_assets_tests.identity.lookalikes.hashing import Hashes, brute_force, clustered_hashes


def components(size: int, links: set[tuple[int, int]]) -> list[int]:
    """Return for each number the smallest number it is connected to."""
    root = list(range(size))
    for _ in range(size):
        before = list(root)
        for a, b in links:
            root[a] = root[b] = min(root[a], root[b])
        if root == before:
            break
    return root


@pytest.mark.parametrize("waiting", [0, 5, 10**6])
@given(hashes=clustered_hashes(60), crowd=st.integers(2, 12), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_only_pairs_within_crowds_are_discarded(
    waiting: int, hashes: Hashes, crowd: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    photos = rng.integers(1, 4, len(hashes))
    pairs = sorted(brute_force(hashes, 6))
    near = photos.copy()
    for i, j, _ in pairs:
        near[i] += photos[j]
        near[j] += photos[i]
    crowded = near >= crowd
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_WAITING", waiting)
        sieve = CrowdSieve(photos, crowd)
        shuffled = [pairs[n] for n in rng.permutation(len(pairs))]
        for start in range(0, len(shuffled), 7):
            part = np.array(shuffled[start : start + 7])
            sieve.add(
                ClosePairs(
                    part[:, 0].astype(np.int32),
                    part[:, 1].astype(np.int32),
                    part[:, 2].astype(np.uint8),
                )
            )
        listed = sieve.finish()
    found = set(
        zip(listed.first.tolist(), listed.second.tolist(), listed.distance.tolist(), strict=True)
    )
    assert found == {p for p in pairs if not (crowded[p[0]] and crowded[p[1]])}
    root = components(len(hashes), {(i, j) for i, j, _ in pairs if crowded[i] and crowded[j]})
    assert listed.crowd.tolist() == [r if c else -1 for r, c in zip(root, crowded, strict=True)]


def test_memory_depends_on_listed_pairs_only() -> None:
    """3,000 hashes all close to each other are four million pairs; none of them is kept."""
    count = 3_000
    sieve = CrowdSieve(np.ones(count, np.int64), 50)
    for n in range(1, count):
        first = np.arange(count - n, dtype=np.int32)
        sieve.add(ClosePairs(first, first + np.int32(n), np.full(len(first), 2, np.uint8)))
        assert sieve._waiting <= module._MOST_WAITING + count
    listed = sieve.finish()
    assert len(listed.first) == 0
    assert set(listed.crowd.tolist()) == {0}
