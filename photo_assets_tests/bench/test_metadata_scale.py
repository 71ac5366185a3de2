"""The benchmark of the metadata measures what is right, and refuses what is not."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from photo_assets.lake import Lake
from photo_assets.lake.inputs import item_files
from photo_assets.ledger.decisions import Decisions
from photo_assets.model.tables import CONFLICTS, PHOTOS, UNIFIED
from photo_assets_tests.bench.metadata_gate import faults
from photo_assets_tests.bench.metadata_scale import measure_metadata
from photo_assets_tests.bench.metadata_steps import workspace_of

ITEMS = 2_000


def drop_rows(lake: Lake, kind: str, keep: int) -> None:
    table = {UNIFIED.name: UNIFIED, CONFLICTS.name: CONFLICTS}[kind]
    rows = lake.read(("metadata", kind), kind, table)
    lake.write(("metadata", kind), kind, table, rows.slice(0, keep))


@pytest.mark.slow
def test_it_measures_both_assets_and_tells_wrong_tables(tmp_path: Path) -> None:
    figures = measure_metadata(ITEMS, tmp_path)
    workspace = workspace_of(tmp_path)
    lake, decisions = workspace.lake, Decisions(workspace.ledger).all()
    photos = lake.read_all(("identity", "photos"), PHOTOS).num_rows
    assert figures["unified_rows"] == photos
    assert figures["conflicts_rows"] > 10
    assert decisions
    assert all(value > 0 for value in figures.values())
    assert sum(pq.read_metadata(file).num_rows for file in item_files(lake)) == ITEMS
    assert faults(lake, decisions) == []

    open_ = int(figures["conflicts_rows"])
    assert any("are not told" in fault for fault in faults(lake, []))  # the answered ones
    drop_rows(lake, CONFLICTS.name, open_ - 1)
    assert any(f"{open_ - 1:,} are open" in fault for fault in faults(lake, decisions))
    drop_rows(lake, UNIFIED.name, photos - 1)
    assert any(f"there are {photos:,} photos" in fault for fault in faults(lake, decisions))
    with pytest.raises(RuntimeError, match=r"holds 2,000 items, not 3,000"):
        measure_metadata(3_000, tmp_path)
