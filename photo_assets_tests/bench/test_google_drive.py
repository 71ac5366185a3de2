"""The measured readings of a Drive pass their gate."""

from photo_assets_tests.bench.google_drive import Drive
from photo_assets_tests.bench.online_readings import measure


def test_a_drive_of_2500_files_is_measured() -> None:
    found = measure(Drive(2_500))
    assert found["first_calls"] == 8
    assert found["nochange_calls"] == found["tick_calls"] == found["changes_calls"] == 1
    assert found["first_peak_mib"] > 0
