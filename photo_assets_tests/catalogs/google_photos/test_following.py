"""Following the picks: a change costs what it is, and only stored sessions count."""

import pytest

from photo_assets.catalogs.google_photos.picks import Picks
from photo_assets.catalogs.online.service import Record
from photo_assets_tests.catalogs.google_photos.account import SignedIn


def _picked(photos: SignedIn, number: int) -> list[str]:
    ids = [photos.server.library.add_photo() for _ in range(number)]
    photos.pick(ids)
    return ids


def test_nothing_calls_the_service_and_a_tick_without_a_pick_reads_no_record(
    photos: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _picked(photos, 120)
    assert photos.read().accounting.written == 120
    assert photos.server.calls() == {}
    read: list[str] = []
    whole = Picks.read

    def noting(picks: Picks, name: str) -> list[Record]:
        read.append(name)
        return whole(picks, name)

    monkeypatch.setattr(Picks, "read", noting)
    assert photos.probe() == photos.accepted_token()
    assert read == []
    more = _picked(photos, 2)
    read.clear()
    assert photos.probe() != photos.accepted_token()
    found = photos.read()
    assert set(read) == {photos.files()[1].name}, "the earlier pick is not read again"
    assert found.accounting.unchanged == 120
    assert photos.rows().keys() == {*ids, *more}
    assert photos.probe() == photos.accepted_token()


def test_a_file_that_is_gone_makes_its_items_missing_under_the_guard(photos: SignedIn) -> None:
    ids = _picked(photos, 30)
    more = _picked(photos, 25)
    photos.read()
    photos.files()[1].unlink()
    held = photos.read(percent=5)
    assert held.held is not None
    assert {row["availability"] for row in photos.rows().values()} == {"online"}
    photos.read(percent=100)
    rows = photos.rows()
    assert {key for key, row in rows.items() if row["availability"] == "missing"} == set(more)
    assert rows.keys() == {*ids, *more}


def test_an_older_file_from_a_backup_does_not_replace_a_later_statement(photos: SignedIn) -> None:
    (one,) = _picked(photos, 1)
    (old,) = photos.files()
    kept = old.read_bytes()
    photos.server.library.items[one]["mediaFile"]["filename"] = "later.jpg"
    photos.pick([one])
    old.unlink()
    photos.read()
    old.write_bytes(kept)
    photos.read()
    assert photos.rows()[one]["file_name"] == "later.jpg"


def test_settings_that_decide_rows_read_the_records_again(photos: SignedIn) -> None:
    ids = _picked(photos, 2)
    photos.read()
    assert photos.read(requests_per_second=3).accounting.unchanged == 2
    photos.read(account="Ann")
    assert {row["account"] for row in photos.rows().values()} == {"Ann"}
    assert photos.rows().keys() == set(ids)
