"""Uncertain and drifted rows: neither is forgotten before it is corrected."""

import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.ledger import SinkRequests
from photo_assets.model.plans import DRIFT
from photo_assets.model.tables import TableKind
from photo_assets.sinks.engine import plan_store
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.sink_tables import DRIFT_NAME, outcome_asset
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import Row, Wanted, pages, plan, sync
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents

P0 = ("pages", "p00000")


def cut_short(workspace: Workspace, shelf: Path, wanted: Wanted) -> None:
    """Write the wanted rows so that they arrive but the outcome is lost."""
    sink = ShelfSink(workspace, shelf, wanted)
    sink.deaf = True
    planned = make_plan(workspace, sink, "x").plan
    assert apply_plan(workspace, sink, planned.plan_id).left == planned.rows > 0


def test_uncertain_rows_are_corrected_after_the_view_reverts(
    workspace: Workspace, shelf: Path
) -> None:
    """The view equaled the last written rows again, so nothing was planned: the service kept 4."""
    sync(workspace, shelf, pages(3))
    cut_short(workspace, shelf, [*pages(1, rating=4), *pages(3)[1:]])
    assert contents(shelf)[P0]["rating"] == 4
    rows = list(plan(workspace, shelf, pages(3)).plan.read())
    assert [(row.key, row.reason) for row in rows] == [
        ("p00000", "an earlier write was interrupted")
    ]
    sync(workspace, shelf, pages(3))
    assert contents(shelf)[P0] == {"title": "Photo 0"}
    assert SinkRequests(workspace.ledger).cut_short("shelf", but="") == []
    assert plan(workspace, shelf, pages(3)).plan.rows == 0


def test_uncertain_rows_are_retired_when_their_photo_is_gone(
    workspace: Workspace, shelf: Path
) -> None:
    sync(workspace, shelf, pages(3))
    more: list[Row] = [*pages(3), ("pages", "new", "new", {"title": "New"})]
    cut_short(workspace, shelf, more)
    sync(workspace, shelf, pages(3))
    assert contents(shelf)[("pages", "new")]["gone"] is True
    assert plan(workspace, shelf, pages(3)).plan.rows == 0
    back: list[Row] = [*pages(3), ("pages", "new", "new", {"title": "New"})]
    sync(workspace, shelf, back)
    assert contents(shelf)[("pages", "new")] == {"title": "New"}


def test_uncertain_rows_are_undone_too(workspace: Workspace, shelf: Path) -> None:
    """The row was not changed, but counted as restored."""
    sync(workspace, shelf, pages(3))
    cut_short(workspace, shelf, pages(3, rating=4))
    last = current_plan(workspace, "shelf")
    assert last is not None
    sink = ShelfSink(workspace, shelf)
    undo = plan_rollback(workspace, sink, last)
    assert apply_plan(workspace, sink, undo.plan.plan_id).left == 0
    assert contents(shelf) == {(t, k): c for t, k, _, c in pages(3)}


