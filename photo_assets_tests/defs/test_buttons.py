"""One run over several assets succeeds, or states the reason it failed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.defs import load
from photo_assets.defs.keys import CATALOGS, FINGERPRINTS, THUMBNAILS, catalog_key
from photo_assets.defs.partitions import first_month, month_keys
from photo_assets.defs.sync import sync
from photo_assets.defs.sync_result import SyncRequest
from photo_assets.defs.tags import RANGE_END, RANGE_START
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture

FOLDERS = catalog_key("folders")
MONTHLY = (FOLDERS, FINGERPRINTS, THUMBNAILS)
MARCH, APRIL, MAY = "2025-03-01", "2025-04-01", "2025-05-01"


def press(
    daemon: Daemon, keys: Sequence[dg.AssetKey], tags: Mapping[str, str]
) -> dg.ExecuteInProcessResult:
    """Start one run over these assets, like the UI's button."""
    daemon.execute("observe_folders")
    daemon.reload()
    job = daemon.definitions.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(
        instance=daemon.instance, asset_selection=list(keys), tags=tags, raise_on_error=False
    )


def months(first: str, last: str) -> dict[str, str]:
    return {RANGE_START: first, RANGE_END: last}


def events(result: dg.ExecuteInProcessResult) -> Counter[tuple[dg.AssetKey, str | None]]:
    """Return how often each month of each asset has an event of this run."""
    found: Counter[tuple[dg.AssetKey, str | None]] = Counter()
    for event in result.get_asset_materialization_events():
        assert event.asset_key is not None
        found[event.asset_key, event.partition] += 1
    return found


def make_photos(project: Path) -> None:
    for month in (3, 5, 6):  # April has none
        make_picture(project / "photos" / f"{month}.jpg", datetime(2025, month, 9), seed=month)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"dagster/partition": MARCH}, [MARCH]),
        ({"dagster/partition": APRIL}, [APRIL]),  # a month without anything
        (months(MARCH, MAY), [MARCH, APRIL, MAY]),
    ],
)
def test_several_monthly_assets_in_one_run_write_an_event_for_every_month(
    project: Path, daemon: Daemon, tags: dict[str, str], expected: list[str]
) -> None:
    """What followed in the run was skipped, and the run was green."""
    make_photos(project)
    result = press(daemon, MONTHLY, tags)
    assert result.success
    # Once each: Dagster writes none of its own, which would all have one version.
    assert events(result) == Counter({(key, month): 1 for key in MONTHLY for month in expected})
    assert len(workspace().lake.names(("vault", "thumbnails"))) == len(
        [month for month in expected if month != APRIL]
    )


def test_a_failed_month_stops_downstream_steps_and_is_named(project: Path, daemon: Daemon) -> None:
    make_photos(project)
    keys = [*CATALOGS, FINGERPRINTS, THUMBNAILS]
    in_the_way = project / "data/lake/catalog/folders/2025-05-01.parquet"
    in_the_way.mkdir(parents=True)
    result = press(daemon, keys, months(MARCH, MAY))
    assert not result.success
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert failed.step_key == "catalog__folders"
    assert MAY in str(failed.step_failure_data.user_failure_data)
    assert (FOLDERS, MARCH) in events(result)  # the others are done
    assert not [key for key, _ in events(result) if key in {FINGERPRINTS, THUMBNAILS}]
    in_the_way.rmdir()
    again = press(daemon, keys, months(MARCH, MAY))
    assert again.success
    assert set(events(again).values()) == {1}


def test_a_failed_blocking_check_stops_downstream_steps(project: Path, daemon: Daemon) -> None:
    make_photos(project)
    folder = project / "data/lake/catalog/folders"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1]}), folder / "2025-04-01.parquet")
    result = press(daemon, MONTHLY, months(MARCH, MARCH))
    assert not result.success
    assert {key for key, _ in events(result)} == {FOLDERS}


def test_months_start_with_the_first_staged_or_stored_one(project: Path) -> None:
    """A manifest that a disk damaged costs its catalog, and not the whole graph."""
    make_picture(project / "photos" / "old.jpg", datetime(2024, 12, 31), seed=1)
    sync(workspace(), SyncRequest(), lambda _progress: None)
    assert first_month(workspace()) == "2024-12-01"
    assert month_keys(workspace())[:2] == ["2024-12-01", "2025-01-01"]
    (project / "data/staging/folders/main/manifest.json").write_bytes(b"{")
    assert first_month(workspace()) == "2024-12-01"
    assert load().resolve_asset_graph().get(FOLDERS).is_partitioned
