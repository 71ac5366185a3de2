"""The fast search finds exactly the pairs of a brute-force comparison, with every plan."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.identity.lookalikes import close_pairs as module
from photo_assets.identity.lookalikes.arrangement import Arrangement
from photo_assets.identity.lookalikes.close_pairs import ClosePairs, close_pairs
from photo_assets.identity.lookalikes.plan import Plan, possible_plans
from photo_assets.system.job_threads import in_parallel
from photo_assets_tests.identity.lookalikes.hashing import (
    Hashes,
    Pair,
    brute_force,
    clustered_hashes,
)
from photo_assets_tests.repetition import combinations


def as_list(portions: Iterator[ClosePairs]) -> list[Pair]:
    return [
        pair
        for part in portions
        for pair in zip(
            part.first.tolist(), part.second.tolist(), part.distance.tolist(), strict=True
        )
    ]


@given(hashes=clustered_hashes(), distance=st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_the_pairs_match_brute_force(hashes: Hashes, distance: int) -> None:
    found = as_list(close_pairs(hashes, distance))
    assert len(found) == len(set(found))
    assert set(found) == {pair for pair in brute_force(hashes, distance) if distance}


@given(hashes=clustered_hashes(60), distance=st.integers(1, 8), kept=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_every_plan_finds_the_same_pairs(hashes: Hashes, distance: int, kept: int) -> None:
    plan = possible_plans(hashes, distance)[kept]
    assert plan.kept == kept
    found = as_list(close_pairs(hashes, distance, plan=plan))
    assert len(found) == len(set(found))
    assert set(found) == brute_force(hashes, distance)


@pytest.mark.parametrize(
    ("window", "sparse"),
    combinations((1, 7, 64), (0.0, 0.15, 2.0), everyday=[(1, 0.15), (7, 0.0), (64, 2.0), (7, 2.0)]),
)
def test_window_sizes_and_comparison_methods_have_no_effect(
    monkeypatch: pytest.MonkeyPatch, window: int, sparse: float
) -> None:
    """Shifting a whole window and comparing single hashes of it must find the same pairs."""
    monkeypatch.setattr(module, "_WINDOW", window)
    monkeypatch.setattr(module, "_SPARSE", sparse)
    monkeypatch.setattr(module, "_FLUSH", 5)
    rng = np.random.default_rng(window)
    hashes = np.unique(rng.integers(0, 1 << 11, 300, dtype=np.uint64) << np.uint64(30))
    for plan in possible_plans(hashes, 4)[:3]:
        found = as_list(close_pairs(hashes, 4, plan=plan))
        assert len(found) == len(set(found))
        assert set(found) == brute_force(hashes, 4)


def test_blocks_cover_every_bit_once() -> None:
    constant_top = np.arange(1000, dtype=np.uint64) | np.uint64(1 << 63)
    for distance in range(1, 9):
        for plan in possible_plans(constant_top, distance):
            masks = [int(plan.mask(block)) for block in range(plan.blocks)]
            assert sum(masks) == 2**64 - 1
            assert all(masks)
            assert plan.blocks == distance + plan.kept


@given(hashes=clustered_hashes(40), chosen=st.sets(st.integers(0, 7), max_size=8))
@settings(deadline=None)
def test_rearranging_is_reversible_and_keeps_distances(hashes: Hashes, chosen: set[int]) -> None:
    plan = Plan(tuple(range(0, 65, 8)), len(chosen))
    arrangement = Arrangement.of(plan, tuple(sorted(chosen)))
    moved = arrangement.apply(hashes)
    assert (arrangement.undo(moved) == hashes).all()
    assert (
        np.bitwise_count(moved[1:] ^ moved[:-1]) == np.bitwise_count(hashes[1:] ^ hashes[:-1])
    ).all()


def test_an_exception_in_a_thread_reaches_the_caller() -> None:
    def work(number: int) -> Iterator[int]:
        yield number
        if number == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        list(in_parallel(work, range(100), 2))


def test_threads_end_when_the_caller_stops_reading() -> None:
    seen = []

    def work(number: int) -> Iterator[int]:
        for n in range(1000):
            seen.append(n)
            yield n

    taken = in_parallel(work, range(1000), 2)
    assert next(taken) == 0
    taken.close()  # type: ignore[attr-defined]
    assert len(seen) < 1000
