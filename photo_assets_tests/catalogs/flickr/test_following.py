"""An account is listed once and then followed; calls are counted at the stand-in."""

from typing import Any

import pytest

from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.services.flickr.app import Call


def _albums(row: dict[str, Any]) -> list[tuple[str, int]]:
    return [(album["path"][-1], album["position"]) for album in row["albums"]]


def _online(reading: Reading) -> set[str]:
    return {key for key, row in reading.rows().items() if row["availability"] == "online"}


def test_a_first_scan_costs_a_call_per_page_and_album(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(1_200)
    for number in range(3):
        account.add_set(f"Set {number}", ids[number * 10 : number * 10 + 5])
    found = reading.read()
    assert found.accounting.written == 1_200
    assert reading.calls() == {
        "photos.recentlyUpdated": 1,
        "tags.getListUserRaw": 1,
        "photosets.getList": 1,
        "photosets.getPhotos": 3,
        "people.getPhotos": 3,
    }
    assert _albums(reading.rows()[ids[11]]) == [("Set 1", 1)]


def test_a_tick_without_changes_costs_two_calls(reading: Reading) -> None:
    reading.server.account.add_set("Set", reading.server.account.add_photos(7))
    reading.read()
    assert reading.probe() == reading.accepted_token()
    assert sum(reading.calls().values()) == 2
    before = reading.rows()
    again = reading.read()
    assert again.accounting.unchanged == 7
    assert sum(reading.calls().values()) == 2
    assert reading.rows() == before


def test_one_edited_photo_costs_three_calls_and_changes_one_row(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(30, tags=("Foo",))
    reading.read()
    before = reading.rows()
    account.edit_photo(ids[4], title="Another", tags=("Foo", "São Paulo"))
    assert reading.probe() != reading.accepted_token()
    found = reading.read()
    assert found.accounting.unchanged == 29
    assert reading.calls() == {
        "photos.recentlyUpdated": 1,
        "photosets.getList": 1,
        "tags.getListUserRaw": 1,
    }
    after = reading.rows()
    assert after[ids[4]]["title"] == "Another"
    assert [keyword["path"][0] for keyword in after[ids[4]]["keywords"]] == ["Foo", "São Paulo"]
    assert {key: row for key, row in after.items() if key != ids[4]} == {
        key: row for key, row in before.items() if key != ids[4]
    }
    assert reading.probe() == reading.accepted_token()


def test_a_new_photo_is_found_and_a_viewed_one_is_none(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(3)
    reading.read()
    account.view_photo(ids[0])
    assert reading.probe() == reading.accepted_token()
    new = account.add_photo(title="New")
    reading.read()
    assert _online(reading) == {*ids, new}


def test_changes_within_a_second_that_was_seen_are_found(reading: Reading) -> None:
    account = reading.server.account
    first, second = account.add_photos(2)
    reading.read()
    account.edit_photo(first, title="Late", updated=account.photos[second].updated)
    reading.read()
    assert reading.rows()[first]["title"] == "Late"


def test_more_updates_than_a_page_are_all_read(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(1_100)
    reading.read()
    for photo_id in ids:
        account.edit_photo(photo_id, title=f"T{photo_id}")
    found = reading.read()
    assert found.accounting.unchanged == 0
    assert reading.calls()["photos.recentlyUpdated"] == 3
    assert {row["title"] for row in reading.rows().values()} == {f"T{one}" for one in ids}


@pytest.mark.parametrize("change", ["add", "remove", "reorder", "rename", "delete", "new"])
def test_a_changed_album_changes_the_rows_of_its_photos_alone(
    reading: Reading, change: str
) -> None:
    account = reading.server.account
    ids = account.add_photos(12)
    other = account.add_set("Other", ids[6:9])
    album = account.add_set("Set", ids[:3])
    reading.read()
    before = reading.rows()
    expected: dict[str, list[tuple[str, int]]] = {}
    match change:
        case "add":
            account.edit_set(album, photos=[*ids[:3], ids[5]])
            expected = {ids[5]: [("Set", 3)]}
        case "remove":
            account.edit_set(album, photos=ids[:2])
            expected = {ids[2]: []}
        case "reorder":
            account.edit_set(album, photos=[ids[1], ids[0], ids[2]])
            expected = {ids[0]: [("Set", 1)], ids[1]: [("Set", 0)]}
        case "rename":
            account.edit_set(album, title="Trip")
            expected = {one: [("Trip", n)] for n, one in enumerate(ids[:3])}
        case "delete":
            account.delete_set(album)
            expected = {one: [] for one in ids[:3]}
        case "new":
            account.add_set("New", [ids[7]])
            expected = {ids[7]: [("Other", 1), ("New", 0)]}
    reading.read()
    after = reading.rows()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == expected.keys()
    assert {key: _albums(after[key]) for key in expected} == expected
    assert reading.calls().get("people.getPhotos", 0) == 0
    assert reading.calls().get("photosets.getPhotos", 0) == (change != "delete")
    assert _albums(after[ids[6]]) == [("Other", 0)]
    assert other in account.sets
    assert reading.probe() == reading.accepted_token()


def test_a_spelling_that_changes_is_seen_on_photos_that_were_not_updated(
    reading: Reading,
) -> None:
    account = reading.server.account
    old = account.add_photo(tags=("jonsnow",))
    reading.read()
    account.add_photo(tags=("Jon Snow",))
    reading.read()
    assert reading.rows()[old]["keywords"][0]["path"] == ["Jon Snow"]
    whole = {key: {**row, "scan": None} for key, row in reading.rows().items()}
    reading.read(full=True)
    assert {key: {**row, "scan": None} for key, row in reading.rows().items()} == whole


def test_a_deletion_is_believed_from_a_complete_listing_alone(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(40)
    reading.read()
    account.delete_photo(ids[0])
    reading.read()
    assert _online(reading) == set(ids)
    reading.read(full=True)
    assert _online(reading) == set(ids[1:])
    assert reading.rows()[ids[0]]["availability"] == "missing"


def test_the_loss_of_many_is_held_back(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(40)
    reading.read()
    for photo_id in ids[:25]:
        account.delete_photo(photo_id)
    found = reading.read(full=True, percent=5)
    assert found.held is not None
    assert _online(reading) == set(ids)


def test_an_interrupted_listing_continues(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(2_600)
    sets = [account.add_set(f"Set {n}", ids[n : n + 2]) for n in range(6)]

    def stop(call: Call) -> None:
        if call.given.get("page") == "4":
            reading.server.keys.revoked = True

    reading.server.inner.before = stop
    assert reading.read().offline is not None
    assert reading.calls()["people.getPhotos"] == 4
    reading.server.inner.before = None
    reading.server.keys.revoked = False
    found = reading.read()
    assert found.accounting.written == 2_600
    # The pages read before are kept; then the changes since the listing began are asked for.
    assert reading.calls() == {
        "people.getPhotos": 3,
        "photos.recentlyUpdated": 1,
        "photosets.getList": 1,
    }
    assert len(sets) == 6


@pytest.mark.parametrize("page", ["2", "3"])
@pytest.mark.parametrize("deleted", [1, 30])
def test_photos_deleted_between_two_pages_hide_no_other(
    reading: Reading, page: str, deleted: int
) -> None:
    account = reading.server.account
    ids = account.add_photos(1_400)
    gone = ids[::-1][:deleted]

    def delete(call: Call) -> None:
        if call.method.endswith("people.getPhotos") and call.given.get("page") == page:
            for photo_id in gone:
                if photo_id in account.photos:
                    account.delete_photo(photo_id)

    reading.server.inner.before = delete
    found = reading.read()
    assert found.accounting.failed == 0
    assert _online(reading) >= set(ids[:-deleted])
    assert reading.calls()["people.getPhotos"] == 3 + 2


def test_photos_deleted_at_every_page_hide_no_other(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(1_600)
    newest = iter(ids[::-1])

    def delete(call: Call) -> None:
        if call.method.endswith("people.getPhotos") and len(account.photos) > 1_595:
            account.delete_photo(next(newest))

    reading.server.inner.before = delete
    reading.read()
    assert _online(reading) >= set(account.photos)


def test_photos_added_between_two_pages_come_with_the_next_changes(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(1_400)

    def add(call: Call) -> None:
        if call.method.endswith("people.getPhotos") and call.given.get("page") == "2":
            account.add_photo(title="New")

    reading.server.inner.before = add
    reading.read()
    assert _online(reading) >= set(ids)
    reading.server.inner.before = None
    reading.read()
    assert _online(reading) == set(account.photos)


def test_more_deletions_than_a_page_make_a_listing_incomplete(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(1_700)
    reading.read()

    def delete(call: Call) -> None:
        if call.method.endswith("people.getPhotos") and call.given.get("page") == "3":
            for photo_id in ids[::-1][:600]:
                if photo_id in account.photos:
                    account.delete_photo(photo_id)

    reading.server.inner.before = delete
    found = reading.read(full=True)
    assert found.accounting.reasons == {"failed: incomplete listing": 1}
    assert _online(reading) == set(ids)


def test_photos_of_any_safety_level_are_read(reading: Reading) -> None:
    account = reading.server.account
    ids = [account.add_photo(safety=level) for level in (0, 1, 2)]
    reading.read()
    assert _online(reading) == set(ids)


def test_an_unreadable_photo_costs_itself_alone(reading: Reading) -> None:
    account = reading.server.account
    good = account.add_photos(3)
    bad = account.add_photo(odd={"title": ["x"]})
    found = reading.read()
    assert (found.accounting.found, found.accounting.written, found.accounting.failed) == (4, 3, 1)
    assert _online(reading) == set(good)
    account.edit_photo(bad, odd={})
    reading.read()
    assert _online(reading) == {*good, bad}
