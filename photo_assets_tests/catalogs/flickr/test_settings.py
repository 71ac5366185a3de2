"""A changed setting of a Flickr account."""

from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets_tests.catalogs.flickr.reading import Reading


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
