"""`catalog/smugmug_albums`: the albums of the last accepted scan, and nothing of them that is secret."""

from datetime import UTC, datetime
from typing import Any

import pytest

from photo_assets.catalogs.discovery.further import count_repeated, is_further_due, write_further
from photo_assets.catalogs.smugmug.album_table import TABLE
from photo_assets.lake import Written
from photo_assets_tests.catalogs.smugmug.account import Account


def write(account: Account) -> Written:
    workspace = account.workspace
    return write_further(TABLE, workspace.staging, "smugmug", ["test"], workspace.lake)


def due(account: Account) -> bool:
    workspace = account.workspace
    return is_further_due(TABLE, workspace.staging, "smugmug", ["test"], workspace.lake)


def stored(account: Account) -> list[dict[str, Any]]:
    lake = account.workspace.lake
    rows: list[dict[str, Any]] = lake.read(
        ("catalog", TABLE.name), TABLE.name, TABLE.kind
    ).to_pylist()
    return rows


def test_every_album_is_a_row_from_the_same_scan(account: Account) -> None:
    library = account.library
    family = library.add_folder("Our Family", security="Password", password="0pen-Sesame")
    kids = library.add_album("Kids", family, description="both", sort_method="Date Taken")
    empty = library.add_album("Empty", privacy="Unlisted")
    library.add_image(kids, "a.jpg")
    account.read()
    account.server.log.clear()
    assert write(account).rows == 2
    assert account.server.calls() == 0
    first, second = stored(account)
    assert (first["album_key"], second["album_key"]) == (empty.key, kids.key)
    assert second["path"] == ["Our Family", "Kids"]
    assert second["url_path"] == "/Our-Family/Kids"
    assert (second["privacy"], second["visibility"]) == ("Public", "friends")
    assert (second["has_password"], first["has_password"]) == (True, False)
    assert (second["image_count"], second["images_listed"]) == (1, 1)
    assert (second["sort_method"], second["sort_direction"]) == ("Date Taken", "Ascending")
    assert second["description"] == "both"
    assert second["images_updated_time"] == datetime(2026, 1, 1, 0, 0, 4, tzinfo=UTC)
    assert (first["visibility"], first["images_listed"]) == ("unlisted", 0)
    assert "0pen-Sesame" not in str((first, second))
    assert count_repeated(TABLE, account.workspace.lake) == (2, 0)


def test_the_table_follows_and_is_left_alone_without_changes(account: Account) -> None:
    album = account.library.add_album("A")
    account.read()
    assert due(account)
    assert write(account).changed
    assert not due(account)
    assert not write(account).changed
    account.read()
    assert not due(account)
    account.library.edit_album(album, name="B")
    account.read()
    assert due(account)
    assert write(account).changed
    assert stored(account)[0]["name"] == "B"
    account.library.delete_album(album)
    account.read()
    assert write(account).rows == 0


def test_it_is_no_table_of_items(account: Account) -> None:
    account.library.add_album("A")
    account.read()
    write(account)
    lake = account.workspace.lake
    assert lake.assets("catalog") == ["smugmug_albums"]
    assert lake.catalogs() == []


@pytest.mark.parametrize("column", TABLE.columns, ids=lambda column: column.name)
def test_every_column_is_documented(column: Any) -> None:
    assert column.meaning
