"""The buttons of the UI on a live webserver and daemon."""

import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest

from photo_assets.defs.keys import (
    FINGERPRINTS,
    PHOTOS,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    catalog_key,
)
from photo_assets.defs.sync import sync
from photo_assets.defs.sync_result import SyncRequest
from photo_assets_tests.cli.running import REPOSITORY as ROOT
from photo_assets_tests.defs.daemon import workspace
from photo_assets_tests.defs.live import Ui, running_ui, until
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.web.visiting import served

FOLDERS = catalog_key("folders")
MONTHLY = (FOLDERS, FINGERPRINTS, THUMBNAILS)
MARCH, APRIL, MAY = "2026-03-01", "2026-04-01", "2026-05-01"


@pytest.fixture
def library(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders whose photos are of March and May 2026, read once; no sink is set up."""
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (project / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
    with (project / "photosync.yaml").open("a") as settings:
        settings.write("    card: {path: card, settle_seconds: 0, poll_seconds: 10}\n")
    (project / "card").mkdir()
    make_picture(project / "photos/march.jpg", datetime(2026, 3, 9), seed=1)
    make_picture(project / "card/may.jpg", datetime(2026, 5, 9), seed=2)
    sync(workspace(), SyncRequest(), lambda _progress: None)
    return project


@pytest.fixture
def ui(library: Path) -> Iterator[Ui]:
    with running_ui(library) as ui:
        yield ui


@pytest.mark.slow
def test_materialize_all_is_a_backfill_that_succeeds(ui: Ui) -> None:
    keys = ui.materializable()
    assert {*MONTHLY, PHOTOS, UNIFIED, *SINK_PLANS.values()} <= {*keys}
    assert ui.months(FOLDERS)[0] == MARCH
    assert ui.backfill(keys) == "COMPLETED_SUCCESS"


@pytest.mark.slow
def test_every_combination_succeeds(ui: Ui) -> None:
    chosen = [set_ for n in (1, 2, 3) for set_ in combinations(MONTHLY, n)]
    launched = [
        ui.launch_backfill(keys, months)
        for keys in [*chosen, (*MONTHLY, PHOTOS, UNIFIED)]
        for months in ((MARCH, APRIL, MAY), (APRIL, MAY), None)
    ]
    for keys in chosen:
        _, ended = ui.run(keys, partition=APRIL)
        assert ended == "SUCCESS", keys
        span = {"asset_partition_range_start": MARCH, "asset_partition_range_end": MAY}
        _, ended = ui.run(keys, **span)
        assert ended == "SUCCESS", keys
    assert {ui.end_of_backfill(id_) for id_ in launched} == {"COMPLETED_SUCCESS"}
    assert ui.backfill(ui.materializable()) == "COMPLETED_SUCCESS"


@pytest.mark.slow
def test_failed_runs_can_be_retried_and_unsynced_assets_materialized(library: Path, ui: Ui) -> None:
    in_the_way = library / "data/lake/catalog/folders/2026-04-01.parquet"
    in_the_way.mkdir()
    make_picture(library / "photos/april.jpg", datetime(2026, 4, 9), seed=3)
    span = {"asset_partition_range_start": MARCH, "asset_partition_range_end": MAY}
    run, ended = ui.run(MONTHLY, **span)
    assert ended == "FAILURE"
    failed = ui.launch_backfill(MONTHLY, (MARCH, APRIL, MAY))
    assert ui.end_of_backfill(failed) == "COMPLETED_FAILED"
    in_the_way.rmdir()
    assert ui.again_from_failure(run) == "SUCCESS"
    assert ui.backfill_again(failed) == "COMPLETED_SUCCESS"
    deadline = time.monotonic() + PATIENCE_S
    while unsynced := ui.unsynced() & {PHOTOS, UNIFIED}:
        assert time.monotonic() < deadline
        _, ended = ui.run(sorted(unsynced))
        assert ended == "SUCCESS"


@pytest.mark.slow
def test_a_sync_asked_for_by_the_api_is_a_run_of_the_ui(library: Path, ui: Ui) -> None:
    make_picture(library / "photos/february.jpg", datetime(2026, 2, 9), seed=3)
    with served(workspace, int(ui.url.rpartition(":")[2])) as page:
        header = {"authorization": f"Bearer {page.access.token}"}
        started = page.stranger().post("/api/folders/sync", headers=header)
    assert started.status_code == 202
    run_id = started.json()["run_id"]
    assert started.json() == {
        "started": "dagster",
        "run_id": run_id,
        "url": f"{ui.url}/runs/{run_id}",
    }
    assert ui.job_of(run_id) == "observe_folders"
    assert ui.end_of_run(run_id) == "SUCCESS"
    month = library / "data/lake/catalog/folders/2026-02-01.parquet"
    until(month.exists, lambda: "the daemon did not go on from the run")


@pytest.mark.slow
def test_an_older_photo_and_a_setting_are_noticed_without_a_restart(library: Path) -> None:
    """As with `dagster dev`: one code server that is called to reload."""
    dagster = str(Path(sys.executable).with_name("dagster"))
    with running_ui(library, (dagster, "dev", "-w", "workspace.yaml", "-p")) as ui:
        assert ui.months(FOLDERS)[0] == MARCH
        make_picture(library / "photos/old.jpg", datetime(2025, 12, 9), seed=4)
        deadline = time.monotonic() + PATIENCE_S
        while ui.months(FOLDERS)[0] != "2025-12-01":
            assert time.monotonic() < deadline
            time.sleep(2)
        with (library / "photosync.yaml").open("a") as settings:
            settings.write("sinks: {notion: {enabled: false}}\n")
        while SINK_PLANS["notion"] in ui.materializable():
            assert time.monotonic() < deadline
            time.sleep(2)
        assert ui.backfill([*MONTHLY, PHOTOS, UNIFIED]) == "COMPLETED_SUCCESS"
