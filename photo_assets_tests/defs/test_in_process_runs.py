"""Runs that a command executes itself belong to their jobs, as those that the UI starts do."""

import os
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest
from dagster._core.workspace.load import location_origins_from_yaml_paths

from photo_assets.defs.in_process_runs import LOCATION, in_process_instance
from photo_assets_tests.cli.running import REPOSITORY, make_photos, make_project


def test_a_run_names_its_job_and_code_location(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.configure("catalogs: {}")

    @dg.asset
    def number() -> int:
        return 1

    job = dg.Definitions([number], jobs=[dg.define_asset_job("count")]).resolve_job_def("count")
    with (
        mock.patch.dict(os.environ, {"DAGSTER_HOME": str(project.home)}),
        in_process_instance() as instance,
    ):
        done = job.execute_in_process(instance=instance, tags={"mine": "kept"})
        listed = instance.get_runs(dg.RunsFilter(job_name="count", tags=_of_the_repository()))
        assert [run.run_id for run in listed] == [done.run_id]
        (run,) = listed
        assert run.tags["mine"] == "kept"
        assert run.remote_job_origin is not None
        assert run.remote_job_origin.job_name == "count"


def test_the_location_is_that_of_workspace_yaml() -> None:
    (origin,) = location_origins_from_yaml_paths([str(REPOSITORY / "workspace.yaml")])
    assert origin.location_name == LOCATION


@pytest.mark.slow
def test_every_run_of_a_discovery_names_its_job(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    make_photos(project.user / "nas", 1)
    nas = f"{{path: {project.user}/nas, settle_seconds: 0}}"
    project.configure(f"catalogs: {{folders: {{nas: {nas}}}}}")
    assert project.run("discover").returncode == 0
    with (
        mock.patch.dict(os.environ, {"DAGSTER_HOME": str(project.home)}),
        in_process_instance() as instance,
    ):
        assert len(instance.get_runs()) >= 4
        assert instance.get_runs_count() == instance.get_runs_count(
            dg.RunsFilter(tags=_of_the_repository())
        )


def _of_the_repository() -> dict[str, str | list[str]]:
    """Return how the pages of jobs ask for their runs."""
    return {".dagster/repository": f"__repository__@{LOCATION}"}
