"""Which settings of a Flickr account its rows depend on."""

from typing import Any

import pytest

from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets_tests.catalogs.flickr.reading import Reading

_ANOTHER: dict[str, Any] = {
    "account": "family",
    "dates_from_names": False,
    "enabled": False,
    "endpoint": "https://elsewhere.example",
    "full_listing_days": 3.0,
    "longest_wait_minutes": 3.0,
    "poll_seconds": 60,
    "requests_per_second": 0.5,
    "stale_after_hours": 2.0,
    "timeout_seconds": 5.0,
}
_IN_ROWS = {"account", "dates_from_names", "endpoint"}


def test_all_settings_are_among_the_cases() -> None:
    assert set(FlickrSettings.model_fields) == _ANOTHER.keys()


@pytest.mark.parametrize("name", sorted(_ANOTHER))
def test_the_digest_covers_what_rows_depend_on(name: str) -> None:
    other = FlickrSettings(**{name: _ANOTHER[name]})
    assert (other.rows_digest != FlickrSettings().rows_digest) == (name in _IN_ROWS)


def test_a_changed_setting_reads_every_row_again(reading: Reading) -> None:
    account = reading.server.account
    ids = [
        account.add_photo(title="IMG_20200601_103000", taken_unknown=True),
        account.add_photo(title="Jon Snow"),
    ]
    reading.read()
    assert {row["account"] for row in reading.rows().values()} == {account.nsid}
    assert reading.rows()[ids[0]]["capture_kind"] == "name"
    reading.read(account="family", dates_from_names=False)
    assert {row["account"] for row in reading.rows().values()} == {"family"}
    assert reading.rows()[ids[0]]["capture_kind"] is None


def test_the_default_stays_below_the_limit_of_an_hour() -> None:
    policy = FlickrSettings().policy
    assert 3_600 / policy.spacing_s < 3_600
