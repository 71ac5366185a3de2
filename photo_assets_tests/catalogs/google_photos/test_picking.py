"""Picking: from the session to stored records, whatever interrupts it."""

import threading
from typing import Any

import pytest

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets_tests.catalogs.google_photos.account import KilledError, SignedIn
from photo_assets_tests.services.google_photos.app import RefusalError

STALE_TOKEN = RefusalError("INVALID_ARGUMENT", "The page token is invalid.")


def _add(photos: SignedIn, number: int) -> list[str]:
    return [photos.server.library.add_photo() for _ in range(number)]


def test_a_pick_waits_lists_stores_and_deletes_its_session(photos: SignedIn) -> None:
    ids = _add(photos, 250)
    photos.server.log.clear()
    picked = photos.pick(ids)
    assert (picked.items, picked.new, picked.notes) == (250, 250, ())
    assert photos.waits == [5.0]
    calls = photos.server.calls()
    # One session, one question before it was done, three pages of at most 100.
    assert calls == {
        "POST sessions": 1,
        "GET sessions": 1,
        "GET mediaItems": 3,
        "DELETE sessions": 1,
    }
    assert photos.server.library.sessions == {}
    assert photos.picks.pending() is None
    photos.read()
    assert list(photos.rows()) == ids


def test_picks_accumulate_and_an_item_picked_twice_is_one(photos: SignedIn) -> None:
    first, second = _add(photos, 3), _add(photos, 2)
    photos.pick(first)
    photos.server.library.items[first[0]]["mediaFile"]["filename"] = "renamed.jpg"
    again = photos.pick([first[0], *second])
    assert (again.items, again.new) == (3, 2)
    photos.read()
    rows = photos.rows()
    assert rows.keys() == {*first, *second}
    assert {row["availability"] for row in rows.values()} == {"online"}
    assert rows[first[0]]["file_name"] == "renamed.jpg", "the later statement stands"
    photos.read(full=True)
    assert photos.rows() == rows


def test_an_item_named_twice_in_one_session_is_one(photos: SignedIn) -> None:
    one, other = _add(photos, 2)
    assert photos.pick([one, other, one]).items == 2


def test_nothing_picked_stores_nothing_and_deletes_the_session(photos: SignedIn) -> None:
    assert photos.pick([]).items == 0
    assert photos.files() == []
    assert photos.server.library.sessions == {}
    assert photos.picks.pending() is None


def test_the_interval_is_googles_within_bounds(photos: SignedIn) -> None:
    library = photos.server.library
    ids = _add(photos, 1)
    for stated, waited in (("3.5s", 3.5), ("0.01s", 1.0), ("7200s", 60.0), ("soon", 5.0)):
        library.interval = stated
        photos.waits.clear()
        photos.pick(ids)
        assert photos.waits == [waited]


def test_waiting_ends_when_google_says_so_and_the_session_is_kept(photos: SignedIn) -> None:
    library = photos.server.library

    def close(_seconds: float) -> None:
        library.left = "0s"

    with pytest.raises(CatalogUnavailableError, match="not finished in time") as overdue:
        photos.pick(None, waiting=close)
    assert "photosync pick google_photos test" in str(overdue.value.hint)
    (kept,) = library.sessions.values()
    kept.picked = ids = _add(photos, 2)  # after all
    assert photos.pick(None).items == 2
    photos.read()
    assert list(photos.rows()) == ids


def test_waiting_ends_although_the_time_left_never_shrinks(photos: SignedIn) -> None:
    photos.server.library.left = "20s"
    with pytest.raises(CatalogUnavailableError, match="not finished in time"):
        photos.pick(None)
    assert photos.waits == [5.0] * 4


def test_a_session_that_google_gave_up_is_replaced(photos: SignedIn) -> None:
    library = photos.server.library
    library.left = "0s"
    with pytest.raises(CatalogUnavailableError):
        photos.pick(None)
    with photos.picker().session() as picking:
        assert "expired before anything was picked" in picking.notes[0]
    assert len(library.sessions) == 1, "the old one was deleted"
    assert library.created == 2


def test_an_interrupted_wait_is_continued_in_the_same_session(photos: SignedIn) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        photos.pick(None, waiting=interrupt)
    session = photos.server.library.session
    with photos.picker().session() as picking:
        assert "is continued" in picking.notes[0]
        assert picking.address is not None
        assert picking.address.endswith(session.id)
    ids = _add(photos, 3)
    assert photos.pick(ids).items == 3
    assert photos.server.library.created == 1


def test_a_session_that_is_done_shows_no_page(photos: SignedIn) -> None:
    with photos.picker().session() as picking:
        assert picking.address is not None
    photos.server.library.pick(_add(photos, 1))
    with photos.picker().session() as picking:
        assert picking.address is None
        assert picking.collect(lambda _s: None, lambda _n: None).items == 1


