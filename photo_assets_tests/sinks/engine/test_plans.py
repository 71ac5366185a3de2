"""Plans in unusual conditions: killed processes, requests of another size, smaller views."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.ledger import (
    PhotoRegistry,
    PlanRefusedError,
    RegistryChange,
    SinkPages,
)
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.model.plans import RETIRE
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan, keep, kept_plans
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.protocol import PlanRow
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import Row, pages, plan, sync
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents


def albums(count: int) -> list[Row]:
    return [("albums", f"a{n}", "", {"name": f"Album {n}"}) for n in range(count)]


def test_a_plan_whose_maker_was_killed_before_it_was_kept_is_applied(
    workspace: Workspace, shelf: Path
) -> None:
    """Nothing made it again, since it was current, and nothing found it by its id."""
    made = plan(workspace, shelf, pages(3)).plan
    made.path.unlink()
    current = current_plan(workspace, "shelf")
    assert current is not None
    apply_plan(workspace, ShelfSink(workspace, shelf), current.plan_id)
    assert len(contents(shelf)) == 3
    assert [kept.plan_id for kept in kept_plans(workspace, "shelf")] == [made.plan_id]


def test_a_plan_that_another_one_replaced_meanwhile_is_not_kept_under_its_name(
    workspace: Workspace, shelf: Path
) -> None:
    plan(workspace, shelf, pages(3)).plan.path.unlink()
    first = current_plan(workspace, "shelf")
    assert first is not None
    second = plan(workspace, shelf, pages(4)).plan
    with pytest.raises(PlanRefusedError, match="replaced"):
        keep(workspace, first)
    assert [kept.path for kept in kept_plans(workspace, "shelf")] == [second.path]


class _Larger(ShelfSink):
    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        some = list(rows)
        yield from (some[n : n + 5] for n in range(0, len(some), 5))


def test_a_plan_that_was_begun_with_smaller_requests_is_not_taken_for_done(
    workspace: Workspace, shelf: Path
) -> None:
    """Told by number, 2 requests of 5 rows were done after 2 of 3: 4 rows were left out."""
    wanted = pages(12)
    wanted[6][3]["not ready"] = True
    made = plan(workspace, shelf, wanted).plan
    assert apply_plan(workspace, ShelfSink(workspace, shelf), made.plan_id).missing
    assert len(contents(shelf)) == 6
    with pytest.raises(PlanRefusedError, match="another size"):
        apply_plan(workspace, _Larger(workspace, shelf), made.plan_id)
    del wanted[6][3]["not ready"]
    larger = _Larger(workspace, shelf, wanted)
    again = make_plan(workspace, larger, "x").plan
    assert apply_plan(workspace, larger, again.plan_id).left == 0
    assert contents(shelf) == {(t, k): c for t, k, _, c in wanted}


def test_an_empty_view_retires_nothing(workspace: Workspace, shelf: Path) -> None:
    """Twenty rows could be marked as gone unasked, and a small collection has no more."""
    sync(workspace, shelf, pages(3))
    planned = plan(workspace, shelf, [])
    assert (planned.plan.rows, planned.plan.held, planned.summary.held) == (0, 3, 3)
    assert sync(workspace, shelf, [], allow_retiring=True).updated == 3


def found_there(workspace: Workspace, shelf: Path, photos: Sequence[str]) -> None:
    """Let rows be known that were found there, as after the loss of the ledger."""
    remote = [(photo, f"there {photo}") for photo in photos]
    SinkPages(workspace.ledger).adopt("shelf", shelf.name, "pages", remote)


def give_out(workspace: Workspace, photos: Sequence[str]) -> None:
    """Let the ledger have given these ids to photos, as `identity/photos` does."""
    with PhotoRegistry(workspace.ledger).session() as session:
        rows = pa.table({"photo_id": list(photos), "anchor": list(photos)})
        session.apply(RegistryChange(rows, KNOWN_KEYS.empty_table()))


def test_rows_found_there_are_held_too_when_many_photos_are_gone(
    workspace: Workspace, shelf: Path
) -> None:
    ours, strangers = [f"p{n:05}" for n in range(40)], [f"s{n:05}" for n in range(30)]
    found_there(workspace, shelf, [*ours, *strangers])
    give_out(workspace, ours)
    planned = plan(workspace, shelf, pages(10))
    assert (planned.plan.rows, planned.summary.held) == (10, 30)
    sink = ShelfSink(workspace, shelf, pages(10))
    allowed = make_plan(workspace, sink, "x", allow_retiring=True)
    assert allowed.summary.count(RETIRE) == 30
    marked = [row.key for row in allowed.plan.read() if row.action == RETIRE]
    assert marked == ours[10:]


def test_what_others_have_there_does_not_make_a_large_loss_a_small_share(
    workspace: Workspace, shelf: Path
) -> None:
    """Of a database shared with a larger collection, nearly all of ours was under 5 %."""
    sync(workspace, shelf, pages(30))
    found_there(workspace, shelf, [f"s{n:05}" for n in range(1000)])
    planned = plan(workspace, shelf, pages(5))
    assert (planned.plan.rows, planned.summary.held) == (0, 25)


def test_all_of_one_target_are_held_though_they_are_few_of_all_rows(
    workspace: Workspace, shelf: Path
) -> None:
    sync(workspace, shelf, [*albums(500), *pages(25)])
    planned = plan(workspace, shelf, albums(500))
    assert (planned.plan.rows, planned.summary.held) == (0, 25)
    with sqlite3.connect(shelf) as connection:
        count = "select count(*) from shelf where content like '%gone%'"
        assert connection.execute(count).fetchone() == (0,)
