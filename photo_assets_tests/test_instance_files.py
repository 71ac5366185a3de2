"""Dagster's SQLite storages with engines that are kept: same content, fewer files opened."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationPlanned,
)
from dagster._core.definitions.partitions.subset.partitions_subset import PartitionsSubset
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from photo_assets.instance_files import KeptEventLog, KeptRuns, KeptSchedules

PHOTOS = dg.AssetKey("photos")


@dg.op
def noted(context: dg.OpExecutionContext) -> int:
    """Write materializations; return how often the run's write-ahead log was folded in."""
    storage = context.instance.event_log_storage
    assert isinstance(storage, KeptEventLog)
    log = Path(storage.path_for_shard(context.run_id) + "-wal")
    folded = 0
    for month in range(5):
        context.log_event(dg.AssetMaterialization(PHOTOS, partition=f"2024-0{month + 1}-01"))
        folded += not log.exists()
    return folded


@dg.job
def noting() -> None:
    """Run the op."""
    noted()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: photo_assets.instance\n    class: InstanceStorage\n"
        "    config: {}\n"
    )
    (tmp_path / "photosync.yaml").write_text("data_dir: data\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    for name in ("PHOTOSYNC_CONFIG", "PHOTO_ASSETS_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_each_of_the_three_is_the_kept_one(instance: dg.DagsterInstance) -> None:
    """A storage that Dagster adds or renames would silently bypass this module."""
    assert isinstance(instance.event_log_storage, KeptEventLog)
    assert isinstance(instance.run_storage, KeptRuns)
    assert isinstance(instance.schedule_storage, KeptSchedules)


def test_the_log_of_a_run_is_not_folded_in_at_every_event(instance: dg.DagsterInstance) -> None:
    result = noting.execute_in_process(instance=instance)
    assert result.output_for_node("noted") == 0
    assert len(instance.get_materialized_partitions(PHOTOS)) == 5


def test_a_few_files_stay_open_however_many_runs_there_are(instance: dg.DagsterInstance) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system has no /proc to find open files in")
    folder = f"{instance.root_directory}/data/dagster/"
    for _ in range(8):
        assert noting.execute_in_process(instance=instance).success
    held = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is(fd)]
    databases = {path for path in held if path.startswith(folder) and path.endswith(".db")}
    assert 0 < len(databases) <= 6, databases


