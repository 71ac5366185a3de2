"""Damaged tables of the engine: only their content is lost, and nothing is blocked."""

import shutil
from pathlib import Path

import pytest

from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan, kept_plans
from photo_assets.sinks.engine.sink_status import read_sink_status
from photo_assets.workspace import Workspace
from photo_assets_tests.repetition import cases
from photo_assets_tests.sinks.engine.shelving import pages, plan, sync, written
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents


def scratch(path: Path, how: str) -> None:
    """Damage a file: its footer, one of its pages, or all of it."""
    whole = bytearray(path.read_bytes())
    match how:
        case "cut":
            whole = whole[: len(whole) // 2]
        case "page":
            middle = len(whole) // 4
            whole[middle : middle + 64] = bytes(64)
        case "empty":
            whole = bytearray()
    path.unlink()  # a link of the same file may be another table
    path.write_bytes(whole)


@pytest.mark.parametrize("how", cases(["cut", "page", "empty"], everyday=["page"]))
def test_the_last_written_rows_are_derived_again(
    workspace: Workspace, shelf: Path, how: str
) -> None:
    """One damaged table blocked every plan until a person deleted it."""
    wanted = pages(200)
    sync(workspace, shelf, wanted)
    (table,) = written(workspace, shelf)
    scratch(table, how)
    changed = pages(200)
    changed[199][3]["title"] = "Another"
    made = plan(workspace, shelf, changed).plan
    assert [(row.key, row.action) for row in made.read()] == [("p00199", "update")]
    assert table.with_name(f"{table.name}.damaged").exists()
    apply_plan(workspace, ShelfSink(workspace, shelf, changed), made.plan_id)
    assert contents(shelf) == {(t, k): c for t, k, _, c in changed}


@pytest.mark.parametrize("how", cases(["cut", "page", "empty"], everyday=["page"]))
def test_a_kept_plan_that_is_damaged_costs_no_row_twice(
    workspace: Workspace, shelf: Path, how: str
) -> None:
    """Half of it was sent, and nothing else records which half."""
    wanted = pages(60)
    wanted[30][3]["not ready"] = True
    made = plan(workspace, shelf, wanted).plan
    apply_plan(workspace, ShelfSink(workspace, shelf, wanted), made.plan_id)
    del wanted[30][3]["not ready"]
    for table in written(workspace, shelf):
        table.unlink()
    scratch(made.path, how)
    assert sync(workspace, shelf, wanted).left == 0
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}
    assert plan(workspace, shelf, wanted).plan.rows == 0


def test_a_current_plan_that_is_damaged_is_made_again(workspace: Workspace, shelf: Path) -> None:
    made = plan(workspace, shelf, pages(3)).plan
    current = workspace.lake.path(("sink", "shelf_plan_parts"), "parts")
    scratch(current, "cut")
    assert current_plan(workspace, "shelf") is None
    status = read_sink_status(workspace, "shelf", "x", None)
    assert (status.plan, status.planned) == (None, False)
    assert plan(workspace, shelf, pages(3)).plan.plan_id == made.plan_id
    assert [one.plan_id for one in kept_plans(workspace, "shelf")] == [made.plan_id]


def test_the_rows_of_a_plan_that_were_deleted_are_made_again(
    workspace: Workspace, shelf: Path
) -> None:
    made = plan(workspace, shelf, pages(3)).plan
    folder = workspace.lake.root / "sink" / "shelf_plan"
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}
    assert {path.name for path in before} == {"plan.parquet"}
    shutil.rmtree(folder)
    assert current_plan(workspace, "shelf") is None
    assert plan(workspace, shelf, pages(3)).plan.plan_id == made.plan_id
    assert {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.parquet")} == before
