"""A fault affects only its own month, catalog or nightly run."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import load_held
from photo_assets.catalogs.discovery.months import EMPTY
from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.dead_runs import end_dead_runs, process_tags
from photo_assets.defs.events import is_active, latest_storage_ids, latest_versions
from photo_assets.defs.keys import (
    CATALOGS,
    FINGERPRINTS,
    THUMBNAILS,
    catalog_key,
    further_keys,
    source_key,
)
from photo_assets.defs.tags import CHANGED_ONLY, VERIFY
from photo_assets.identity.faults import file_faults
from photo_assets.identity.fingerprints import worker_process
from photo_assets.ledger import Confirmations, PartitionAttempts
from photo_assets.model.tables import ITEMS
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture, make_three
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.defs.test_automation import photo_count

FOLDERS = catalog_key("folders")


def check_result(daemon: Daemon, name: str, key: dg.AssetKey = FOLDERS) -> dg.AssetCheckEvaluation:
    """Return the latest evaluation of a check."""
    check = dg.AssetCheckKey(key, name)
    records = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([check])
    record = records[check]
    assert record.event is not None
    assert record.event.dagster_event is not None
    return record.event.dagster_event.asset_check_evaluation_data


def staleness(daemon: Daemon, key: dg.AssetKey, month: str) -> StaleStatus:
    """Return the state of a partition in the UI."""
    graph = daemon.definitions.resolve_asset_graph()
    return CachingStaleStatusResolver(
        daemon.instance, graph, LoadingContextForTest(daemon.instance)
    ).get_status(key, month)


def test_a_failed_month_fails_alone_and_is_retried_once(project: Path, daemon: Daemon) -> None:
    """A directory at the path of May's table makes writing it fail."""
    make_three(project / "photos")
    in_the_way = project / "data/lake/catalog/folders/2025-05-01.parquet"
    in_the_way.mkdir(parents=True)
    runs = daemon.settle(conditions=False)
    assert runs["catalog"] == 2
    assert daemon.failures.count("catalog_folders") == 2
    done = {month for month, v in latest_versions(daemon.instance, FOLDERS).items() if v != EMPTY}
    assert done == {"2025-03-01", "2025-06-01"}
    tries = PartitionAttempts(workspace().ledger).attempts("catalog/folders")
    assert {month: tried.attempts for month, tried in tries.items()} == {"2025-05-01": 2}

    in_the_way.rmdir()
    daemon.look_again()
    # What could not be joined beside it is; the month itself was given up.
    assert not daemon.settle(conditions=False).keys() & {
        "source",
        "catalog",
        "fingerprints",
        "thumbnails",
    }
    make_picture(project / "photos" / "may.jpg", datetime(2025, 5, 20), seed=4)
    daemon.look_again()
    daemon.settle(conditions=False)
    assert photo_count() == 4


@pytest.mark.slow
def test_a_nightly_run_retries_a_failed_month(project: Path, daemon: Daemon) -> None:
    make_three(project / "photos")
    in_the_way = project / "data/lake/catalog/folders/2025-05-01.parquet"
    in_the_way.mkdir(parents=True)
    daemon.settle(conditions=False)
    in_the_way.rmdir()
    tags = {"photo_assets/full_scan": "true", **month_tags("2025-03-01", "2025-03-01")}
    assert daemon.execute("catalog_folders", tags)
    daemon.settle(conditions=False)
    assert photo_count() == 3


