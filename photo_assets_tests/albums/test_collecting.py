"""`metadata/albums` from real tables of a lake: names, days, and what people chose."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from photo_assets.albums.checking import count_albums
from photo_assets.albums.choices import choose_name, chosen_names
from photo_assets.ledger import DecisionChangedError, Decisions
from photo_assets_tests.albums.lake import Photos, album
from photo_assets_tests.configured import workspace_of


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(workspace_of({}, tmp_path))


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
