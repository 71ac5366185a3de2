"""The graph keeps itself fresh: few runs, exact months, nothing for nothing."""

from datetime import datetime
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.months import EMPTY
from photo_assets.defs.events import latest_versions
from photo_assets.defs.keys import FINGERPRINTS, catalog_key, source_key
from photo_assets.model.tables import FINGERPRINTS as FINGERPRINTS_TABLE
from photo_assets.model.tables import UNIFIED
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture, make_three
from photo_assets_tests.defs.settled import Settled


def photo_count() -> int:
    return int(workspace().lake.read_all(("metadata", "unified"), UNIFIED).num_rows)


def fingerprint_rows(month: str) -> pa.Table:
    return workspace().lake.read(("identity", "fingerprints"), month, FINGERPRINTS_TABLE)


def events(daemon: Daemon) -> int:
    counts = daemon.instance.event_log_storage.get_logs_for_all_runs_by_log_id()
    return len(counts)


@pytest.mark.slow
def test_a_first_sync_of_thirty_years_takes_a_few_runs_per_layer(
    project: Path, daemon: Daemon
) -> None:
    for year in range(1994, 2024):
        for month in (year % 12 + 1, (year + 5) % 12 + 1):
            taken = datetime(year, month, 7)
            make_picture(project / "photos" / f"{taken:%Y-%m}.jpg", taken, seed=year * 12 + month)
    runs = daemon.settle()
    assert daemon.failures == []
    assert photo_count() == 60
    assert max(runs.values()) <= 3, runs


def test_no_change_launches_nothing_and_writes_no_event(year: Settled) -> None:
    daemon = year.daemon
    daemon.look_again()
    before = events(daemon)
    assert not daemon.settle()
    assert events(daemon) == before


def test_one_changed_month_is_the_only_one_written(year: Settled) -> None:
    project, daemon = year
    before = {
        key: latest_versions(daemon.instance, key) for key in (catalog_key("folders"), FINGERPRINTS)
    }
    make_picture(project / "photos" / "new.jpg", datetime(2025, 6, 9), seed=99)
    daemon.look_again()
    runs = daemon.settle()
    assert dict(runs) == {
        "source": 1,
        "catalog": 1,
        "fingerprints": 1,
        "thumbnails": 1,
        "joins": 1,
        "metadata": 1,
        "lookalikes": 1,
        "plans": 2,  # one of them for the new thumbnail, before the view has its photo
    }
    for key, old in before.items():
        new = latest_versions(daemon.instance, key)
        assert {m for m in new if new[m] != old.get(m)} == {"2025-06-01"}
    assert photo_count() == 13


def test_a_moved_capture_date_refreshes_both_months(year: Settled) -> None:
    project, daemon = year
    make_picture(project / "photos" / "2025-03-0.jpg", datetime(2024, 8, 1), seed=2025030)
    daemon.look_again()
    daemon.settle(conditions=False)
    assert fingerprint_rows("2025-03-01").num_rows == 0
    assert fingerprint_rows("2024-08-01").num_rows == 1
    assert photo_count() == 12


def test_six_scattered_months_take_at_most_three_runs_per_layer(year: Settled) -> None:
    project, daemon = year
    for month in (1, 3, 6, 8, 10, 12):
        path = project / "photos" / f"2024-{month:02d}-extra.jpg"
        make_picture(path, datetime(2024, month, 20), seed=month)
    daemon.look_again()
    runs = daemon.settle()
    assert max(runs.values()) <= 3, runs
    assert photo_count() == 18


def test_an_offline_catalog_keeps_its_rows(year: Settled) -> None:
    project, daemon = year
    assert there(daemon)
    (project / "photos").rename(project / "unplugged")
    daemon.look_again()
    assert not daemon.settle()
    assert photo_count() == 12
    assert not there(daemon)  # at once, and not when it is too old
    (project / "unplugged").rename(project / "photos")
    daemon.look_again()
    assert not daemon.settle()
    assert there(daemon)


def there(daemon: Daemon) -> bool:
    """Return the last result of the check of the folders source."""
    key = dg.AssetCheckKey(catalog_key("folders"), "every_catalog_was_read")
    records = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    event = records[key].event
    assert event is not None and event.dagster_event is not None
    return event.dagster_event.asset_check_evaluation_data.passed


def test_files_that_were_offline_are_fingerprinted_when_they_are_back(
    project: Path, daemon: Daemon
) -> None:
    """A volume that comes back changes no row of its catalog, and its files must be read."""
    make_three(project / "photos")
    daemon.execute("observe_folders")
    (project / "photos").rename(project / "unplugged")
    daemon.execute("observe_folders")
    daemon.settle(conditions=False)
    assert set(fingerprint_rows("2025-03-01")["status"].to_pylist()) == {"unavailable"}
    (project / "unplugged").rename(project / "photos")
    daemon.execute("observe_folders")
    daemon.settle(conditions=False)
    assert set(fingerprint_rows("2025-03-01")["status"].to_pylist()) == {"ok"}


def test_a_killed_run_loses_no_change(project: Path, daemon: Daemon) -> None:
    """A scan accepted without its observation reported (kill -9 between the two) still arrives."""
    from photo_assets.catalogs.discovery.discover import discover
    from photo_assets.catalogs.registry import build_catalogs

    make_three(project / "photos")
    ws = workspace()
    (catalog,) = build_catalogs(ws, "folders")
    discover(catalog, ws.staging)
    daemon.settle(conditions=False)
    assert photo_count() == 3


def test_versions_of_source_and_catalog_agree(year: Settled) -> None:
    daemon = year.daemon
    observed = latest_versions(daemon.instance, source_key("folders"), observed=True)
    written = latest_versions(daemon.instance, catalog_key("folders"))
    assert observed == {month: version for month, version in written.items() if version != EMPTY}


def test_the_same_graph_on_the_same_input_writes_nothing(year: Settled) -> None:
    daemon = year.daemon
    lake = workspace().lake.root
    before = {p: p.stat().st_mtime_ns for p in lake.rglob("*.parquet")}
    for job in ("catalog_folders", "fingerprints", "thumbnails", "photos", "metadata"):
        tags = {
            "dagster/asset_partition_range_start": "2025-01-01",
            "dagster/asset_partition_range_end": "2025-12-01",
        }
        assert daemon.execute(job, tags)
    assert daemon.execute("lookalikes")
    assert before == {p: p.stat().st_mtime_ns for p in lake.rglob("*.parquet")}


def test_it_runs_on_the_instance_dagster_yaml_describes(
    project: Path, daemon_on_disk: Daemon
) -> None:
    make_picture(project / "photos" / "a.jpg", datetime(2025, 6, 9), seed=1)
    daemon_on_disk.settle()
    assert photo_count() == 1
    assert not daemon_on_disk.instance.telemetry_enabled
    assert (project / "data" / "dagster").is_dir()
    assert not (project / "storage").exists()
