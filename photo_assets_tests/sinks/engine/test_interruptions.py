"""Stopping during a run: prompt, and with a consistent state."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from photo_assets.ledger import SinkRequests, SinkStates
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.protocol import PlanRow, SinkNotReadyError
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import pages, plan
from photo_assets_tests.sinks.shelf_sink import ShelfConnection, ShelfSink, contents
from photo_assets_tests.time_limit import NEVER_S, PATIENCE_S


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_it_though_every_thread_waits(workspace: Workspace, shelf: Path) -> None:
    """The threads waited for more work that never came, and the program for the threads."""
    wanted = pages(60)
    plan_id = plan(workspace, shelf, wanted).plan.plan_id
    file = workspace.configuration.file
    assert file is not None
    program = [sys.executable, "-m", "photo_assets_tests.sinks.shelf_sink"]
    with subprocess.Popen(
        [*program, str(file), str(shelf), plan_id, "0", "1", str(NEVER_S)],
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
    ) as process:
        try:
            while len(SinkRequests(workspace.ledger).of_plan("shelf", plan_id)) < 3:
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PATIENCE_S) != 0
        finally:
            process.kill()
    state = SinkStates(workspace.ledger).get("shelf")
    assert state is not None
    assert (state.holder, state.finished_at) == (None, None)
    applied = apply_plan(workspace, ShelfSink(workspace, shelf, wanted), plan_id, at_once=2)
    assert (applied.created, applied.left) == (60, 0)
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}


def test_the_error_of_one_thread_is_raised_while_another_waits(
    workspace: Workspace, shelf: Path
) -> None:
    wanted = pages(12)
    wanted[0][3]["pause_s"] = NEVER_S
    wanted[4][3]["not ready"] = True
    sink = ShelfSink(workspace, shelf, wanted)
    plan_id = plan(workspace, shelf, wanted).plan.plan_id
    applied = apply_plan(workspace, sink, plan_id, at_once=2)
    assert applied.missing is not None
    assert "locked" in applied.missing
    assert applied.left
    found = SinkRequests(workspace.ledger).of_plan("shelf", plan_id)
    assert {found[0].state, found[1].state} == {"intended"}  # looked for before they are repeated


def test_rows_written_before_the_error_are_reported(workspace: Workspace, shelf: Path) -> None:
    """A permission is withdrawn midway: the run reported only that, and not its written rows."""
    wanted = pages(12)
    wanted[8][3]["not ready"] = True
    plan_id = plan(workspace, shelf, wanted).plan.plan_id
    applied = apply_plan(workspace, ShelfSink(workspace, shelf, wanted), plan_id)
    assert (applied.created, applied.left) == (6, 6)  # three in a request
    assert applied.missing == applied.stopped is not None
    state = SinkStates(workspace.ledger).get("shelf")
    assert state is not None
    assert (state.plan_id, state.holder, state.finished_at) == (plan_id, None, None)


def test_a_plan_refused_by_the_service_keeps_the_previous_one_undoable(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begun empty-handed, it was the last plan, and what was written before could not be undone."""
    first = plan(workspace, shelf, pages(4)).plan
    apply_plan(workspace, ShelfSink(workspace, shelf, pages(4)), first.plan_id)
    second = plan(workspace, shelf, pages(5)).plan
    with monkeypatch.context() as patch:
        patch.setattr(ShelfConnection, "prepare", locked)
        with pytest.raises(SinkNotReadyError, match="locked"):
            apply_plan(workspace, ShelfSink(workspace, shelf, pages(5)), second.plan_id)
    state = SinkStates(workspace.ledger).get("shelf")
    assert state is not None
    assert (state.plan_id, state.holder) == (first.plan_id, None)
    plan_rollback(workspace, ShelfSink(workspace, shelf, pages(5)), first)
    again = apply_plan(workspace, ShelfSink(workspace, shelf, pages(5)), second.plan_id)
    assert (again.created, again.left) == (1, 0)


def locked(*_: object) -> None:
    raise SinkNotReadyError("The shelf is locked.")


def test_a_plan_that_cannot_be_read_to_its_end_ends_the_run(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are read twice: counted first, then sent."""
    sink = ShelfSink(workspace, shelf, pages(40))
    made = plan(workspace, shelf, pages(40)).plan
    cut = sink.requests
    times = iter((1, 2))

    def requests(rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        again = next(times) == 2
        for number, some in enumerate(cut(rows)):
            if again and number == 3:
                raise OSError("the disk is gone")
            yield some

    monkeypatch.setattr(sink, "requests", requests)
    with pytest.raises(OSError, match="disk is gone"):
        apply_plan(workspace, sink, made.plan_id, at_once=2)
    contents(shelf)  # nothing twice
