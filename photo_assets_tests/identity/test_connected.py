"""Connected components compared with their definition, and in shapes that need many rounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.identity.connected import Numbers, connected

MANY = 100_000


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30),
)
def test_components_match_the_definition(pairs: list[tuple[int, int]]) -> None:
    first = np.array([pair[0] for pair in pairs], dtype=np.int32)
    second = np.array([pair[1] for pair in pairs], dtype=np.int32)
    found = connected(first, second, 20).tolist()
    wanted = list(range(20))
    for _ in range(20):  # the smallest number is passed along every edge
        for x, y in pairs:
            wanted[x] = wanted[y] = min(wanted[x], wanted[y])
    assert found == wanted


def in_order() -> Numbers:
    return np.arange(MANY, dtype=np.int32)


def shuffled() -> Numbers:
    return np.random.default_rng(1).permutation(MANY).astype(np.int32)


def zigzag() -> Numbers:
    """Every second one is a smallest of its neighbors."""
    path = in_order()
    path[0::2], path[1::2] = in_order()[: MANY // 2], in_order()[MANY // 2 :]
    return path


@pytest.mark.parametrize("path", [in_order(), in_order()[::-1], shuffled(), zigzag()])
def test_a_long_path_is_one_component(path: Numbers) -> None:
    assert not connected(path[:-1], path[1:], MANY).any()


def test_a_star_around_the_last_is_one_component() -> None:
    assert not connected(np.full(MANY - 1, MANY - 1, np.int32), in_order()[:-1], MANY).any()


def test_without_edges_each_node_is_alone() -> None:
    none = np.empty(0, np.int32)
    assert connected(none, none, 3).tolist() == [0, 1, 2]
    assert connected(none, none, 0).tolist() == []
