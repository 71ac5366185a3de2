"""Recall and false pairs are counted against what was planted."""

from pathlib import Path

import pytest

from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.peers.near import hold_the_gate
from photo_assets_tests.bench.peers.truth import Truth
from photo_assets_tests.bench.planted import Kind, Planted

A, B = Path("/p/a.jpg"), Path("/p/b.jpg")
EXACT = Planted(Kind.EXACT, A, Path("/p/a-exact.jpg"))
SMALL = Planted(Kind.RESIZED, A, Path("/p/a-small.jpg"))
CUT = Planted(Kind.CROPPED, B, Path("/p/b-cut.jpg"))
PLANTED = [EXACT, SMALL, CUT]
TRUTH = Truth.of([A, B], PLANTED)


def test_two_copies_of_one_picture_are_no_mistake() -> None:
    score = TRUTH.score([[EXACT.copy, A, SMALL.copy]], PLANTED)
    assert (score.found, score.planted, score.false) == (2, 3, 0)
    assert score.recall == pytest.approx(2 / 3)


def test_every_pair_across_pictures_is_a_mistake_once() -> None:
    assert TRUTH.score([[A, B], [B, A], [A, B, CUT.copy]], PLANTED).false == 2


def test_a_file_that_is_not_in_the_corpus_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        TRUTH.score([[A, Path("/elsewhere.jpg")]], PLANTED)


def test_the_gate_wants_certain_pairs_and_not_the_cropped_ones() -> None:
    hold_the_gate([[A, EXACT.copy]], [[A, SMALL.copy]], TRUTH, PLANTED)
    with pytest.raises(GateError, match="1 of 2"):
        hold_the_gate([[A, EXACT.copy]], [], TRUTH, PLANTED)


def test_a_false_merge_fails_the_gate_and_a_false_candidate_does_not() -> None:
    found = [[A, EXACT.copy]]
    hold_the_gate(found, [[A, SMALL.copy], [A, B]], TRUTH, PLANTED)
    with pytest.raises(GateError, match="made one photo"):
        hold_the_gate([*found, [A, B]], [[A, SMALL.copy]], TRUTH, PLANTED)
