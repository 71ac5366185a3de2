"""An account is listed once and then followed: calls, edits, deletions, interruptions."""

import json

import pytest

from photo_assets_tests.catalogs.smugmug.account import Account
from photo_assets_tests.services.faults import Fault, FaultKind, Step


def filled(account: Account, albums: int = 3, images: int = 4) -> None:
    library = account.library
    for number in range(albums):
        album = library.add_album(f"Album {number:03}")
        for image in range(images):
            library.add_image(album, f"{number:03}-{image:03}.jpg")


def paths(account: Account) -> list[str]:
    return [arrival.path.rpartition("/")[2] for arrival in account.server.log.all()]


def test_the_first_sync_asks_for_albums_and_for_the_pages_of_each(account: Account) -> None:
    filled(account, albums=3, images=4)
    big = account.library.add_album("Big")
    for image in range(250):
        account.library.add_image(big, f"{image}.jpg")
    found = account.read()
    assert found.accounting.found == found.accounting.written == 3 * 4 + 250
    # The account, its albums, three small albums, and three pages of the big one.
    assert account.server.calls() == 1 + 1 + 3 + 3
    assert account.server.calls("!metadata") == 0
    assert {arrival.method for arrival in account.server.log.all()} == {"GET"}


def test_a_tick_without_changes_costs_one_call(account: Account) -> None:
    filled(account)
    account.read()
    before = account.rows()
    assert account.probe() == account.token()
    assert paths(account) == ["stand-in!albums"]
    again = account.read()
    assert paths(account) == ["stand-in!albums"]
    assert again.accounting.unchanged == again.accounting.written == 12
    assert account.rows() == before


@pytest.mark.parametrize(("clamp", "calls"), [(1000, 1), (500, 2), (100, 11)])
def test_a_tick_of_a_thousand_albums_costs_as_many_calls_as_the_list_has_pages(
    account: Account, clamp: int, calls: int
) -> None:
    account.server.settings.clamps["albums"] = clamp
    for number in range(995):
        account.library.add_album(f"Album {number}")
    account.server.log.clear()
    service = account.catalog().connect()
    pages = list(service.pages("albums", None, {}))
    assert len(pages[0].records) == 995
    assert account.server.calls("!albums") == calls


def test_only_albums_that_changed_are_listed_again(account: Account) -> None:
    filled(account)
    account.read()
    _, second, third = account.library.albums.values()
    added = account.library.add_image(second, "new.jpg")
    account.library.edit_album(third, description="told anew")
    assert account.probe() != account.token()
    assert paths(account) == ["stand-in!albums"]
    account.read()
    assert paths(account) == [
        "stand-in!albums",
        *(f"{key}!images" for key in (second.key, third.key)),
    ]
    assert added.key in account.online()
    assert account.probe() == account.token()


def test_what_left_an_album_is_missing_and_what_is_in_another_is_not(account: Account) -> None:
    filled(account)
    first, second, _ = account.library.albums.values()
    gone, shared = first.images[0], first.images[1]
    account.library.collect(shared, second)
    account.read()
    assert [one["path"] for one in account.rows()[shared.key]["albums"]] == [
        ["Album 000"],
        ["Album 001"],
    ]
    account.library.remove_from_album(gone, first)
    account.library.remove_from_album(shared, first)
    found = account.read()
    assert paths(account) == ["stand-in!albums", f"{first.key}!images"]
    assert account.rows()[gone.key]["availability"] == "missing"
    assert [one["id"] for one in account.rows()[shared.key]["albums"]] == [second.key]
    assert found.accounting.kept == 1


def test_an_image_that_moves_to_another_album_is_the_same_item(account: Account) -> None:
    filled(account)
    first, second, _ = account.library.albums.values()
    image = first.images[0]
    account.read()
    account.library.collect(image, second)
    account.library.remove_from_album(image, first)
    account.read()
    row = account.rows()[image.key]
    assert row["availability"] == "online"
    assert [(one["id"], one["position"]) for one in row["albums"]] == [(second.key, 5)]
    assert len(account.online()) == 12


def test_images_whose_original_is_not_given_are_counted(account: Account) -> None:
    album = account.library.add_album("A")
    account.library.add_image(album, "a.jpg")
    image = account.library.add_image(album, "b.jpg", archived=False)
    found = account.read()
    assert found.figures["images_without_original"] == 1
    assert account.rows()[image.key]["quality"] is None
    assert account.read().figures.get("images_without_original") is None


def test_an_album_that_is_gone_takes_its_images_and_is_held_by_the_guard(
    account: Account,
) -> None:
    filled(account, images=30)
    first, second, _ = account.library.albums.values()
    account.read()
    kept = first.images[0]
    account.library.collect(kept, second)
    account.library.delete_album(first)
    held = account.read(percent=5)
    assert held.held is not None
    assert len(account.online()) == 90
    account.read()
    assert len(account.online()) == 61
    assert kept.key in account.online()


