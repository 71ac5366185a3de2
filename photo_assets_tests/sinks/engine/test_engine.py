"""Plans: their rows, that each is applied once and completely, and the state after a kill."""

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.ledger import PlanRefusedError, SinkRequests
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.tables import UNIFIED
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan, find_plan, kept_plans
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.sink_status import SinkStatus, read_sink_status
from photo_assets.sinks.engine.sink_tables import DRIFT_NAME, outcome_asset
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import Row, pages, plan, sync, written
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents

PROGRAM = "photo_assets_tests.sinks.shelf_sink"


def test_all_is_created_once_and_the_second_time_nothing_is_sent(
    workspace: Workspace, shelf: Path
) -> None:
    wanted: list[Row] = [("albums", "a", "", {"name": "Häuser"}), *pages(20)]
    first = sync(workspace, shelf, wanted)
    assert (first.created, first.updated, first.failed, first.left) == (21, 0, 0, 0)
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}
    planned = plan(workspace, shelf, wanted)
    assert planned.plan.rows == 0
    assert planned.summary.unchanged == 21
    again = apply_plan(workspace, ShelfSink(workspace, shelf, wanted), planned.plan.plan_id)
    assert (again.created, again.updated, again.left) == (0, 0, 0)
    with sqlite3.connect(shelf) as connection:
        assert connection.execute("select count(*) from log").fetchone() == (8,)


def test_a_plan_says_what_changes_and_why_before_anything_is_sent(
    workspace: Workspace, shelf: Path
) -> None:
    sync(workspace, shelf, pages(3))
    wanted: list[Row] = [
        *pages(3)[:2],
        ("pages", "p00002", "p00002", {"title": "New", "rating": 5}),
    ]
    planned = plan(workspace, shelf, wanted)
    rows = list(planned.plan.read())
    assert [(r.key, r.action, r.reason) for r in rows] == [("p00002", "update", "rating, title")]
    assert json.loads(rows[0].before or "") == {"title": "Photo 2"}
    assert json.loads(rows[0].after) == {"title": "New", "rating": 5}
    assert contents(shelf)[("pages", "p00002")] == {"title": "Photo 2"}
    assert find_plan(workspace, planned.plan.plan_id[:6]) == planned.plan


def test_making_the_same_plan_again_writes_nothing(workspace: Workspace, shelf: Path) -> None:
    first = plan(workspace, shelf, pages(3))
    second = plan(workspace, shelf, pages(3))
    assert second.plan == first.plan
    assert not second.written.changed


def test_the_lag_of_a_sink_is_reported_in_rows(workspace: Workspace, shelf: Path) -> None:
    nothing = UNIFIED.schema.empty_table()
    workspace.lake.write(("metadata", "unified"), "2020-01-01", UNIFIED, nothing)

    def stands(inputs: str = "x") -> SinkStatus:
        return read_sink_status(workspace, "shelf", inputs, shelf.name)

    assert not stands().planned
    wanted = pages(7)
    wanted[0][3]["refuse"] = True
    plan(workspace, shelf, wanted)
    before = stands()
    now = datetime.now(UTC)
    assert (before.planned, before.waiting, before.followed) == (True, 7, False)
    assert before.late(now + timedelta(hours=2), timedelta(hours=1))
    assert not before.late(now, timedelta(hours=1))
    assert "7 rows wait" in before.sentence(now)
    sync(workspace, shelf, wanted)
    after = stands()
    assert (after.followed, after.waiting, after.failed, after.since) == (True, 0, 1, None)
    assert not stands("y").planned
    assert not read_sink_status(workspace, "shelf", "x", "elsewhere").planned


def test_an_older_plan_is_refused_once_a_newer_one_was_written(
    workspace: Workspace, shelf: Path
) -> None:
    old = plan(workspace, shelf, pages(3)).plan
    sync(workspace, shelf, pages(3, rating=1))
    with pytest.raises(PlanRefusedError, match="out of date"):
        apply_plan(workspace, ShelfSink(workspace, shelf), old.plan_id)
    assert contents(shelf)[("pages", "p00000")] == {"title": "Photo 0", "rating": 1}


def test_an_unknown_plan_is_named(workspace: Workspace, shelf: Path) -> None:
    with pytest.raises(ConfigurationError, match="no plan 123"):
        apply_plan(workspace, ShelfSink(workspace, shelf), "123")


