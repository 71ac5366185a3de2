"""The measured scans pass their gate, and the gate notices a scan that sees nothing."""

from pathlib import Path

import pytest

from photo_assets.catalogs.folders.listing import Listing
from photo_assets_tests.bench.scan_scale import GateError, measure_scan, walk_and_stat

FIGURES = {
    "nochange_scan_over_stat",
    "nochange_probe_over_stat",
    "one_change_scan_over_stat",
    "nochange_lightroom_over_stat",
}


@pytest.mark.slow
def test_five_hundred_files_are_measured(tmp_path: Path) -> None:
    figures = measure_scan(500, tmp_path, rounds=1)
    assert figures.keys() == FIGURES
    assert all(ratio > 0 for ratio in figures.values())
    assert walk_and_stat(tmp_path / "folders" / "tree") == 500


def test_a_scan_that_overlooks_changes_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listing, "state", b"always the same")
    with pytest.raises(GateError, match="0 files were read again instead of one"):
        measure_scan(500, tmp_path, rounds=1)