def test_an_interrupted_listing_continues_where_it_stopped(photos: SignedIn) -> None:
    ids = _add(photos, 450)

    def kill(number: int) -> None:
        if number == 300:
            raise KilledError

    with pytest.raises(KilledError):
        photos.pick(ids, listed=kill)
    photos.server.log.clear()
    assert photos.pick(None).items == 450
    assert photos.server.calls()["GET mediaItems"] == 2, "pages 4 and 5"


def test_a_place_that_google_no_longer_accepts_begins_the_listing_anew(photos: SignedIn) -> None:
    ids = _add(photos, 250)

    def kill(_number: int) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        photos.pick(ids, listed=kill)
    photos.server.log.clear()
    with photos.picker().session() as picking:
        photos.server.refuse(STALE_TOKEN)
        assert picking.collect(lambda _s: None, lambda _n: None).items == 250
    assert photos.server.calls()["GET mediaItems"] == 1 + 3


@pytest.mark.parametrize("point", ["keep", "delete", "end"])
def test_killed_between_two_steps_the_next_pick_ends_the_session(
    photos: SignedIn, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    ids = _add(photos, 3)
    targets = {
        "keep": "photo_assets.catalogs.google_photos.picks.Picks.keep",
        "delete": "photo_assets.catalogs.google_photos.client.PickerClient.delete",
        "end": "photo_assets.catalogs.google_photos.picks.Picks.end",
    }

    def kill(*_arguments: Any) -> None:
        raise KilledError

    with monkeypatch.context() as killing:
        killing.setattr(targets[point], kill)
        with pytest.raises(KilledError):
            photos.pick(ids)
    if point != "keep":
        photos.read()
        assert list(photos.rows()) == ids, "what is stored is read although the session is open"
    more = _add(photos, 1)
    assert photos.pick(more).items == (3 if point == "keep" else 1)
    assert photos.server.library.sessions == {}
    photos.read()
    assert photos.rows().keys() == {*ids, *([] if point == "keep" else more)}


def test_items_that_google_does_not_give_yet_are_waited_for(photos: SignedIn) -> None:
    library = photos.server.library
    ids = _add(photos, 2)
    library.sure = False
    left = iter([None, None, True])

    def wait(_seconds: float) -> None:
        library.session.picked = ids
        library.sure = next(left) is True

    assert photos.pick(None, waiting=wait).items == 2
    assert len(photos.waits) == 3


@pytest.mark.parametrize("when", ["waiting", "listing"])
def test_a_session_that_expires_says_so_and_is_forgotten(photos: SignedIn, when: str) -> None:
    ids = _add(photos, 250)
    library = photos.server.library
    if when == "listing":
        photos.server.picker.between = library.expire
    with pytest.raises(CatalogUnavailableError, match="has expired at Google") as expired:
        photos.pick(
            ids if when == "listing" else None,
            waiting=None if when == "listing" else lambda _seconds: library.expire(),
        )
    assert "pick again" in str(expired.value.hint)
    assert photos.picks.pending() is None
    photos.server.picker.between = lambda: None
    assert photos.pick(ids).items == 250


def test_a_listing_that_returns_to_an_earlier_page_ends_with_a_sentence(photos: SignedIn) -> None:
    ids = _add(photos, 150)
    first: dict[str, Any] = {}

    def remember(page: dict[str, Any]) -> Any:
        first.update(page)
        return page

    photos.server.picker.instead.extend([remember, lambda _page: first])
    with pytest.raises(CatalogUnavailableError, match="returned"):
        photos.pick(ids)
    assert photos.files() == []
    assert photos.pick(None).items == 150, "the session is still there"


def test_an_empty_page_in_between_does_not_end_the_listing(photos: SignedIn) -> None:
    ids = _add(photos, 150)

    def emptied(page: dict[str, Any]) -> Any:
        return {"nextPageToken": page["nextPageToken"]}

    photos.server.picker.instead.append(emptied)
    assert photos.pick(ids).items == 50, "what a page leaves out cannot be known"


def test_two_processes_do_not_pick_at_once(photos: SignedIn) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with photos.picks.exclusive():
            inside.set()
            leave.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert inside.wait(60)
        with pytest.raises(CatalogUnavailableError, match="Another process is picking"):
            photos.pick(None)
    finally:
        leave.set()
        other.join()
    assert photos.server.library.created == 0


def test_no_link_is_stored(photos: SignedIn) -> None:
    ids = [*_add(photos, 3), photos.server.library.add_video()]
    photos.server.library.items[ids[0]]["mediaFile"]["newLink"] = "https://lh3.example/secret"
    photos.pick(ids)
    photos.read()
    stored = b"".join(
        path.read_bytes()
        for path in photos.folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    )
    assert b"AJ7-000001" in stored
    for part in (b"googleusercontent", b"lh3.", b"/picker/", b"sess-"):
        assert part not in stored
