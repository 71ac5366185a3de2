"""Connected components of numbered things, for items and for hashes. Nothing else is here."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]


def connected(first: Numbers, second: Numbers, count: int) -> Numbers:
    """Return for each of the numbers below `count` the smallest it is connected with.

    `first` and `second` are the ends of the edges. In each round every root takes the smallest
    root that an edge leads to; then every number is made to point at its root. A round leaves at
    most the roots that are smaller than all their neighbors, so there are few.
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