def _is(fd: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{fd}")


def test_dagsters_own_storage_reads_what_was_written(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = noting.execute_in_process(instance=instance).run_id
    own = DagsterSqliteStorage(str(tmp_path / "data" / "dagster"))
    assert [r.run_id for r in own.run_storage.get_runs()] == [run]
    assert len(own.event_log_storage.get_logs_for_run(run)) > 5
    assert own.event_log_storage.get_materialized_partitions(PHOTOS)


MONTHS = dg.StaticPartitionsDefinition([f"2024-{n:02}-01" for n in range(1, 13)])


def planned(subset: PartitionsSubset[str] | None) -> EventLogEntry:
    """Return the event of a run that will check some months, or an asset without months."""
    event = DagsterEvent(
        event_type_value=DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED.value,
        job_name="all",
        step_key="photos",
        message="It intends to check.",
        event_specific_data=AssetCheckEvaluationPlanned(
            asset_key=PHOTOS, check_name="complete", partitions_subset=subset
        ),
    )
    run = "5ac5f1ba-25ab-4c3a-8d0c-5b7d9e0c1f11"
    stated = (None, 10, "It intends to check.", run, 1_700_000_000.0, "photos", "all", event)
    entry: EventLogEntry = EventLogEntry(*stated)  # type: ignore[no-untyped-call]
    return entry


def index_of(storage: SqliteEventLogStorage) -> dict[str, list[tuple[object, ...]]]:
    """Return what a storage's index says of assets, their tags and checks."""
    tables = ("asset_check_executions", "asset_event_tags", "asset_keys", "event_logs")
    with closing(sqlite3.connect(storage.path_for_shard("index"))) as index:
        rows = {name: index.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    return {
        name: [tuple(v for v in row if not str(v).startswith("20")) for row in found]
        for name, found in rows.items()
    }


def test_every_event_leaves_what_it_leaves_in_dagsters_own_storage(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    kept, own = (
        storage(str(tmp_path / storage.__name__))
        for storage in (KeptEventLog, SqliteEventLogStorage)
    )
    run = noting.execute_in_process(instance=instance).run_id
    events = [one.event_log_entry for one in instance.get_records_for_run(run).records]
    months = MONTHS.subset_with_partition_keys(MONTHS.get_partition_keys()[2:])
    events += [planned(months), planned(None)]
    for event in events:
        kept.store_event(event)
        own.store_event(event)
    assert index_of(kept) == index_of(own)
    assert len(index_of(kept)["asset_check_executions"]) == 11


def test_the_tables_of_the_index_are_looked_up_once(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    own = SqliteEventLogStorage.has_table

    def asking(storage: SqliteEventLogStorage, name: str) -> bool:
        asked.append(name)
        return own(storage, name)

    monkeypatch.setattr(SqliteEventLogStorage, "has_table", asking)
    storage = instance.event_log_storage
    assert isinstance(storage, KeptEventLog)
    for _ in range(3):
        noting.execute_in_process(instance=instance)
        assert not storage.has_table("absent")
    assert asked.count("absent") == 3
    assert len(asked) - 3 == len(set(asked) - {"absent"})


def test_files_deleted_while_open_are_recreated(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """`photosync demo --fresh` does that to servers that run."""
    noting.execute_in_process(instance=instance)
    shutil.rmtree(tmp_path / "data" / "dagster" / "history" / "runs")
    (tmp_path / "data" / "dagster" / "history" / "runs").mkdir()
    assert instance.get_materialized_partitions(PHOTOS) == set()
    assert noting.execute_in_process(instance=instance).success
    assert len(instance.get_materialized_partitions(PHOTOS)) == 5


_OPEN_TOGETHER = """
import os, sys
from pathlib import Path
from photo_assets.instance_files import KeptStorage
for number in range(6):
    wait, start = os.pipe()
    children = []
    for _ in range(5):
        child = os.fork()
        if child == 0:
            os.close(start)
            os.read(wait, 1)  # ends when the parent closes its end
            KeptStorage(str(Path(sys.argv[1]) / str(number)))
            os._exit(0)
        children.append(child)
    os.close(start)
    assert not any([os.waitpid(child, 0)[1] for child in children])
    os.close(wait)
"""


def test_processes_create_the_files_together(tmp_path: Path) -> None:
    """Dagster's storages do not permit it: one of them fails with an error of Alembic."""
    command = [sys.executable, "-c", _OPEN_TOGETHER, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_threads_write_at_once(instance: dg.DagsterInstance) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for n in range(20):
                event = dg.AssetMaterialization(PHOTOS, partition=f"{number}-{n}")
                instance.report_runless_asset_event(event)
                instance.get_runs(limit=1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(instance.get_materialized_partitions(PHOTOS)) == 120


def test_a_child_process_does_not_use_what_its_parent_opened(instance: dg.DagsterInstance) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(PHOTOS, partition="parent"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            instance.report_runless_asset_event(dg.AssetMaterialization(PHOTOS, partition="child"))
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    instance.report_runless_asset_event(dg.AssetMaterialization(PHOTOS, partition="after"))
    assert instance.get_materialized_partitions(PHOTOS) == {"parent", "child", "after"}


def test_a_runs_log_has_the_layout_that_dagster_gives_it(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = noting.execute_in_process(instance=instance).run_id
    own = SqliteEventLogStorage(str(tmp_path / "own"))
    with own.run_connection("a run"):
        pass
    kept = instance.event_log_storage
    assert isinstance(kept, KeptEventLog)
    assert layout(kept.path_for_shard(run)) == layout(own.path_for_shard("a run"))


@pytest.mark.parametrize("damage", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_dagster_creates_the_log_if_the_index_cannot_be_copied(
    instance: dg.DagsterInstance, damage: str
) -> None:
    kept = instance.event_log_storage
    assert isinstance(kept, KeptEventLog)
    with closing(sqlite3.connect(kept.path_for_shard("index"))) as index:
        index.execute(damage)
        index.commit()
    with kept.run_connection("a run"):
        pass
    assert len(layout(kept.path_for_shard("a run"))) > 10


def layout(path: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_schema UNION ALL "
            "SELECT 'revision', version_num, '' FROM alembic_version ORDER BY 1, 2"
        ).fetchall()
