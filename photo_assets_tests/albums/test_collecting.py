"""`metadata/albums` from real tables of a lake: names, days, and what people chose."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.albums.checking import count_albums
from photo_assets.albums.choices import choose_name, chosen_names
from photo_assets.albums.collecting import collect_albums, stored_albums
from photo_assets.catalogs.smugmug.album_table import KIND as SMUGMUG
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import DecisionChangedError, Decisions
from photo_assets.model.tables import ITEMS, MEMBERS, UNIFIED
from photo_assets.workspace import Workspace
from photo_assets_tests.configured import workspace_of

MONTH = "2024-05-01"
PLAIN = {"availability": "online", "capture_kind": "wall", "capture_precision": "second"}


def rows(kind: Any, given: list[dict[str, Any]]) -> pa.Table:
    """Rows of a table; columns that may not be null and are not given get an empty value."""
    schema = kind.schema
    filled = [
        {
            field.name: row.get(field.name, None if field.nullable else empty_of(field.type))
            for field in schema
        }
        for row in given
    ]
    return pa.Table.from_pylist(filled, schema=schema)


def empty_of(kind: pa.DataType) -> object:
    if pa.types.is_list(kind):
        return []
    if pa.types.is_fixed_size_binary(kind):
        return bytes(kind.byte_width)
    if pa.types.is_timestamp(kind):
        return datetime(2024, 1, 1)
    if pa.types.is_boolean(kind):
        return False
    return "" if pa.types.is_string(kind) else b"" if pa.types.is_binary(kind) else 0


class Photos:
    """A lake with photos in albums, written as the assets before `metadata/albums` write it."""

    def __init__(self, folder: Path) -> None:
        self.workspace: Workspace = workspace_of({}, folder)
        self.given: list[dict[str, Any]] = []

    def add(self, source: str, album: dict[str, Any], taken: datetime | None, **more: Any) -> None:
        number = f"{len(self.given):032x}"
        item = {"source": source, "catalog": "me", "native_id": f"n{number}", "albums": [album]}
        photo = {"photo_id": number, "capture_time": taken, **PLAIN, **item, **more}
        self.given.append(photo)

    def write(self, listed: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        lake = self.workspace.lake
        for source in {one["source"] for one in self.given}:
            of = [one for one in self.given if one["source"] == source]
            lake.write(("catalog", source), MONTH, ITEMS, rows(ITEMS, of))
        lake.write(photo_table(MEMBERS), MONTH, MEMBERS, rows(MEMBERS, self.given))
        unified = [{**one, "albums": None} for one in self.given]
        lake.write(("metadata", "unified"), MONTH, UNIFIED, rows(UNIFIED, unified))
        if listed is not None:
            table = rows(SMUGMUG, listed)
            lake.write(("catalog", SMUGMUG.name), SMUGMUG.name, SMUGMUG, table)
        collect_albums(self.workspace)
        return stored_albums(lake)


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(tmp_path)


def album(key: str | None, *path: str, kind: str = "album") -> dict[str, Any]:
    return {"id": key, "path": [*path], "kind": kind, "position": None}


def test_each_album_has_its_days_and_its_canonical_name(photos: Photos) -> None:
    for day in (30, 31):
        photos.add("immich", album("a", "Regatta"), datetime(2024, 5, day, 10))
    photos.add("immich", album("a", "Regatta"), datetime(2000, 1, 1))
    photos.add("folders", album(None, "nas", "x", kind="folder"), datetime(2024, 5, 1))
    (found,) = photos.write()
    assert found["album"] == "immich/me/a"
    assert (found["name"], found["canonical"]) == ("Regatta", "Regatta - May 30-31")
    assert (found["photos"], found["dated"], found["drift"]) == (3, 3, 75)


def test_guessed_and_coarse_times_and_missing_items_do_not_count(photos: Photos) -> None:
    taken = datetime(2024, 5, 30)
    photos.add("immich", album("a", "Guess"), taken, capture_kind="file")
    photos.add("immich", album("b", "Coarse"), taken, capture_precision="month")
    photos.add("immich", album("c", "Away"), taken, availability="missing")
    found = {row["name"]: row for row in photos.write()}
    assert {name: row["basis"] for name, row in found.items()} == {
        "Guess": "no_time",
        "Coarse": "no_time",
    }


def test_a_time_in_utc_with_an_offset_is_of_the_day_at_the_place(photos: Photos) -> None:
    photos.add(
        "immich",
        album("a", "Sydney"),
        datetime(2024, 5, 29, 22),
        capture_kind="utc",
        capture_offset_min=600,
    )
    assert photos.write()[0]["canonical"] == "Sydney - May 30"


def test_smugmugs_own_list_has_nameless_and_empty_albums_and_not_the_gone(photos: Photos) -> None:
    taken = datetime(2024, 5, 30)
    photos.add("smugmug", album("k1", "k1"), taken)
    photos.add("smugmug", album("gone", "Gone"), taken)
    listed: list[dict[str, Any]] = [
        {"catalog": "me", "album_key": "k1", "name": None, "path": ["k1"]},
        {"catalog": "me", "album_key": "k2", "name": "Empty", "path": ["Empty"]},
    ]
    one, two = photos.write(listed)
    assert (one["name"], one["canonical"], one["drift"]) == (None, "May 30, 2024", 100)
    assert (two["name"], two["photos"], two["basis"]) == ("Empty", 0, "no_time")
    counts = count_albums(photos.workspace.lake, 20, 60)
    assert (counts.albums, counts.nameless, counts.proposed, counts.far) == (2, 1, 1, 1)


def test_a_persons_choice_counts_until_it_is_withdrawn(photos: Photos) -> None:
    photos.add("immich", album("a", "Regatta"), datetime(2024, 5, 30))
    photos.write()
    ledger = photos.workspace.ledger
    choose_name(ledger, "immich/me/a", "  Kiel  Week ", "Regatta", "mara")
    choose_name(ledger, "immich/me/a", "Kiel", "Regatta", "mara")
    (found,) = photos.write()
    assert (found["canonical"], found["basis"]) == ("Kiel", "chosen")
    choose_name(ledger, "immich/me/a", None, "Regatta", "mara")
    assert chosen_names(ledger) == {}
    assert photos.write()[0]["canonical"] == "Regatta - May 30"
    with pytest.raises(ValueError, match="visible"):
        choose_name(ledger, "immich/me/a", "\u200b", None, "mara")


def test_a_choice_is_an_appended_decision(photos: Photos) -> None:
    ledger = photos.workspace.ledger
    one = choose_name(ledger, "immich/me/a", "Kiel", "Regatta", "mara")
    with pytest.raises(DecisionChangedError):
        Decisions(ledger).append(one)
    assert [row.who for row in Decisions(ledger).history("album_name/immich/me/a")] == ["mara"]
