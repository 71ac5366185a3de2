"""Folders, shared drives, several parents and shortcuts."""

from photo_assets.catalogs.google_drive.folder_tree import FolderTree, root_folder
from photo_assets.model.vocabulary import AlbumKind, Availability
from photo_assets_tests.catalogs.google_drive.reading import (
    file,
    folder,
    item,
    shortcut,
    tree,
)

_YEAR = folder("year", "2019", "root-id")
_TRIP = folder("trip", "Trip", "year")


def _paths(record: dict[str, object], where: FolderTree) -> list[tuple[str, ...]]:
    return [album.path for album in where.albums(record)]


def test_a_folder_is_an_album_with_its_path() -> None:
    [album] = tree(_YEAR, _TRIP).albums(file(parents=["trip"]))
    assert (album.id, album.path) == ("trip", ("My Drive", "2019", "Trip"))
    assert album.kind is AlbumKind.FOLDER


def test_two_folders_of_one_name_are_two_albums() -> None:
    where = tree(folder("a", "Trip", "root-id"), folder("b", "Trip", "root-id"))
    first, second = where.albums(file(parents=["b", "a"]))
    assert (first.id, second.id) == ("a", "b")
    assert first.path == second.path


def test_several_parents_of_a_legacy_file() -> None:
    assert _paths(file(parents=["trip", "root-id", "trip"]), tree(_YEAR, _TRIP)) == [
        ("My Drive",),
        ("My Drive", "2019", "Trip"),
    ]


def test_a_folder_that_the_account_does_not_see_is_no_album() -> None:
    shared = folder("shared", "From a friend", "not visible")
    where = tree(shared)
    assert _paths(file(parents=["not visible"]), where) == []
    assert _paths(file(parents=["shared"]), where) == [("From a friend",)]
    assert _paths(file(parents=None), where) == []


def test_a_shared_drive_is_the_first_level() -> None:
    where = tree(root_folder("drive", "Family"), folder("a", "Trip", "drive"))
    assert _paths(file(parents=["a"], driveId="drive"), where) == [("Family", "Trip")]


def test_folders_in_a_circle_end() -> None:
    where = tree(folder("a", "A", "b"), folder("b", "B", "a"))
    assert _paths(file(parents=["a"]), where) == [("B", "A")]
    assert not where.is_trashed(file(parents=["a"]))
    assert not where.is_below(file(parents=["a"]), ["c"])


def test_a_folder_without_a_name_has_its_id() -> None:
    nameless = {**folder("a", "", "root-id")}
    assert _paths(file(parents=["a"]), tree(nameless)) == [("My Drive", "a")]


def test_a_shortcut_puts_its_target_into_one_more_folder() -> None:
    where = tree(_YEAR, _TRIP, shortcut("s", "photo", "trip"))
    assert _paths(file(), where) == [("My Drive",), ("My Drive", "2019", "Trip")]
    assert _paths(file(id="other"), where) == [("My Drive",)]
    trashed = tree(_YEAR, _TRIP, shortcut("s", "photo", "trip", trashed=True))
    assert _paths(file(), trashed) == [("My Drive",)]


def test_a_shortcut_to_a_folder_adds_no_path() -> None:
    where = tree(_YEAR, _TRIP, shortcut("s", "year", "trip"))
    assert _paths(file(parents=["trip"]), where) == [("My Drive", "2019", "Trip")]


def test_a_file_below_a_folder_in_the_trash_is_in_the_trash() -> None:
    where = tree({**_YEAR, "trashed": True}, _TRIP)
    assert item(file(parents=["trip"]), where).availability is Availability.TRASHED
    assert item(file(parents=["root-id"]), where).availability is Availability.ONLINE
    both = file(parents=["trip", "root-id"])
    assert item(both, where).availability is Availability.ONLINE, "it is still in another folder"


def test_a_file_whose_folder_left_the_trash_is_not_there_either() -> None:
    stale = file(parents=["trip"], trashed=True, explicitlyTrashed=False)
    inner = {**_TRIP, "trashed": True, "explicitlyTrashed": False}
    outer = {**_YEAR, "trashed": True, "explicitlyTrashed": True}
    assert tree(outer, inner).is_trashed(stale)
    assert not tree({**outer, "trashed": False, "explicitlyTrashed": False}, inner).is_trashed(
        stale
    )
    explicit = {**stale, "explicitlyTrashed": True}
    assert tree(_YEAR, _TRIP).is_trashed(explicit)
    assert tree().is_trashed(stale), "nothing is known of its folder"


def test_what_a_renamed_folder_affects() -> None:
    before = tree(_YEAR, _TRIP, folder("other", "Other", "root-id"), shortcut("s", "p", "trip"))
    after = tree(
        {**_YEAR, "name": "2020"}, _TRIP, folder("other", "Other", "root-id"),
        shortcut("s", "p", "trip"),
    )  # fmt: skip
    assert before.affected_by(after) == {"year", "trip", "s", "p"}
    assert after.affected_by(before) == {"year", "trip", "s", "p"}


def test_what_a_moved_a_new_and_a_removed_folder_affect() -> None:
    before = tree(_YEAR, _TRIP)
    moved = tree(_YEAR, {**_TRIP, "parents": ["root-id"]})
    assert before.affected_by(moved) == {"trip"}
    assert tree(_YEAR).affected_by(before) == {"trip"}
    assert before.affected_by(tree(_TRIP)) == {"year", "trip"}
    assert before.affected_by(tree(_YEAR, _TRIP)) == set()


def test_what_a_changed_shortcut_affects() -> None:
    before = tree(_YEAR, shortcut("s", "photo", "year"))
    assert before.affected_by(tree(_YEAR, shortcut("s", "other", "year"))) == {
        *("s", "photo", "other")
    }
    assert before.affected_by(tree(_YEAR)) == {"s", "photo"}
