"""One process writes a sink at a time, also after one of them slept for an hour."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from photo_assets.ledger import SinkHeldError, SinkRequests, SinkStates
from photo_assets.ledger.tables import SINK_STATES
from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine import lease
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.protocol import PlanRow, RowOutcome
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import pages, plan
from photo_assets_tests.sinks.shelf_sink import ShelfConnection, ShelfSink, contents
from photo_assets_tests.time_limit import NEVER_S

ELSEWHERE = "elsewhere|boot|7|100"


def take_over_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, number: int, pause_s: float = 0.0
) -> list[int]:
    """Let another machine take the sink during request `number`; return what is sent, by row."""
    send, sent = ShelfConnection.send, []

    def and_then(
        self: ShelfConnection, rows: Sequence[PlanRow], *, uncertain: bool
    ) -> Sequence[RowOutcome]:
        sent.append(rows[0].row)
        if len(sent) == number:
            with workspace.ledger.writing() as connection:
                connection.execute(update(SINK_STATES).values(holder=ELSEWHERE))
            self.stopped.wait(pause_s)
        return send(self, rows, uncertain=uncertain)

    monkeypatch.setattr(ShelfConnection, "send", and_then)
    return sent


def test_a_suspended_writer_starts_nothing_when_it_resumes_too_late(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It continued with its whole plan, concurrently with the new writer."""
    plan_id = plan(workspace, shelf, pages(30)).plan.plan_id
    sent = take_over_at(workspace, monkeypatch, 4)
    with pytest.raises(SinkHeldError, match="process 7 on elsewhere"):
        apply_plan(workspace, ShelfSink(workspace, shelf), plan_id)
    assert len(sent) == 4
    assert len(contents(shelf)) == 12
    assert len(SinkRequests(workspace.ledger).of_plan("shelf", plan_id)) == 4
    state = SinkStates(workspace.ledger).get("shelf")
    assert state is not None
    assert state.holder == ELSEWHERE  # it did not let go of what is not its own


def test_a_waiting_writer_notices_that_it_lost_the_sink(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "_ALIVE_S", 0.05)
    plan_id = plan(workspace, shelf, pages(30)).plan.plan_id
    take_over_at(workspace, monkeypatch, 2, pause_s=NEVER_S)
    applied = apply_plan(workspace, ShelfSink(workspace, shelf), plan_id)
    assert applied.stopped == "another process is writing this sink now"
    assert applied.left > 0


def test_a_ledger_that_is_locked_for_a_moment_does_not_silence_the_writer(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One refused sign of life was the last one: a minute later anybody could take over."""
    monkeypatch.setattr(lease, "_ALIVE_S", 0.02)
    alive, signs = SinkStates.alive, []

    def locked_at_first(self: SinkStates, sink: str) -> bool:
        signs.append(sink)
        if len(signs) == 1:
            raise StorageError("the ledger is locked")
        return alive(self, sink)

    monkeypatch.setattr(SinkStates, "alive", locked_at_first)
    wanted = pages(9)
    sink = ShelfSink(workspace, shelf, wanted, pause_s=0.5)
    plan_id = plan(workspace, shelf, wanted).plan.plan_id
    assert apply_plan(workspace, sink, plan_id).left == 0
    assert len(signs) > 2