def test_one_refused_row_costs_one_row_and_is_tried_again_when_asked(
    workspace: Workspace, shelf: Path
) -> None:
    wanted = pages(7)
    wanted[3][3]["refuse"] = True
    sink = ShelfSink(workspace, shelf, wanted)
    planned = make_plan(workspace, sink, "x")
    applied = apply_plan(workspace, sink, planned.plan.plan_id)
    assert (applied.created, applied.failed, applied.left) == (6, 1, 0)
    assert applied.errors == {"p00003": "it is refused"}
    assert apply_plan(workspace, sink, planned.plan.plan_id).failed == 0
    assert apply_plan(workspace, sink, planned.plan.plan_id, retry_failed=True).failed == 1
    wanted[3][3].pop("refuse")
    assert [row.key for row in plan(workspace, shelf, wanted).plan.read()] == ["p00003"]


def test_a_request_refused_as_a_whole_costs_its_rows(workspace: Workspace, shelf: Path) -> None:
    wanted: list[Row] = [*pages(3), ("pages", "p9", "p9", {"refuse all": True})]
    applied = sync(workspace, shelf, wanted)
    assert (applied.created, applied.failed) == (3, 1)
    assert "refused" in applied.errors["p9"]


def test_unwanted_rows_are_marked_kept_and_can_return(workspace: Workspace, shelf: Path) -> None:
    album: Row = ("albums", "a", "", {"name": "x"})
    sync(workspace, shelf, [album, *pages(10)])
    applied = sync(workspace, shelf, pages(9))
    assert applied.updated == 1
    assert contents(shelf)[("pages", "p00009")] == {"title": "Photo 9", "gone": True}
    assert contents(shelf)[("albums", "a")] == {"name": "x"}
    assert plan(workspace, shelf, pages(9)).plan.rows == 0
    back = plan(workspace, shelf, pages(10))
    assert [row.reason for row in back.plan.read()] == ["restored"]
    sync(workspace, shelf, pages(10))
    assert contents(shelf)[("pages", "p00009")] == {"title": "Photo 9"}


def test_a_view_that_shrank_a_lot_retires_nothing_without_permission(
    workspace: Workspace, shelf: Path
) -> None:
    sync(workspace, shelf, pages(100))
    planned = plan(workspace, shelf, [])
    assert (planned.plan.rows, planned.plan.held, planned.summary.held) == (0, 100, 100)
    applied = sync(workspace, shelf, pages(50), allow_retiring=True)
    assert applied.updated == 50


def test_a_key_wanted_twice_is_written_once(workspace: Workspace, shelf: Path) -> None:
    twice: list[Row] = [*pages(2), ("pages", "p00000", "p00000", {"title": "Another"})]
    planned = plan(workspace, shelf, twice)
    assert (planned.plan.rows, planned.summary.repeated) == (2, 1)


def test_another_destination_starts_over(workspace: Workspace, shelf: Path, tmp_path: Path) -> None:
    sync(workspace, shelf, pages(3))
    other = tmp_path / "other.sqlite"
    assert sync(workspace, other, pages(3)).created == 3
    assert len(contents(other)) == 3
    assert sync(workspace, other, pages(3)).created == 0


def test_manual_changes_are_found_and_corrected(workspace: Workspace, shelf: Path) -> None:
    sync(workspace, shelf, pages(5))
    verify_sink(workspace, ShelfSink(workspace, shelf))
    assert drift_file(workspace) is None  # plans are made from it: they stay as true as they were
    with sqlite3.connect(shelf) as connection:
        connection.execute("update shelf set content = '{}' where key = 'p00002'")
    found = verify_sink(workspace, ShelfSink(workspace, shelf))
    assert (found.rows, [row.key for row in found.drifted]) == (5, ["p00002"])
    planned = plan(workspace, shelf, pages(5))
    rows = list(planned.plan.read())
    assert [(r.key, r.reason, r.before) for r in rows] == [("p00002", "changed there", "{}")]
    sync(workspace, shelf, pages(5))
    assert contents(shelf)[("pages", "p00002")] == {"title": "Photo 2"}
    assert plan(workspace, shelf, pages(5)).plan.rows == 0
    before = drift_file(workspace)
    verify_sink(workspace, ShelfSink(workspace, shelf))
    assert drift_file(workspace) == before is not None


