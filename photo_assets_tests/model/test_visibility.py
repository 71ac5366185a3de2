"""What the words of services stand for: every level, every word, and words that nobody knows."""

import itertools

import pytest

from photo_assets.model.visibility import (
    LEVELS,
    NOT_STATED,
    ServiceVisibility,
    StatedVisibility,
    exposure,
    level_of,
    most_open,
    most_restrictive,
)
from photo_assets.model.vocabulary import Visibility

WORDS = ServiceVisibility(levels={level.value: level for level in LEVELS}, always_states=True)


def test_the_order_of_levels_is_that_of_the_audit_and_unknown_is_both_ends() -> None:
    assert [level.value for level in LEVELS] == [
        "locked",
        "private",
        "friends",
        "unlisted",
        "public",
    ]
    assert sorted(Visibility, key=exposure) == [*LEVELS, Visibility.UNKNOWN]
    for some in itertools.product(Visibility, repeat=2):
        found = most_restrictive(some)
        assert found is (
            Visibility.UNKNOWN if Visibility.UNKNOWN in some else min(some, key=exposure)
        )
    assert most_restrictive(()) is None


@pytest.mark.parametrize("word", [None, "", "unknown", "Public", "secret"])
def test_a_word_that_is_no_level_is_unknown(word: str | None) -> None:
    assert level_of(word) is Visibility.UNKNOWN
    assert all(level_of(level.value) is level for level in LEVELS)


def test_of_words_that_all_apply_the_least_visible_decides() -> None:
    for some in itertools.product(LEVELS, repeat=3):
        assert WORDS.stated(*(one.value for one in some)).level is min(some, key=exposure)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("strange", ["Secret", None, 7])
def test_an_unknown_restriction_leaves_only_private_certain(
    level: Visibility, strange: object
) -> None:
    certain = exposure(level) <= exposure(Visibility.PRIVATE)
    found = WORDS.stated(level.value, strange)
    assert found.level is (level if certain else Visibility.UNKNOWN)
    text = NOT_STATED if strange is None else str(strange)
    assert found.words == f"{level.value}, {text}"
    assert WORDS.stated(strange).level is Visibility.UNKNOWN


def test_of_several_openings_the_most_visible_decides_and_unknown_is_below_public_only() -> None:
    for some in itertools.product(Visibility, repeat=3):
        found = most_open(StatedVisibility(one, one.value) for one in some)
        assert found is not None
        public = Visibility.PUBLIC in some
        assert found.level is (Visibility.PUBLIC if public else max(some, key=exposure))
        assert found.words == found.level.value
    assert most_open(()) is None


def test_what_a_service_says_is_kept_safe_to_store_and_short() -> None:
    found = WORDS.stated("\x00\ud800" + "x" * 1_000)
    assert len(found.words) == 100
    assert found.words.encode().decode() == found.words
    assert "\x00" not in found.words


@pytest.mark.parametrize("limit", LEVELS)
def test_the_nearest_level_that_a_service_has(limit: Visibility) -> None:
    assert WORDS.highest_within(limit) is limit
    flickr = ServiceVisibility(levels={"p": Visibility.PUBLIC, "x": Visibility.PRIVATE})
    expected = {Visibility.LOCKED: None, Visibility.PUBLIC: Visibility.PUBLIC}
    assert flickr.highest_within(limit) is expected.get(limit, Visibility.PRIVATE)
