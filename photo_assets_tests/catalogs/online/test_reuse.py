"""How long the replies of a listing are reused, by the setting `reuse_listing_hours`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.registry import SPECS
from photo_assets_tests.catalogs.online.shelf import Shelf, catalog_of

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PAGES = ["items page"] * 10


class KilledError(BaseException):
    """Stands for the end of the process: nothing catches it."""


def read(shelf: Shelf, folder: Path, now: datetime = NOW, **settings: Any) -> list[str]:
    """Discover the shelf as a new process, and return the calls that it made."""
    shelf.calls.clear()
    discover(catalog_of(shelf, folder, now, **settings), folder, guard=Guard(percent=100))
    return list(shelf.calls)


def interrupt(shelf: Shelf, folder: Path, after: int, **settings: Any) -> None:
    """Discover the shelf at `NOW`, and kill the process at the call with this number."""

    def die() -> None:
        if len(shelf.calls) == after + 1:
            raise KilledError

    shelf.hook = die
    with pytest.raises(KilledError):
        read(shelf, folder, **settings)
    shelf.hook = lambda: None


@pytest.mark.parametrize(
    ("hours", "passed"), [(24, 23.9), (0.5, 0.4), (1, 0), (8_760, 8_000), (None, 23)]
)
def test_replies_within_the_time_are_not_requested_again(
    tmp_path: Path, hours: float | None, passed: float
) -> None:
    shelf = Shelf(range(95))
    settings = {} if hours is None else {"reuse_listing_hours": hours}
    interrupt(shelf, tmp_path, 7, **settings)
    calls = read(shelf, tmp_path, NOW + timedelta(hours=passed), **settings)
    # Of the cursor, the albums and five pages none again; then what changed in the meantime.
    assert calls == [*PAGES[5:], "changes"]


@pytest.mark.parametrize(("hours", "passed"), [(24, 24), (0.5, 0.6), (1, 30), (None, 24.1)])
def test_older_replies_are_not_reused(tmp_path: Path, hours: float | None, passed: float) -> None:
    shelf = Shelf(range(95))
    settings = {} if hours is None else {"reuse_listing_hours": hours}
    interrupt(shelf, tmp_path, 7, **settings)
    shelf.remove(1)
    calls = read(shelf, tmp_path, NOW + timedelta(hours=passed), **settings)
    assert calls == ["cursor", "albums page", *PAGES]


@pytest.mark.parametrize("passed", [-1, 0, 1])
def test_nothing_is_reused_with_0(tmp_path: Path, passed: int) -> None:
    shelf = Shelf(range(95))
    interrupt(shelf, tmp_path, 7, reuse_listing_hours=0)
    now = NOW + timedelta(hours=passed)
    calls = read(shelf, tmp_path, now, reuse_listing_hours=0)
    assert calls == ["cursor", "albums page", *PAGES]


@pytest.mark.parametrize(("hours", "expected"), [(24, ["changes"]), (0, None)])
def test_the_time_also_holds_for_a_listing_that_was_not_accepted(
    tmp_path: Path, hours: float, expected: list[str] | None
) -> None:
    shelf = Shelf(range(95))
    list(catalog_of(shelf, tmp_path, NOW, reuse_listing_hours=hours).scan({}))
    calls = read(shelf, tmp_path, NOW + timedelta(hours=1), reuse_listing_hours=hours)
    assert calls == (expected or ["cursor", "albums page", *PAGES])


def test_a_change_feed_is_always_asked_again(tmp_path: Path) -> None:
    shelf = Shelf(range(95))
    read(shelf, tmp_path)
    shelf.put(1, "edited")
    list(catalog_of(shelf, tmp_path, NOW).scan({}))  # read, but not accepted
    shelf.put(1, "edited again")
    assert read(shelf, tmp_path, NOW) == ["changes"]


def test_the_setting_is_one_of_every_online_catalog() -> None:
    online = [spec.settings for spec in SPECS if issubclass(spec.settings, OnlineCatalogSettings)]
    assert len(online) == 5
    for settings in online:
        made = settings(endpoint="https://photos.example.org")
        assert made.reuse_listing_hours == 24
        # It is no property of the rows: changing it lists nothing again.
        other = settings(endpoint="https://photos.example.org", reuse_listing_hours=2)
        assert other.rows_digest == made.rows_digest
        with pytest.raises(ValidationError, match="reuse_listing_hours"):
            settings(endpoint="https://photos.example.org", reuse_listing_hours=-1)