def drift_file(workspace: Workspace) -> str | None:
    return workspace.lake.digest(outcome_asset("shelf"), DRIFT_NAME)


def test_a_plan_is_undone_and_what_it_created_is_marked(workspace: Workspace, shelf: Path) -> None:
    sync(workspace, shelf, pages(3))
    changed: list[Row] = [*pages(3, rating=4), ("pages", "p7", "p7", {"title": "New"})]
    sync(workspace, shelf, changed)
    last = current_plan(workspace, "shelf")
    assert last is not None
    undo = plan_rollback(workspace, ShelfSink(workspace, shelf), last)
    apply_plan(workspace, ShelfSink(workspace, shelf), undo.plan.plan_id)
    there = contents(shelf)
    assert there[("pages", "p00001")] == {"title": "Photo 1"}
    assert there[("pages", "p7")] == {"title": "New", "gone": True}
    with pytest.raises(PlanRefusedError, match="not the last plan"):
        plan_rollback(workspace, ShelfSink(workspace, shelf), last)


def test_the_table_of_what_was_written_may_be_lost(workspace: Workspace, shelf: Path) -> None:
    sync(workspace, shelf, pages(4))
    for table in written(workspace, shelf):
        table.unlink()
    assert plan(workspace, shelf, pages(4)).plan.rows == 0
    for table in written(workspace, shelf):
        table.unlink()
    for kept in kept_plans(workspace, "shelf"):
        kept.path.unlink()
    planned = plan(workspace, shelf, pages(4, rating=2))
    assert {row.reason for row in planned.plan.read()} == {"found in the service, content unknown"}


def test_faults_lose_nothing_and_double_nothing(workspace: Workspace, shelf: Path) -> None:
    wanted = pages(120)
    sink = ShelfSink(workspace, shelf, wanted, share=0.4, seed=7)
    planned = make_plan(workspace, sink, "x")
    for _ in range(20):
        if apply_plan(workspace, sink, planned.plan.plan_id, at_once=3).finished:
            break
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}


def test_a_repeatedly_killed_run_ends_complete(workspace: Workspace, shelf: Path) -> None:
    """Killed at random, and once with a newer plan in between that covers the same rows."""
    wanted = pages(400)
    sink = ShelfSink(workspace, shelf, wanted)
    chance = random.Random(11)
    for inputs in ("x", "y"):  # what was cut short belongs to an older plan then
        plan_id = make_plan(workspace, sink, inputs).plan.plan_id
        for seed in range(3):
            assert _killed(workspace, shelf, plan_id, seed, chance.uniform(0.0, 0.15))
    applied = apply_plan(workspace, sink, plan_id, at_once=2)
    assert applied.left == 0
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}
    assert plan(workspace, shelf, wanted).plan.rows == 0
    assert SinkRequests(workspace.ledger).cut_short("shelf", but="") == []


def _killed(workspace: Workspace, shelf: Path, plan_id: str, seed: int, after: float) -> bool:
    """Apply in a separate process and kill it; return whether it was still running."""
    file = workspace.configuration.file
    assert file is not None
    with subprocess.Popen(
        [sys.executable, "-m", PROGRAM, str(file), str(shelf), plan_id, "0.2", str(seed)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        for _ in range(1000):  # until it has begun to send
            if process.poll() is not None or _sent_by(shelf, process.pid):
                break
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait()
        return process.returncode == -signal.SIGKILL


def _sent_by(shelf: Path, pid: int) -> bool:
    if not shelf.exists():
        return False
    with sqlite3.connect(shelf, timeout=30) as connection:
        tables = {row[0] for row in connection.execute("select name from sqlite_master")}
        if "log" not in tables:
            return False
        query = "select count(*) from log where pid = ?"
        return bool(connection.execute(query, (pid,)).fetchone()[0])


def test_a_full_disk_is_one_sentence_and_loses_nothing(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(workspace, shelf, pages(3))
    monkeypatch.setattr(ShelfSink, "desired", full_disk)
    with pytest.raises(StorageError, match="No space left on device"):
        plan(workspace, shelf, pages(3, rating=1))
    assert not list((workspace.scratch / "plans").iterdir())
    monkeypatch.undo()
    assert sync(workspace, shelf, pages(3, rating=1)).updated == 3


def full_disk(_sink: ShelfSink, _partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
    raise OSError(errno.ENOSPC, "No space left on device")
