"""What Dagster loads: without a warning, complete, and named the same in workspace and project."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs import load
from photo_assets.defs.keys import (
    ALBUMS,
    CATALOGS,
    CONFLICTS,
    FINGERPRINTS,
    HISTORY,
    LOOKALIKES,
    MIRRORS,
    PHOTOS,
    SINK_OUTCOMES,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
    follows_check,
    further_keys,
)

ROOT = Path(__file__).parents[1]


def test_loading_prints_no_warning(tmp_path: Path) -> None:
    program = "import photo_assets.definitions as d; d.defs().resolve_all_job_defs()"
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONWARNINGS", None)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout == ""


def test_the_whole_graph_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    graph = load().resolve_asset_graph()
    assert graph.materializable_asset_keys == {
        *CATALOGS,
        *(key for source in SOURCES for key in further_keys(source)),
        FINGERPRINTS,
        THUMBNAILS,
        PHOTOS,
        LOOKALIKES,
        UNIFIED,
        CONFLICTS,
        VISIBILITY,
        ALBUMS,
        HISTORY,
        *SINK_PLANS.values(),
    }
    # Grey while nobody has set the sinks up: "Materialize all" leaves them alone.
    for key in (*SINK_OUTCOMES.values(), *MIRRORS.values()):
        assert "is not set up: " in (graph.get(key).description or "")
    assert not [key for key in graph.asset_check_keys if key.asset_key in SINK_OUTCOMES.values()]


def test_a_sink_that_is_set_up_can_be_materialized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_none")
    graph = load().resolve_asset_graph()
    assert SINK_OUTCOMES["supabase"] in graph.materializable_asset_keys
    assert follows_check("supabase") in graph.asset_check_keys
    assert {"supabase_rows", "verify_supabase"} <= {job.name for job in load().jobs or ()}


def test_everything_automated_is_on_from_the_start() -> None:
    definitions = load()
    for automation in (*(definitions.sensors or ()), *(definitions.schedules or ())):
        assert automation.default_status.value == "RUNNING", automation.name


def test_every_asset_has_a_description() -> None:
    for spec in load().resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.group_name == spec.key.path[0]


def test_workspace_and_project_load_the_same_module() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    module = workspace["load_from"][0]["python_module"]["module_name"]
    assert module == project["code_location_target_module"] == "photo_assets.definitions"
