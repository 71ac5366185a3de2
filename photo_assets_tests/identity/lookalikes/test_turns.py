"""Hashes of mirrored and rotated pictures from the bits alone."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, ImageDraw

from photo_assets.identity.fingerprints.perceptual import hash_gray
from photo_assets.identity.lookalikes.turns import TURNS, Turn, turned, turned_pairs
from photo_assets_tests.identity.lookalikes.hashing import Hashes, clustered_hashes

TRANSPOSE = Image.Transpose
# Pillow rotates counterclockwise.
BY_PILLOW = {
    Turn.MIRRORED: TRANSPOSE.FLIP_LEFT_RIGHT,
    Turn.FLIPPED: TRANSPOSE.FLIP_TOP_BOTTOM,
    Turn.ROTATED_90: TRANSPOSE.ROTATE_270,
    Turn.ROTATED_180: TRANSPOSE.ROTATE_180,
    Turn.ROTATED_270: TRANSPOSE.ROTATE_90,
    Turn.TRANSPOSED: TRANSPOSE.TRANSPOSE,
    Turn.TRANSVERSED: TRANSPOSE.TRANSVERSE,
}


def picture(seed: int) -> Image.Image:
    """Draw a gray picture with large shapes and some texture, as photos have."""
    chance = random.Random(seed)
    image = Image.new("L", (300, 200), chance.randrange(256))
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        x, y, size = chance.randrange(300), chance.randrange(200), chance.randrange(5, 120)
        draw.ellipse((x, y, x + size, y + chance.randrange(5, 120)), fill=chance.randrange(256))
    return image


@pytest.mark.parametrize("turn", BY_PILLOW)
def test_the_derived_hash_differs_by_a_few_bits(turn: Turn) -> None:
    off = []
    for seed in range(60):
        plain = picture(seed)
        derived = int(turned(np.array([hash_gray(plain).phash], np.uint64), turn)[0])
        real = hash_gray(plain.transpose(BY_PILLOW[turn])).phash
        off.append((derived ^ real).bit_count())
    assert np.mean(off) < 4.5
    assert np.mean(np.array(off) <= 8) > 0.9


@given(hashes=clustered_hashes())
@settings(deadline=None, max_examples=30)
def test_the_inverse_turn_restores_the_hash(hashes: Hashes) -> None:
    for turn in Turn:
        assert (turned(turned(hashes, turn), turn.inverse) == hashes).all()


def test_only_rotations_by_a_quarter_are_not_their_own_inverse() -> None:
    assert {turn for turn in Turn if turn.inverse != turn} == {Turn.ROTATED_90, Turn.ROTATED_270}
    assert set(TURNS) == set(Turn) - {Turn.NONE, Turn.ROTATED_270}


@given(hashes=clustered_hashes(60))
@settings(deadline=None, max_examples=40)
def test_turned_pairs_match_brute_force(hashes: Hashes) -> None:
    # Half of them get a mirrored or rotated copy two bits away.
    fellows = turned(hashes[::2], Turn.ROTATED_90) ^ np.uint64(0b101)
    hashes = np.unique(np.concatenate([hashes, fellows, turned(hashes[1::2], Turn.MIRRORED)]))
    for turn in TURNS:
        changed = turned(hashes, turn)
        expected = {
            (i, int(j))
            for i in range(len(hashes))
            for j in np.flatnonzero(np.bitwise_count(hashes ^ changed[i]) <= 4)
            if (i < j if turn.inverse == turn else i != j)
        }
        found = [
            pair
            for first, second, bits in turned_pairs(hashes, turn, 4)
            for pair in zip(first.tolist(), second.tolist(), strict=True)
            if (bits <= 4).all()
        ]
        assert len(found) == len(set(found))
        assert set(found) == expected
