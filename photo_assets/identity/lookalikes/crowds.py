"""Hashes with so many equal or close photos that listing all pairs would be useless.

A hash is crowded if at least `crowd` photos, including its own, have hashes within the distance. A
pair of two crowded hashes is not listed; connected crowded hashes form one crowd. Every other pair
is listed, so there are at most `crowd` pairs per photo.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from photo_assets.identity.connected import connected
from photo_assets.identity.lookalikes.close_pairs import ClosePairs, Indices

_MOST_WAITING = 4_000_000  # pairs kept before the ones that will not be listed are discarded


@dataclass(frozen=True, slots=True)
class ListedPairs:
    """Pairs of hashes to list, and the crowd of each hash: the index of a hash in it, or -1."""

    first: Indices
    second: Indices
    distance: npt.NDArray[np.uint8]
    crowd: Indices


class CrowdSieve:
    """Receives all close pairs of hashes, discards those within crowds, and keeps the others.

    `photos` is the number of photos with each hash. Memory depends on the listed pairs, not on all
    pairs: once both hashes of a pair are known to be crowded, only their connection is kept.
    """

    def __init__(self, photos: npt.NDArray[np.int64], crowd: int) -> None:
        self._photos = photos
        self._near = photos.astype(np.int64)  # photos in the neighborhood, from the pairs so far
        self._crowd = crowd
        self._kept: list[ClosePairs] = []
        self._waiting = 0
        self._most_waiting = _MOST_WAITING
        self._root = np.arange(len(photos), dtype=np.int32)

    def add(self, pairs: ClosePairs) -> None:
        """Add some pairs; each is added once."""
        size = len(self._photos)
        self._near += np.bincount(pairs.first, self._photos[pairs.second], minlength=size).astype(
            np.int64
        )
        self._near += np.bincount(pairs.second, self._photos[pairs.first], minlength=size).astype(
            np.int64
        )
        self._kept.append(pairs)
        self._waiting += len(pairs)
        if self._waiting > self._most_waiting:
            self._discard_crowded()
            self._most_waiting = max(_MOST_WAITING, 2 * self._waiting)

    def finish(self) -> ListedPairs:
        """Return the pairs to list and the crowds after all pairs were added."""
        self._discard_crowded()
        (kept,) = self._kept
        crowd = np.where(self._near >= self._crowd, self._root, -1).astype(np.int32)
        return ListedPairs(kept.first, kept.second, kept.distance, crowd)

    def _discard_crowded(self) -> None:
        none = np.empty(0, np.int32)
        parts = [*self._kept, ClosePairs(none, none, np.empty(0, np.uint8))]
        first = np.concatenate([part.first for part in parts])
        second = np.concatenate([part.second for part in parts])
        distance = np.concatenate([part.distance for part in parts])
        crowded = self._near >= self._crowd
        within = crowded[first] & crowded[second]
        if within.any():
            self._connect(first[within], second[within])
        listed = ~within
        self._kept = [ClosePairs(first[listed], second[listed], distance[listed])]
        self._waiting = int(listed.sum())

    def _connect(self, first: Indices, second: Indices) -> None:
        # Each hash is already joined with its representative; the first hash represents all.
        every = np.arange(len(self._root), dtype=np.int32)
        self._root = connected(
            np.concatenate([first, every]), np.concatenate([second, self._root]), len(every)
        )
