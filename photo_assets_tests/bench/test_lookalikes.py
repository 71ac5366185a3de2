"""The measured search finds what brute force finds; nothing is timed here."""

import pytest

from photo_assets_tests.bench.lookalikes_scale import measure_asset, measure_lookalikes


@pytest.mark.parametrize("distance", [4, 6])
def test_a_measured_search_has_full_recall_and_nothing_extra(distance: int) -> None:
    found = measure_lookalikes(5_000, distance)
    assert (found["recall"], found["extra"]) == (1.0, 0)
    assert found["compared"] == found["hashes"] == 5_000
    assert found["pairs"] >= (20 if distance == 4 else 100)
    assert found["seconds"] >= 0 and found["peak_mib"] > 10


def test_the_whole_asset_is_measured_on_tables_with_the_same_pairs() -> None:
    found = measure_asset(2_000)
    assert found["pairs"] >= 200
    assert found["groups"] > 0
