"""Reading a whole list by pages, against the stand-in's pages without a socket."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.smugmug.client import Reply
from photo_assets.catalogs.smugmug.lists import read_whole
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets_tests.services.smugmug.paging import page_of
from photo_assets_tests.services.smugmug.settings import Settings


class Source:
    """A list that the stand-in pages, and what happens to it after each page."""

    def __init__(self, keys: list[str], settings: Settings) -> None:
        self.keys = keys
        self.settings = settings
        self.calls = 0
        self.after: list[Callable[[list[str]], object]] = []

    def fetch(self, start: int, count: int) -> Reply:
        self.calls += 1
        query = {"start": str(start), "count": str(count)}
        chosen, pages = page_of(self.keys, "/x", "images", query, self.settings)
        if self.after:
            self.after.pop(0)(self.keys)
        objects = [{"ImageKey": key} for key in chosen]
        numbers = (pages["Start"], pages["RequestedCount"], pages["Total"])
        return Reply(objects, {}, *numbers, "NextPage" in pages)

    def read(self, count: int) -> list[str]:
        whole = read_whole(self.fetch, "ImageKey", count, "album")
        return [one["ImageKey"] for one in whole.objects]


@given(
    size=st.integers(0, 40),
    count=st.integers(1, 15),
    clamp=st.integers(2, 15),
    total_off=st.integers(0, 60),
    names_no_next=st.booleans(),
    repeats=st.booleans(),
)
def test_every_entry_is_read_once_whatever_the_pages_say(
    size: int, count: int, clamp: int, total_off: int, names_no_next: bool, repeats: bool
) -> None:
    settings = Settings(
        total_off=total_off, first_page_names_no_next=names_no_next, repeats_last_page=repeats
    )
    settings.clamps["images"] = clamp
    source = Source([str(number) for number in range(size)], settings)
    assert source.read(count) == source.keys


@pytest.mark.parametrize("size", [1, 99, 100, 101, 199, 200, 201, 300, 1000])
def test_no_page_is_requested_without_need(size: int) -> None:
    source = Source([str(number) for number in range(size)], Settings())
    source.read(100)
    assert source.calls == -(-size // 100)


@pytest.mark.parametrize(
    "change",
    [
        lambda keys: keys.pop(0),
        lambda keys: keys.insert(0, "new"),
        lambda keys: keys.reverse(),
        lambda keys: (keys.pop(0), keys.append("new")),
        lambda keys: keys.pop(9),
    ],
)
def test_what_changes_between_two_pages_is_read_again(
    change: Callable[[list[str]], object],
) -> None:
    source = Source([str(number) for number in range(35)], Settings())
    source.after = [change]
    assert source.read(10) == source.keys


def test_an_entry_that_is_on_a_page_twice_is_read_once() -> None:
    source = Source(["a", "a", "b"], Settings())
    assert source.read(10) == ["a", "b"]


def test_two_entries_that_change_places_meanwhile_are_both_read() -> None:
    source = Source([str(number) for number in range(35)], Settings())

    def exchange(keys: list[str]) -> None:
        keys[2], keys[30] = keys[30], keys[2]

    source.after = [exchange]
    assert source.read(10) == source.keys


def test_a_list_that_keeps_changing_is_given_up() -> None:
    source = Source([str(number) for number in range(35)], Settings())
    source.after = [lambda keys: keys.insert(0, f"new {len(keys)}")] * 100
    with pytest.raises(CatalogUnavailableError, match="changed each time"):
        source.read(10)


def test_what_is_added_at_the_end_meanwhile_is_read_too() -> None:
    source = Source([str(number) for number in range(35)], Settings())
    source.after = [lambda keys: keys.append("new")]
    assert source.read(10)[-1] == "new"
