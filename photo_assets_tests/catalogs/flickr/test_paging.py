"""Numbered pages of a list that changes while it is read, and the position among updates."""

from collections.abc import Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from photo_assets.catalogs.flickr.paging import Found, in_order
from photo_assets.catalogs.flickr.position import Position, position_of
from photo_assets.catalogs.flickr.replies import Listed

_SIZE = 5


class List:
    """Entries, the newest first; `before` is called before each read."""

    def __init__(self, count: int, before: Callable[["List"], None] = lambda _list: None) -> None:
        self.ids = [str(number) for number in range(count, 0, -1)]
        self.reads: list[int] = []
        self._before = before

    def read(self, page: int) -> Listed:
        self._before(self)
        self.reads.append(page)
        shown = self.ids[(page - 1) * _SIZE : page * _SIZE]
        pages = -(-len(self.ids) // _SIZE)
        return Listed([{"id": one} for one in shown], page, pages, len(self.ids))


def _ids(found: list[Found]) -> list[str]:
    return [entry["id"] for one in found for entry in one.entries]


def test_a_list_that_stays_is_read_once() -> None:
    for count, pages in ((0, 1), (4, 1), (5, 1), (6, 2), (10, 2), (23, 5)):
        quiet = List(count)
        found = list(in_order(quiet.read, _SIZE))
        assert _ids(found) == quiet.ids
        assert quiet.reads == list(range(1, pages + 1))
        assert all(one.joined for one in found)


def test_a_listing_continues_where_it_was_interrupted() -> None:
    quiet = List(23)
    first = next(in_order(quiet.read, _SIZE))
    rest = list(in_order(quiet.read, _SIZE, first.next))
    assert _ids([first, *rest]) == quiet.ids
    assert quiet.reads == [1, 2, 3, 4, 5]


def test_what_was_removed_during_the_interruption_hides_nothing() -> None:
    changing = List(23)
    first = next(in_order(changing.read, _SIZE))
    del changing.ids[:3]
    rest = list(in_order(changing.read, _SIZE, first.next))
    assert set(_ids(rest)) >= {str(number) for number in range(1, 19)}
    assert changing.reads[:4] == [1, 2, 1, 2]


def test_a_last_page_that_comes_again_ends_the_list_and_is_told() -> None:
    def read(page: int) -> Listed:
        return Listed([{"id": str(min(page, 3))}], page, 9, 9)

    found = list(in_order(read, 1))
    assert _ids(found) == ["1", "2", "3", "3"]
    assert [one.joined for one in found] == [True, True, True, False]
    assert found[-1].next is None


@settings(max_examples=300)
@example(3, [(3, []), (0, [0]), (1, []), (0, [0])])
@example(5, [(3, []), (3, []), (0, [0, 0]), (0, [0, 0, 0, 0])])
@given(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 60)))))
def test_whatever_is_there_all_the_time_is_found(
    count: int, happening: list[tuple[int, list[int]]]
) -> None:
    """`happening`: before each read, how many entries are added, and which are removed."""
    steps = iter(happening)
    number = iter(range(1000, 9999))

    def change(of: List) -> None:
        added, removed = next(steps, (0, []))
        for place in removed:
            if place < len(of.ids):
                del of.ids[place]
        of.ids[:0] = [str(next(number)) for _ in range(added)]

    changing = List(count, change)
    at_first = set(changing.ids)
    found = list(in_order(changing.read, _SIZE))
    if all(one.joined for one in found):
        assert set(_ids(found)) >= at_first & set(changing.ids)


def _photo(photo_id: str, updated: Any) -> dict[str, Any]:
    return {"id": photo_id, "lastupdate": updated}


def test_a_position_names_what_was_seen_at_about_its_time() -> None:
    position = Position().after([_photo("1", "1000"), _photo("2", 990), _photo("3", "900")])
    assert (position.newest, position.since) == (1000, 940)
    assert position.seen == {"1": 1000, "2": 990}
    assert not position.is_new(_photo("1", 1000))
    assert position.is_new(_photo("1", 1001))
    assert position.is_new(_photo("4", "1000"))
    assert position.is_new(_photo("1", None))
    assert position_of(position.as_text()) == position


def test_a_position_never_goes_back() -> None:
    position = Position().after([_photo("1", "1000")]).after([_photo("2", "970")])
    assert (position.newest, position.seen) == (1000, {"1": 1000, "2": 970})
    assert position.after([]) == position
    assert Position().since == 1
