"""The metadata of a plan about its months."""

from pathlib import Path

import pytest

from photo_assets.defs.sink.plan_rendering import describe_plan
from photo_assets.library import open_workspace
from photo_assets_tests.sinks.engine.shelving import pages, plan, shelf_registered, sync

__all__ = ["shelf_registered"]


@pytest.mark.usefixtures("shelf_registered")
def test_the_page_of_a_plan_shows_how_many_months_were_skipped(tmp_path: Path) -> None:
    file, shelf = tmp_path / "photosync.yaml", tmp_path / "shelf.sqlite"
    file.write_text("data_dir: data\n")
    workspace = open_workspace(file)
    sync(workspace, shelf, pages(3))
    for wanted, planned, alone in ((pages(3), 1, 0), (pages(3), 0, 1), (pages(3, stars=1), 1, 0)):
        said = describe_plan(plan(workspace, shelf, wanted), 0.0)
        assert (said["planned_months"], said["unchanged_months"]) == (planned, alone)