def test_an_update_during_a_run_fails_the_run_once(
    project: Path, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of no month are recorded as failed."""
    make_three(project / "photos")
    with monkeypatch.context() as patch:
        patch.setattr(worker_process, "PROTOCOL", "the version before the update")
        while not daemon.failures:
            assert daemon.tick()
    assert daemon.failures == ["fingerprints"]
    months = workspace().lake.names(("identity", "fingerprints"))
    assert not months
    tries = PartitionAttempts(workspace().ledger).attempts("identity/fingerprints")
    assert {month: tried.last_error for month, tried in tries.items()} == {"2025-03-01": None}
    daemon.settle(conditions=False)
    assert photo_count() == 3
    assert not file_faults(workspace().lake)


def month_tags(first: str, last: str) -> dict[str, str]:
    """Return the tags that the UI sets on a run over a range of months."""
    return {
        "dagster/asset_partition_range_start": first,
        "dagster/asset_partition_range_end": last,
    }


def test_a_catalog_that_lost_too_much_is_held_until_confirmed(year: Settled) -> None:
    project, daemon = year
    with (project / "photosync.yaml").open("a") as file:
        file.write("discovery: {disappearance_items: 5}\n")
    photos = sorted((project / "photos").iterdir())
    assert check_result(daemon, "nothing_vanished").passed
    for photo in photos[:6]:
        photo.unlink()
    daemon.look_again()
    runs = daemon.settle()
    assert dict(runs) == {"source": 1}
    result = check_result(daemon, "nothing_vanished")
    assert not result.passed
    assert result.description is not None
    assert "photosync confirm folders/main" in result.description
    assert availabilities() == ["online"] * 12
    daemon.look_again()
    assert not daemon.settle()

    make_picture(project / "photos" / "new.jpg", datetime(2025, 5, 20), seed=4)
    daemon.look_again()
    daemon.settle(conditions=False)
    assert availabilities() == ["online"] * 13, "what is new goes in while what is gone waits"
    assert not check_result(daemon, "nothing_vanished").passed

    ws = workspace()
    held = load_held(catalog_folder(ws.staging, "folders", "main"))
    assert held is not None
    Confirmations(ws.ledger).confirm(
        "folders", "main", held.scan_digest, "me", held.lost, held.known
    )
    daemon.look_again()
    daemon.settle(conditions=False)
    assert check_result(daemon, "nothing_vanished").passed
    assert sorted(availabilities()) == ["missing"] * 6 + ["online"] * 7
    assert photo_count() == 13


def availabilities() -> list[str]:
    """Return the availability of every item of the folders catalog."""
    lake = workspace().lake
    months = lake.names(("catalog", "folders"))
    tables = [lake.read(("catalog", "folders"), m, ITEMS, ["availability"]) for m in months]
    return [value for table in tables for value in table["availability"].to_pylist()]


def test_every_check_passes_on_a_healthy_graph(year: Settled) -> None:
    daemon = year.daemon
    graph = daemon.definitions.resolve_asset_graph()
    unused = {*CATALOGS, *(key for source in SOURCES for key in further_keys(source))} - {FOLDERS}
    keys = [k for k in graph.asset_check_keys if k.asset_key not in unused]
    assert len(keys) >= 9
    for key in keys:
        assert check_result(daemon, key.name, key.asset_key).passed, key


def test_a_stale_catalog_is_named_while_others_are_fresh(project: Path, daemon: Daemon) -> None:
    make_three(project / "photos")
    (project / "photosync.yaml").write_text(
        "data_dir: data\n"
        "catalogs:\n"
        "  folders:\n"
        "    main: {path: photos, settle_seconds: 0}\n"
        "    attic: {path: gone}\n"
    )
    daemon.settle(conditions=False)
    result = check_result(daemon, "every_catalog_was_read")
    assert not result.passed
    assert result.description is not None
    assert "attic was never read" in result.description
    assert "main" not in result.description


def why_stale(daemon: Daemon, month: str) -> str:
    """Return the description of a month's last observation of the source."""
    wanted = dg.AssetRecordsFilter(asset_key=source_key("folders"), asset_partitions=[month])
    observed = daemon.instance.fetch_observations(wanted, limit=1).records[0].asset_observation
    assert observed is not None
    return str(observed.metadata["unwritten_changes"].value)


def test_a_month_is_stale_when_its_source_changed_and_fresh_after_the_run(year: Settled) -> None:
    project, daemon = year
    assert staleness(daemon, FOLDERS, "2025-06-01") is StaleStatus.FRESH
    make_picture(project / "photos" / "june.jpg", datetime(2025, 6, 9), seed=9)
    make_picture(project / "photos" / "2025-06-0.jpg", datetime(2025, 6, 5, 12), seed=99)
    assert daemon.execute("observe_folders")
    assert "main: 2 items (1 new, 1 changed, 0 gone)" in why_stale(daemon, "2025-06-01")
    stale = [
        m
        for m in range(1, 13)
        if staleness(daemon, FOLDERS, f"2025-{m:02d}-01") is StaleStatus.STALE
    ]
    assert stale == [6]
    daemon.settle(conditions=False)
    for key in (FOLDERS, FINGERPRINTS):
        assert staleness(daemon, key, "2025-06-01") is StaleStatus.FRESH


MONTHLY = {"catalog_folders": FOLDERS, "fingerprints": FINGERPRINTS, "thumbnails": THUMBNAILS}


def test_a_backfill_over_any_range_has_an_event_for_every_month(
    project: Path, daemon: Daemon
) -> None:
    """Dagster ends a backfill as failed when one requested month has no event, photos or not."""
    make_picture(project / "photos" / "a.jpg", datetime(2024, 1, 9), seed=1)
    make_picture(project / "photos" / "b.jpg", datetime(2025, 6, 9), seed=2)
    assert daemon.execute("observe_folders")
    wanted = {f"{year}-{m:02d}-01" for year in (2024, 2025) for m in range(1, 13)}
    for job, key in MONTHLY.items():
        assert daemon.execute(job, month_tags("2024-01-01", "2025-12-01"))
        assert set(latest_storage_ids(daemon.instance, key)) == wanted


def test_an_unreadable_catalog_does_not_affect_others(project: Path, daemon: Daemon) -> None:
    make_three(project / "photos")
    (project / "broken.lrcat").write_bytes(b"not a catalog" * 1000)
    (project / "photosync.yaml").write_text(
        "data_dir: data\n"
        "catalogs:\n"
        "  lightroom:\n"
        "    broken: {path: broken.lrcat}\n"
        "  folders:\n"
        "    main: {path: photos, settle_seconds: 0}\n"
    )
    daemon.settle()
    assert photo_count() == 3
    daemon.look_again()
    daemon.settle()
    assert daemon.failures == ["observe_lightroom"] * 2
    daemon.look_again()
    assert not daemon.settle()


def test_a_damaged_table_is_rewritten(year: Settled) -> None:
    project, daemon = year
    table = project / "data/lake/catalog/folders/2025-03-01.parquet"
    table.write_bytes(b"PAR1 no more")
    daemon.look_again()
    daemon.settle(conditions=False)
    assert photo_count() == 12


def test_months_without_photos_are_fresh_after_a_backfill(project: Path, daemon: Daemon) -> None:
    for n in (5, 7):
        make_picture(project / "photos" / f"{n}.jpg", datetime(2025, n, 9), seed=n)
    assert daemon.execute("observe_folders")
    for job, key in MONTHLY.items():
        assert daemon.execute(job, month_tags("2025-05-01", "2025-07-01"))
        for month in ("2025-05-01", "2025-06-01", "2025-07-01"):
            assert staleness(daemon, key, month) is StaleStatus.FRESH, (key, month)


_HOLDING = """
import os, signal, time
import dagster as dg
from photo_assets.defs.dead_runs import process_tags

@dg.op(pool="catalog_folders")
def hold():
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

@dg.job(executor_def=dg.in_process_executor)
def holding():
    hold()

with dg.DagsterInstance.get() as instance:
    holding.execute_in_process(instance=instance, tags={**process_tags(), "photo_assets/source": "folders"})
"""


def test_a_killed_process_frees_its_pool_slot(project: Path, daemon_on_disk: Daemon) -> None:
    """The slot of a killed run stayed taken, and the next discovery waited for it forever."""
    killed = subprocess.run([sys.executable, "-c", _HOLDING], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    instance = daemon_on_disk.instance
    assert is_active(instance, {"photo_assets/source": "folders"})
    storage = instance.event_log_storage
    assert storage.get_concurrency_info("catalog_folders").active_slot_count == 1

    assert len(end_dead_runs(instance)) == 1
    assert storage.get_concurrency_info("catalog_folders").active_slot_count == 0
    assert end_dead_runs(instance) == []
    make_picture(project / "photos" / "a.jpg", datetime(2025, 6, 9), seed=1)
    daemon_on_disk.settle(conditions=False)
    assert photo_count() == 1


def test_a_run_of_an_active_process_is_not_ended(project: Path, daemon: Daemon) -> None:
    run = daemon.instance.create_run_for_job(
        daemon.definitions.resolve_job_def("lookalikes"),
        status=dg.DagsterRunStatus.STARTED,
        tags=process_tags(),
    )
    assert end_dead_runs(daemon.instance) == []
    left = daemon.instance.get_run_by_id(run.run_id)
    assert left is not None
    assert not left.is_finished


def test_deleted_thumbnails_are_recreated_by_the_nightly_run(year: Settled) -> None:
    daemon = year.daemon
    tree = workspace().thumbnails
    files = sorted(tree.root.glob("*/*/*.jpg"))
    assert len(files) == 3 * 12
    files[0].unlink()
    assert not daemon.settle()
    night = {**month_tags("2025-01-01", "2025-12-01"), CHANGED_ONLY: "true", VERIFY: "true"}
    before = latest_storage_ids(daemon.instance, THUMBNAILS)
    assert daemon.execute("thumbnails", night)
    assert sorted(tree.root.glob("*/*/*.jpg")) == files
    after = latest_storage_ids(daemon.instance, THUMBNAILS)
    # The month with the hole, and the last one, whose event says that somebody looked.
    assert len({month for month in after if after[month] != before.get(month)}) == 2
