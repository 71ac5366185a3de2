"""An account is read to the same rows whatever befalls the calls, and no more calls than allowed."""

from pathlib import Path

import pytest

from photo_assets_tests.catalogs.comparing import timeless
from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.repetition import cases
from photo_assets_tests.services.faults import ALL_KINDS, Chance, FaultKind
from photo_assets_tests.services.flickr.server import FlickrServer

_KINDS = tuple(kind for kind in ALL_KINDS if kind is not FaultKind.CONFLICT)


@pytest.mark.parametrize("seed", cases([1, 2, 3], [1]))
def test_a_fault_in_every_fifth_call_changes_no_row(tmp_path: Path, seed: int) -> None:
    with FlickrServer().running() as server:
        account = server.account
        ids = account.add_photos(1_100, tags=("Jon Snow",))
        album = account.add_set("Set", ids[:600])
        account.add_set("Other", ids[-3:])
        calm, faulty = Reading(server, tmp_path / "calm"), Reading(server, tmp_path / "faulty")
        calm.sign_in()
        faulty.sign_in()
        for change in ("nothing", "a photo", "an album"):
            if change == "a photo":
                account.edit_photo(ids[0], title="Another")
            elif change == "an album":
                account.edit_set(album, photos=ids[1:4])
            server.faults.chance(Chance(0.2, seed, _KINDS, retry_after=0.01, delay=0.01))
            while faulty.read().offline is not None:
                pass
            server.faults.chance(None)
            calm.read()
            assert timeless(faulty.rows()) == timeless(calm.rows())


def test_an_outage_keeps_every_row_and_the_sign_in(reading: Reading) -> None:
    reading.server.account.add_photos(3)
    reading.read()
    before = reading.rows()
    reading.server.faults.chance(Chance(1.0, 1, (FaultKind.UNAVAILABLE,)))
    assert reading.read().offline is not None
    assert reading.rows() == before
    assert reading.workspace.credentials.read("flickr", "test") is not None


def test_the_hourly_limit_makes_the_catalog_wait_and_then_go_offline(tmp_path: Path) -> None:
    with FlickrServer(per_hour=3).running() as server:
        server.account.add_photos(3)
        reading = Reading(server, tmp_path)
        reading.sign_in()
        assert reading.read(longest_wait_minutes=0).offline is not None
        assert reading.rows() == {}
