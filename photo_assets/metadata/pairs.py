"""Comparing the statements of one photo in pairs, where agreement is not equality.

Agreement within a tolerance is not transitive, so a fact disagrees if any two statements do: the
result does not depend on their order.
"""

from collections.abc import Callable

import numpy as np

from photo_assets.metadata.statements import Bools, Ints

Agree = Callable[[Ints, Ints], Bools]
"""Whether row a[k] agrees with row b[k], for all k."""

_SMALL = 64  # larger groups are compared one row at a time to bound memory


def disagreeing_photos(photos: Ints, rows: Ints, codes: Ints, agree: Agree) -> Ints:
    """Return the photos for which any two of `rows` disagree, ascending.

    `photos` and `codes` belong to `rows`; rows of a photo with equal codes are compared once.
    """
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((rows, codes, photos))
    photos, rows, codes = photos[order], rows[order], codes[order]
    fresh = np.ones(len(rows), dtype=np.bool_)
    fresh[1:] = (photos[1:] != photos[:-1]) | (codes[1:] != codes[:-1])
    photos, rows = photos[fresh], rows[fresh]
    starts = np.flatnonzero(np.diff(photos, prepend=-1))
    sizes = np.diff(starts, append=len(photos))
    small = _small_groups(photos, rows, starts, sizes, agree)
    large = [
        photos[start]
        for start, size in zip(starts, sizes, strict=True)
        if size > _SMALL and _any_disagree(rows[start : start + size], agree)
    ]
    return np.union1d(small, np.asarray(large, dtype=np.int64))


def _small_groups(photos: Ints, rows: Ints, starts: Ints, sizes: Ints, agree: Agree) -> Ints:
    """Compare each row with the k-th after it in its group, for k = 1, 2 and so on."""
    size_of = np.repeat(sizes, sizes)
    end_of = np.repeat(starts + sizes, sizes)
    index = np.arange(len(rows))
    found: list[Ints] = []
    for distance in range(1, min(int(sizes.max()), _SMALL)):
        left = index[(size_of <= _SMALL) & (index + distance < end_of)]
        if not len(left):
            break
        differs = ~agree(rows[left], rows[left + distance])
        found.append(np.unique(photos[left[differs]]))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def _any_disagree(rows: Ints, agree: Agree) -> bool:
    for position in range(len(rows) - 1):
        others = rows[position + 1 :]
        if not agree(np.full(len(others), rows[position]), others).all():
            return True
    return False
