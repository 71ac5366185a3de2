"""The program of random changes finds nothing, and finds a table that is not what it should be."""

from pathlib import Path

import pytest

from photo_assets.lake.inputs import photo_table
from photo_assets.library import open_workspace
from photo_assets.model.tables import MEMBERS
from photo_assets_tests.bench.random_changes import differing, run


@pytest.mark.slow
def test_a_few_changes_come_to_the_whole_and_a_lost_row_is_named(tmp_path: Path) -> None:
    result = run(tmp_path / "home", items=1_500, changes=120, rounds=3, seed=2)
    assert result["differing"] == []
    assert sum(result["changes"].values()) == 120
    assert result["rounds_joined_in_part"] == 3
    one, other = (
        open_workspace(tmp_path / "home" / name / "photosync.yaml") for name in ("parts", "whole")
    )
    asset = photo_table(MEMBERS)
    month = one.lake.names(asset)[7]
    rows = one.lake.read(asset, month, MEMBERS)
    one.lake.write(asset, month, MEMBERS, rows.slice(1))
    assert list(differing(one, other)) == [f"identity/members {month}"]
