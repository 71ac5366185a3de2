"""Grouping photos for review: in stars, not in chains.

If a looks like b and b like c, a and c may not look alike; a chain of such steps connects any
sunset with any other. So a group is one photo, the center, with the photos that look like the
center. A pair belongs to the first group that contains both photos. The next center is always the
photo with the most ungrouped pairs, among equals the one with the smaller id, until every pair has
a group. So a photo may be in several groups.
"""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stars:
    """The group of each pair, and each group's center and the pairs that join photos to it."""

    group_of: Numbers
    centres: list[int]
    spokes: list[list[int]]


def build_stars(first: Numbers, second: Numbers) -> Stars:
    """Return the stars of pairs of photos, given as numbers in the order of their ids."""
    pairs = len(first)
    ends = np.concatenate([first, second])
    order = np.argsort(ends, kind="stable")
    photos, starts, degrees = np.unique(ends[order], return_index=True, return_counts=True)
    opposite = np.concatenate([second, first])[order].tolist()
    pair = (order % max(pairs, 1)).tolist()
    begin = dict(zip(photos.tolist(), starts.tolist(), strict=True))
    count = dict(zip(photos.tolist(), degrees.tolist(), strict=True))
    group_of = [-1] * pairs
    centres: list[int] = []
    spokes: list[list[int]] = []
    heap = [(-degree, photo) for photo, degree in count.items()]
    heapq.heapify(heap)
    without = dict(count)  # photo -> its ungrouped pairs
    while heap:
        degree, centre = heapq.heappop(heap)
        if -degree != without[centre]:
            if without[centre]:
                heapq.heappush(heap, (-without[centre], centre))
            continue
        edges = range(begin[centre], begin[centre] + count[centre])
        own = [edge for edge in edges if group_of[pair[edge]] < 0]
        members = {centre, *(opposite[edge] for edge in own)}
        for photo in members:
            for edge in range(begin[photo], begin[photo] + count[photo]):
                if opposite[edge] in members and group_of[pair[edge]] < 0:
                    group_of[pair[edge]] = len(centres)
                    without[photo] -= 1
                    without[opposite[edge]] -= 1
        centres.append(centre)
        spokes.append([pair[edge] for edge in own])
    return Stars(np.array(group_of, dtype=np.int64), centres, spokes)
