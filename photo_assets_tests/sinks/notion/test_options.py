"""Names become options or text, and every name is in at least one of them."""

from hypothesis import given
from hypothesis import strategies as st

from photo_assets.sinks.notion.limits import OPTION_UNITS, OPTIONS
from photo_assets.sinks.notion.options import (
    COMMA,
    LEVEL,
    Vocabulary,
    assign_names,
    choose,
    option_name,
)
from photo_assets.sinks.notion.text import clean_line, utf16_units

WORDS = st.text(
    alphabet=st.one_of(st.sampled_from("aAbBéß,/ \n\x00\x1f😀"), st.characters()), max_size=130
)
PATHS = st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=150)


def said(options: tuple[str, ...], more: tuple[str, ...], path: list[str]) -> bool:
    """Say whether a path can be read off what is shown, letter by letter."""
    levels = [level for level in map(clean_line, path) if level]
    if not levels:
        return True
    whole = LEVEL.join(levels)
    return whole in more or (len(levels) == 1 and whole in options)


@given(PATHS, st.integers(1, 200))
def test_every_name_is_shown_in_full_and_every_option_is_allowed(
    paths: list[list[str]], most: int
) -> None:
    counts = {path[-1]: number % 5 + 1 for number, path in enumerate(paths)}
    assigned = assign_names(paths, choose(counts, (), most))
    assert all(said(assigned.options, assigned.more, path) for path in paths)
    assert len(assigned.options) <= OPTIONS
    assert len(set(map(str.casefold, assigned.options))) == len(assigned.options)
    for option in assigned.options:
        assert option
        assert "," not in option
        assert utf16_units(option) <= OPTION_UNITS
        option.encode()
    for line in assigned.more:
        assert "\n" not in line
        line.encode()


@given(st.dictionaries(WORDS, st.integers(1, 50)), st.lists(WORDS, max_size=20), st.integers(1, 40))
def test_repeating_a_choice_with_its_result_gives_the_same(
    counts: dict[str, int], before: list[str], most: int
) -> None:
    existing = {name for name in map(option_name, before) if name}
    first = choose(counts, existing, most)
    used = {option for name in counts if (option := first.option(name))}
    again = choose(counts, existing | used, most)
    assert {name: first.option(name) for name in counts} == {
        name: again.option(name) for name in counts
    }


@given(
    st.dictionaries(WORDS, st.integers(1, 50), min_size=1),
    st.dictionaries(WORDS, st.integers(1, 50)),
    st.integers(1, 30),
)
def test_an_option_stays_one_whatever_is_used_more_later(
    counts: dict[str, int], later: dict[str, int], most: int
) -> None:
    first = choose(counts, (), most)
    used = {option for name in counts if (option := first.option(name))}
    then = choose({**counts, **later}, used, most)
    assert all(then.option(name) == first.option(name) for name in counts if first.option(name))


@given(st.dictionaries(WORDS, st.integers(1, 50)), st.integers(1, 30))
def test_no_more_options_than_allowed_and_the_same_whatever_the_order(
    counts: dict[str, int], most: int
) -> None:
    chosen = choose(counts, (), most)
    assert len(chosen.spelled) <= most
    assert chosen == choose(dict(reversed(counts.items())), (), most)


def test_the_most_used_are_chosen_and_of_two_spellings_the_more_used() -> None:
    counts = {"Berlin": 5, "berlin": 2, "rare": 1, "sea": 6, "fog": 3}
    chosen = choose(counts, (), 3)
    assert set(chosen.spelled.values()) == {"Berlin", "sea", "fog"}
    assert chosen.option("BERLIN") == "Berlin"
    assigned = assign_names([["berlin"], ["rare"]], chosen)
    assert assigned.options == ("Berlin",)
    assert assigned.more == ("berlin", "rare")
    assert assigned.without_option == 1


def test_long_names_leave_room_for_fewer() -> None:
    counts = {f"{number:03}" + "ü" * 90: 1 for number in range(100)}
    chosen = choose(counts, (), 100)
    assert 35 < len(chosen.spelled) < 45  # 260 bytes each, of 100 times 100


def test_a_comma_is_replaced_by_a_similar_character() -> None:
    assert option_name("Smith, John") == f"Smith{COMMA} John"
    assigned = assign_names([["Smith, John"]], choose({"Smith, John": 1}, (), 9))
    assert assigned.options == (f"Smith{COMMA} John",)
    assert assigned.more == ("Smith, John",)


def test_a_name_of_a_hundred_units_is_an_option_and_one_more_is_text() -> None:
    fits, too_long = "x" * 98 + "😀", "x" * 99 + "😀"
    assert option_name(fits) == fits
    assert option_name(too_long) is None


def test_the_hundred_and_first_name_of_a_photo_is_text() -> None:
    names = [f"{number:03}" for number in range(120)]
    vocabulary = Vocabulary({name: name for name in names})
    assigned = assign_names([[name] for name in names], vocabulary)
    assert len(assigned.options) == OPTIONS
    assert assigned.more == tuple(names[100:])
    assert assigned.without_option == 20
