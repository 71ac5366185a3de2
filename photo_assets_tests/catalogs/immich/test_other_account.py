"""An API key of another account: its assets are listed, and never joined to those read before."""

from datetime import datetime

import pytest

from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.services.immich.server import ImmichServer
from photo_assets_tests.services.immich.store import LONG_AGO, Store, now


def sign_in_as_another(store: Store) -> None:
    """Let the key belong to another account, which has no assets."""
    store.owner = "another"
    store.assets.clear()
    store.albums.clear()
    store.members.clear()


@pytest.mark.parametrize("added", [LONG_AGO, now()], ids=["long ago", "now"])
def test_the_key_of_another_account_lists_that_account(
    account: Account, server: ImmichServer, added: datetime
) -> None:
    ours = server.store.add("ours.jpg")
    server.store.put_album("Ours", [ours])
    account.read()
    sign_in_as_another(server.store)
    server.store.add("theirs.jpg", at=added)
    found = account.read()
    assert (found.accounting.written, found.accounting.kept) == (1, 1)
    rows = account.rows()
    assert rows["theirs.jpg"]["availability"] == "online"
    assert rows["ours.jpg"]["availability"] == "missing"
    assert [album["path"] for album in rows["ours.jpg"]["albums"]] == [["Ours"]]


def test_the_loss_that_another_account_shows_is_held_back(
    account: Account, server: ImmichServer
) -> None:
    for number in range(20):
        server.store.add(f"{number}.jpg")
    account.read()
    sign_in_as_another(server.store)
    assert account.read(guard=5.0).held is not None
    assert {row["availability"] for row in account.rows().values()} == {"online"}


def test_an_interrupted_listing_is_not_continued_with_the_key_of_another_account(
    account: Account, server: ImmichServer
) -> None:
    for number in range(1_500):
        server.store.add(f"{number}.jpg")
    server.faults.script(*["ok"] * 5, "409")  # the second page of assets
    assert account.read().offline is not None
    server.faults.clear()
    sign_in_as_another(server.store)
    server.store.add("theirs.jpg")
    account.read()
    assert set(account.rows()) == {"theirs.jpg"}
