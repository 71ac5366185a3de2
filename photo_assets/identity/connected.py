"""Connected components of numbered nodes, used for items and for hashes."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]


def connected(first: Numbers, second: Numbers, count: int) -> Numbers:
    """Return for each number below `count` the smallest number it is connected to.

    `first` and `second` are the ends of the edges. In each round every root takes the smallest root
    that an edge leads to; then every number is pointed at its root. Only roots smaller than all
    their neighbors remain after a round, so there are few rounds.
    """
    root = np.arange(count, dtype=np.int32)
    while len(first):
        one, other = root[first], root[second]
        apart = one != other
        first, second = one[apart], other[apart]
        np.minimum.at(root, np.maximum(first, second), np.minimum(first, second))
        while not np.array_equal(above := root[root], root):
            root = above
    return root
