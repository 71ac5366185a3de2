"""Groups are stars: no photo is grouped with a photo that it does not look like."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.identity.lookalikes.stars import Stars, build_stars

PAIRS = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda p: p[0] < p[1]))


def stars(pairs: list[tuple[int, int]]) -> Stars:
    numbers = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return build_stars(numbers[:, 0], numbers[:, 1])


def members(found: Stars, pairs: list[tuple[int, int]], group: int) -> set[int]:
    return {found.centres[group], *(photo for n in found.spokes[group] for photo in pairs[n])}


def test_a_chain_is_not_one_group() -> None:
    """a~b, b~c, c~d, d~e: the ends are never grouped; each group is a photo and its neighbors."""
    pairs = [(0, 1), (1, 2), (2, 3), (3, 4)]
    found = stars(pairs)
    groups = [members(found, pairs, n) for n in range(len(found.centres))]
    assert groups == [{0, 1, 2}, {2, 3, 4}]
    assert found.centres == [1, 3]


def test_photos_that_all_look_alike_are_one_group() -> None:
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 6)]
    found = stars(pairs)
    assert found.centres == [0]
    assert set(found.group_of.tolist()) == {0}


@given(PAIRS)
def test_every_pair_has_a_group_and_every_member_looks_like_the_center(
    wanted: set[tuple[int, int]],
) -> None:
    pairs = sorted(wanted)
    found = stars(pairs)
    for number, pair in enumerate(pairs):
        assert set(pair) <= members(found, pairs, int(found.group_of[number]))
    for group, centre in enumerate(found.centres):
        for photo in members(found, pairs, group) - {centre}:
            assert (min(centre, photo), max(centre, photo)) in wanted
        assert group in found.group_of


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_has_no_effect(wanted: set[tuple[int, int]], chance: object) -> None:
    pairs = sorted(wanted)
    shuffled = list(pairs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = stars(pairs), stars(shuffled)
    assert one.centres == other.centres
    assert [members(one, pairs, n) for n in range(len(one.centres))] == [
        members(other, shuffled, n) for n in range(len(other.centres))
    ]
