"""The measured readings of a SmugMug account pass their gate."""

import pytest

from photo_assets_tests.bench.online_readings import measure
from photo_assets_tests.bench.smugmug import Albums


@pytest.mark.slow
def test_an_account_of_30_albums_is_measured() -> None:
    found = measure(Albums(30, 12))
    assert found["first_calls"] == 32
    assert found["nochange_calls"] == found["tick_calls"] == 1
    assert found["changes_calls"] == 4
    assert found["first_peak_mib"] > 0