def test_what_folders_and_settings_show_costs_no_listing(account: Account) -> None:
    library = account.library
    folder = library.add_folder("Family")
    album = library.add_album("Kids", folder)
    image = library.add_image(album, "a.jpg")
    account.read()
    assert account.rows()[image.key]["visibility"] == "public"
    library.edit_node(folder, privacy="Private", name="Our Family")
    assert account.probe() != account.token()
    account.read()
    assert paths(account) == ["stand-in!albums"]
    row = account.rows()[image.key]
    assert row["visibility"] == "private"
    assert row["albums"][0]["path"] == ["Our Family", "Kids"]
    assert account.probe() == account.token()


def test_an_upload_being_processed_is_requested_until_it_is_done(account: Account) -> None:
    album = account.library.add_album("A")
    image = account.library.add_image(album, "a.jpg", processing=True)
    account.read()
    assert account.rows()[image.key]["md5"] is None
    account.library.edit_image(image, processing=False)  # the album's times do not tell
    account.read()
    assert account.rows()[image.key]["md5"] == bytes.fromhex(image.md5)
    account.read()
    assert paths(account) == ["stand-in!albums"]


def test_an_upload_that_is_never_done_is_not_requested_for_ever(account: Account) -> None:
    album = account.library.add_album("A")
    account.library.add_image(album, "a.mov", processing=True)
    for _ in range(13):
        account.read()
    assert paths(account) == ["stand-in!albums"]
    assert account.probe() == account.token()


def test_an_edited_caption_is_found_by_the_next_full_listing(account: Account) -> None:
    filled(account)
    account.read()
    image = next(iter(account.library.images.values()))
    account.library.edit_image(image, caption="told")
    account.read()
    assert account.rows()[image.key]["caption"] is None
    account.read(full_listing_days=1e-9)
    assert account.rows()[image.key]["caption"] == "told"


def test_other_bytes_in_the_place_of_an_image_are_seen(account: Account) -> None:
    filled(account)
    account.read()
    image = next(iter(account.library.images.values()))
    account.library.replace_image(image, b"other bytes")
    account.read()
    assert account.rows()[image.key]["md5"] == bytes.fromhex(image.md5)


def test_an_interrupted_listing_goes_on_where_it_ended(account: Account) -> None:
    filled(account, albums=6)
    refused = Step(Fault(FaultKind.UNAVAILABLE), path="images", times=None)
    account.server.faults.script(*[Step(Fault(FaultKind.OK), path="images")] * 3, refused)
    assert account.read().offline
    account.server.faults.clear()
    account.read()
    listed = [path for path in paths(account) if path.endswith("!images")]
    assert len(listed) == 3  # of six: the others are in the spool
    assert len(account.online()) == 24
    account.read()
    assert paths(account) == ["stand-in!albums"]


def test_an_album_that_does_not_open_loses_nothing(account: Account) -> None:
    filled(account)
    account.read()
    first = next(iter(account.library.albums.values()))
    account.library.add_image(first, "new.jpg")
    account.server.api.closed.add(first.key)
    account.read()
    assert len(account.online()) == 12
    account.read(full_listing_days=1e-9)
    assert len(account.online()) == 12
    account.server.api.closed.clear()
    account.read(full_listing_days=1e-9)
    assert len(account.online()) == 13


def test_insertions_and_deletions_between_pages_lose_nothing(account: Account) -> None:
    library = account.library
    album = library.add_album("Big")
    for number in range(250):
        library.add_image(album, f"{number:03}.jpg")
    first = album.images[0]

    def change() -> None:
        library.remove_from_album(first, album)
        library.add_image(album, "late.jpg")

    account.server.after_page(lambda: None, change)  # after the albums, after the first page
    account.read()
    assert account.online() == {image.key for image in album.images}
    assert len(account.online()) == 250


def test_nothing_private_is_in_rows_or_messages(account: Account) -> None:
    library = account.library
    album = library.add_album("Closed", security="Password", password="0pen-Sesame")
    image = library.add_image(album, "a.jpg")
    account.read()
    row = account.rows()[image.key]
    assert row["visibility"] == "friends"
    text = json.dumps(row, default=str)
    assert "0pen-Sesame" not in text
    assert "http" not in text
    files = [path for path in account.folder.rglob("*") if path.is_file()]
    assert not any(b"0pen-Sesame" in path.read_bytes() for path in files)
    secrets = (account.server.settings.token_secret, account.server.settings.api_secret)
    for path in files:
        assert not any(secret.encode() in path.read_bytes() for secret in secrets), path