def test_a_former_place_is_still_known(
    workspace: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written there was forgotten with its plans, so nothing that left was marked."""
    monkeypatch.setattr(plan_store, "KEPT", 1)
    sync(workspace, shelf, pages(9))
    sync(workspace, shelf, pages(9, rating=1))
    cut_short(workspace, shelf, [*pages(9, rating=1), ("pages", "new", "new", {"title": "New"})])
    other = shelf.with_name("other.sqlite")
    for rating in range(3):
        sync(workspace, other, pages(9, rating=rating))
    planned = plan(workspace, shelf, pages(8, rating=1)).plan
    assert {(row.key, row.action) for row in planned.read()} == {
        ("p00008", "retire"),
        ("new", "retire"),
    }
    apply_plan(workspace, ShelfSink(workspace, shelf), planned.plan_id)
    assert contents(shelf)[("pages", "p00008")]["gone"] is True
    assert contents(shelf)[("pages", "new")]["gone"] is True
    assert plan(workspace, other, pages(9, rating=2)).plan.rows == 0


def test_the_same_edit_made_again_after_it_was_put_right_is_put_right_again(
    workspace: Workspace, shelf: Path
) -> None:
    """What was found had the same digest as the week before, so the plan counted as current."""
    sink = ShelfSink(workspace, shelf, pages(3))
    sync(workspace, shelf, pages(3))
    for _ in range(2):
        before = sink_inputs(workspace, "shelf")
        with sqlite3.connect(shelf) as connection:
            connection.execute("update shelf set content = '{}' where key = 'p00000'")
        assert len(verify_sink(workspace, sink).drifted) == 1
        inputs = sink_inputs(workspace, "shelf")
        assert inputs != before
        planned = make_plan(workspace, sink, inputs)
        assert apply_plan(workspace, sink, planned.plan.plan_id).updated == 1
        assert sink_inputs(workspace, "shelf") == inputs
        assert contents(shelf)[P0] == {"title": "Photo 0"}


def edited_there(workspace: Workspace, shelf: Path, key: str) -> None:
    """Let somebody edit a row in the service, and read it back."""
    with sqlite3.connect(shelf) as connection:
        connection.execute("update shelf set content = '{}' where key = ?", (key,))
    verify_sink(workspace, ShelfSink(workspace, shelf))


def reasons(workspace: Workspace, shelf: Path, wanted: Wanted) -> list[tuple[str, str]]:
    """Return key and reason of each row of a new plan."""
    return [(row.key, row.reason) for row in plan(workspace, shelf, wanted).plan.read()]


@pytest.mark.parametrize("found_there", [False, True])
def test_what_was_found_stands_though_another_place_was_written(
    workspace: Workspace, shelf: Path, found_there: bool
) -> None:
    """Any write of the sink counted as one that may have mended it, or that place's own did."""
    other = shelf.with_name("other.sqlite")
    sync(workspace, shelf, pages(3))
    edited_there(workspace, shelf, "p00001")
    sync(workspace, other, pages(3))
    if found_there:
        edited_there(workspace, other, "p00002")
    assert reasons(workspace, shelf, pages(3)) == [("p00001", "changed there")]
    sync(workspace, shelf, pages(3))
    assert contents(shelf)[("pages", "p00001")] == {"title": "Photo 1"}
    assert reasons(workspace, shelf, pages(3)) == []
    assert len(reasons(workspace, other, pages(3))) == found_there


def test_what_was_found_stands_though_other_rows_were_written(
    workspace: Workspace, shelf: Path
) -> None:
    """The plan that was begun before went on, and its next request made it forgotten."""
    sync(workspace, shelf, pages(3))
    cut_short(workspace, shelf, [*pages(2), *pages(3, rating=4)[2:]])
    begun = current_plan(workspace, "shelf")
    assert begun is not None
    edited_there(workspace, shelf, "p00000")
    assert apply_plan(workspace, ShelfSink(workspace, shelf), begun.plan_id).left == 0
    wanted = [*pages(2), *pages(3, rating=4)[2:]]
    assert ("p00000", "changed there") in reasons(workspace, shelf, wanted)
    sync(workspace, shelf, wanted)
    assert contents(shelf)[P0] == {"title": "Photo 0"}
    assert reasons(workspace, shelf, wanted) == []


def test_what_the_version_before_found_is_put_right(workspace: Workspace, shelf: Path) -> None:
    sync(workspace, shelf, pages(3))
    edited_there(workspace, shelf, "p00001")
    lake, asset = workspace.lake, outcome_asset("shelf")
    rows = lake.read(asset, DRIFT_NAME, DRIFT)
    (number,) = rows["number"].to_pylist()
    old = TableKind("drift", 1, pa.schema(list(rows.schema)[:4]))
    extra = {"place": shelf.name, "done": str(number)}
    lake.write(asset, DRIFT_NAME, old, rows.select(old.schema.names), extra=extra)
    assert reasons(workspace, shelf, pages(3)) == [("p00001", "changed there")]
    sync(workspace, shelf, pages(3))
    assert reasons(workspace, shelf, pages(3)) == []


@pytest.mark.parametrize("edit", ['{"title": "Photo 1"}', '{"title": "By hand", "gone": true}'])
def test_a_mark_removed_by_hand_is_restored(workspace: Workspace, shelf: Path, edit: str) -> None:
    """It was found week after week, and no plan held it."""
    sync(workspace, shelf, pages(2))
    sync(workspace, shelf, pages(1))
    with sqlite3.connect(shelf) as connection:
        connection.execute("update shelf set content = ? where key = 'p00001'", (edit,))
    verify_sink(workspace, ShelfSink(workspace, shelf))
    planned = plan(workspace, shelf, pages(1)).plan
    assert [row.reason for row in planned.read()] == ["changed there"]
    apply_plan(workspace, ShelfSink(workspace, shelf), planned.plan_id)
    assert contents(shelf)[("pages", "p00001")] == {"title": "Photo 1", "gone": True}
    assert verify_sink(workspace, ShelfSink(workspace, shelf)).drifted == ()
