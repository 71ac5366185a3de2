"""Folders and shared drives that change, come and go, whatever the feed names below them."""

import pytest

from photo_assets_tests.catalogs.google_drive.account import LATER, SignedIn, same_as_listed
from photo_assets_tests.services.google_drive.samples import fill


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_that_changes_takes_its_files_along(drive: SignedIn, named: bool) -> None:
    account = drive.account
    account.feed_names_descendants = named
    year = account.add_folder("2019")
    trip = account.add_folder("Trip", year)
    photo = account.add_file("a.jpg", b"a", trip)
    other = account.add_file("b.jpg", b"b", account.add_folder("Other"))
    account.add_shortcut("link", other, trip)
    drive.read()
    assert drive.paths(photo) == ["My Drive/2019/Trip"]
    assert drive.paths(other) == ["My Drive/2019/Trip", "My Drive/Other"]
    account.rename(year, "Year 2019")
    drive.read(LATER)
    assert drive.calls() == {"changes": 1}, "nothing is listed"
    assert drive.paths(photo) == ["My Drive/Year 2019/Trip"]
    assert drive.paths(other) == ["My Drive/Other", "My Drive/Year 2019/Trip"]
    account.move(trip, account.root_id)
    drive.read(LATER)
    assert drive.calls() == {"changes": 1}
    assert drive.paths(photo) == ["My Drive/Trip"]
    account.trash(trip)
    drive.read(LATER)
    assert drive.rows()[photo]["availability"] == "trashed"
    assert drive.rows()[other]["availability"] == "online"
    assert drive.paths(other) == ["My Drive/Other"]
    drive.read(LATER, full=True)
    account.untrash(trip)
    drive.read(LATER)
    assert drive.calls() == {"changes": 1}
    assert drive.rows()[photo]["availability"] == "online"
    same_as_listed(drive)


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_that_is_shared_shares_its_files(drive: SignedIn, named: bool) -> None:
    account = drive.account
    account.feed_names_descendants = named
    fill(account, 20)
    trip = account.add_folder("Trip")
    photo = account.add_file("a.jpg", b"a", account.add_folder("Day 1", trip))
    drive.read()
    assert drive.rows()[photo]["visibility"] == "private"
    account.share(trip, "anyone")
    drive.read(LATER)
    assert drive.calls()["files"] <= 6, "two calls a level, not everything"
    assert drive.rows()[photo]["visibility"] == "unlisted"
    same_as_listed(drive)
    account.unshare(trip)
    drive.read(LATER)
    assert drive.rows()[photo]["visibility"] == "private"
    same_as_listed(drive)


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_that_others_share_brings_its_files(drive: SignedIn, named: bool) -> None:
    account = drive.account
    drive.read()
    friend = "friend@photos.example"
    trip = account.add_folder("Trip", owner=friend)
    photo = account.add_file("a.jpg", b"a", account.add_folder("Day 1", trip, owner=friend))
    if not named:
        for key in [key for key in account.log if key[1] not in (trip, None)]:
            del account.log[key]
    drive.read(LATER)
    assert drive.paths(photo) == ["Trip/Day 1"]
    same_as_listed(drive)


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_that_is_deleted_lets_everything_be_listed_again(
    drive: SignedIn, named: bool
) -> None:
    account = drive.account
    account.feed_names_descendants = named
    fill(account, 30)
    folder = account.add_folder("Trip")
    gone = account.add_file("a.jpg", b"a", folder)
    drive.read()
    account.delete(folder)
    drive.read(LATER)
    assert drive.calls()["files"] == 2
    assert drive.rows()[gone]["availability"] == "missing"
    assert drive.states() == {"online": 30, "missing": 1}


def test_shared_drives_come_move_and_go(drive: SignedIn) -> None:
    account = drive.account
    mine = account.add_file("mine.jpg", b"mine")
    drive.read()
    family = account.add_drive("Family")
    album = account.add_folder("Summer", drive=family)
    photo = account.add_file("a.jpg", b"a", album, drive=family)
    drive.read(LATER)
    assert drive.paths(photo) == ["Family/Summer"]
    account.rename_drive(family, "All of us")
    drive.read(LATER)
    assert drive.calls() == {"changes": 2}
    assert drive.paths(photo) == ["All of us/Summer"]
    account.move_to_drive(mine, family)
    drive.read(LATER)
    assert drive.paths(mine) == ["All of us"]
    account.move_to_my_drive(mine)
    drive.read(LATER)
    assert drive.paths(mine) == ["My Drive"]
    assert drive.states() == {"online": 2}
    same_as_listed(drive)
    account.leave_drive(family)
    drive.read(LATER)
    assert drive.states() == {"online": 1, "missing": 1}


def test_a_shared_drive_that_is_left_during_the_listing(drive: SignedIn) -> None:
    account = drive.account
    fill(account, 3)
    family = account.add_drive("Family")
    account.add_file("a.jpg", b"a", drive=family)
    drive.read()
    asked = []

    def leave(path: str) -> None:
        asked.append(path)
        if asked.count("files") == 3 and family in account.drives:
            account.leave_drive(family)

    drive.server.drive.before = leave
    found = drive.read(LATER, full=True)
    assert found.accounting.failed == 1, "the listing is not believed to be complete"
    assert drive.states() == {"online": 4}
    drive.read(LATER)
    assert drive.states() == {"online": 3, "missing": 1}


def test_a_file_of_a_shared_drive_that_was_opened_is_one_item(drive: SignedIn) -> None:
    family = drive.account.add_drive("Family")
    photo = drive.account.add_file("a.jpg", b"a", drive=family, viewedByMe=True)
    found = drive.read()
    assert found.accounting.found == 1
    drive.account.edit(photo, description="New")
    drive.read(LATER)
    assert drive.rows()[photo]["caption"] == "New"
    unread = drive.read(LATER, shared_drives=False)
    assert unread.accounting.found == 0
