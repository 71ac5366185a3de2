import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.xmp.keywords import cut, cut_path
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets_tests.media.xmp.packets import bag, packet

Paths = list[tuple[str, ...]]


def paths(*elements: str) -> Paths:
    return [keyword.path for keyword in parse_xmp(packet(*elements)).keywords]


def acdsee(*path: str) -> str:
    """ACDSee's categories with the last of a path assigned."""
    opened = "".join(
        f'&lt;Category Assigned="{int(n == len(path))}">{name}' for n, name in enumerate(path, 1)
    )
    ended = "&lt;/Category>" * len(path)
    return f"<acdsee:categories>&lt;Categories>{opened}{ended}&lt;/Categories></acdsee:categories>"


PIPED = ("lr:hierarchicalSubject", "mediapro:CatalogSets")
SLASHED = ("digiKam:TagsList", "MicrosoftPhoto:LastKeywordXMP")


@pytest.mark.parametrize("piped", PIPED)
@pytest.mark.parametrize("slashed", SLASHED)
@pytest.mark.parametrize(
    ("with_pipes", "with_slashes", "path"),
    [
        ("P|Q", "P|Q", ("P|Q",)),  # digiKam's tag P|Q
        ("P|Q", "P/Q", ("P", "Q")),
        ("Places|P|Q", "Places/P|Q", ("Places", "P|Q")),
        ("Places|P|Q", "Places/P/Q", ("Places", "P", "Q")),
        ("AC/DC", "AC/DC", ("AC/DC",)),
        ("Music|AC/DC", "Music/AC/DC", ("Music", "AC/DC")),
        ("P | Q", "P | Q", ("P | Q",)),
        ("P | Q", "P / Q", ("P", "Q")),
    ],
)
def test_two_lists_say_where_a_keyword_is_cut(
    piped: str, slashed: str, with_pipes: str, with_slashes: str, path: tuple[str, ...]
) -> None:
    lists = bag(piped, with_pipes), bag(slashed, with_slashes)
    assert paths(*lists) == [path]
    assert paths(*lists, bag("dc:subject", path[-1])) == [path]
    assert paths(*lists, bag("dc:subject", with_pipes)) == [path]
    assert paths(*lists, bag("dc:subject", with_slashes)) == [path]


def test_what_digikam_writes_for_a_tag_with_a_pipe_is_one_keyword() -> None:
    assert paths(
        bag("digiKam:TagsList", "P|Q", kind="Seq"),
        bag("MicrosoftPhoto:LastKeywordXMP", "P|Q"),
        bag("lr:hierarchicalSubject", "P|Q"),
        bag("mediapro:CatalogSets", "P|Q"),
        acdsee("P|Q"),
        bag("dc:subject", "P|Q"),
    ) == [("P|Q",)]


@pytest.mark.parametrize("path", [("P|Q",), ("P", "Q"), ("A/B", "C|D"), ("AC/DC",)])
def test_acdsee_s_categories_state_each_name(path: tuple[str, ...]) -> None:
    assert paths(acdsee(*path)) == [path]
    assert paths(bag("lr:hierarchicalSubject", "|".join(path)), acdsee(*path)) == [path]


@pytest.mark.parametrize("written", ["P|Q", "P/Q", "P | Q"])
def test_a_path_in_the_flat_list_is_the_keyword_of_the_hierarchy(written: str) -> None:
    assert paths(bag("lr:hierarchicalSubject", "P|Q"), bag("dc:subject", written)) == [("P", "Q")]


def test_a_flat_word_with_a_separator_and_no_hierarchy_is_a_name() -> None:
    assert paths(bag("dc:subject", "P|Q", "A/B", "C")) == [("P|Q",), ("A/B",), ("C",)]
    assert paths(bag("digiKam:TagsList", "P|Q")) == [("P|Q",)]
    assert paths(bag("MicrosoftPhoto:LastKeywordXMP", "A/B"), bag("dc:subject", "A/B")) == [
        ("A/B",)
    ]


def test_acdsee_s_own_list_is_flat() -> None:
    assert paths(bag("dc:subject", "boat"), bag("acdsee:keywords", "boat", "lake")) == [
        ("boat",),
        ("lake",),
    ]


def test_two_tags_that_differ_in_the_separator_alone_are_two() -> None:
    found = paths(bag("lr:hierarchicalSubject", "P|Q"), bag("digiKam:TagsList", "P|Q", "P/Q"))
    assert sorted(found) == [("P", "Q"), ("P|Q",)]


def test_blanks_and_empty_names() -> None:
    assert paths(bag("lr:hierarchicalSubject", " A | | B |", "||", "|")) == [("A", "B")]


names = st.text(st.sampled_from("ab/| "), max_size=6).map(str.strip).filter(bool)


@given(st.lists(names, min_size=1, max_size=5))
def test_any_path_comes_back_from_two_lists(path: list[str]) -> None:
    piped, slashed = cut("|".join(path), "|"), cut("/".join(path), "/")
    assert piped.key == slashed.key == cut_path(tuple(path)).key
    assert piped.path(slashed) == slashed.path(piped) == tuple(path)
    assert piped.path(cut_path(tuple(path))) == tuple(path)


@given(st.text(st.sampled_from("ab/| "), max_size=40), st.sampled_from("|/"))
def test_any_text_is_cut_without_loss(text: str, separator: str) -> None:
    path = cut(text, separator).path(cut(text, separator))
    assert list(path) == [name.strip() for name in text.split(separator) if name.strip()]
