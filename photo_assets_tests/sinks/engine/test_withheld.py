"""Values that may no longer be sent: they are withdrawn and never sent again."""

from pathlib import Path

import pytest

from photo_assets.ledger import PlanRefusedError
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.plans import RETIRE, UPDATE
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import Wanted, pages
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents

EMPTIED = {"withheld": True}


class Shelving:
    """A workspace and its shelf, written with more and more that is `secret`."""

    def __init__(self, workspace: Workspace, shelf: Path) -> None:
        self.workspace = workspace
        self.shelf = shelf
        self.secret: set[str] = set()

    def sink(self, wanted: Wanted = ()) -> ShelfSink:
        sink = ShelfSink(self.workspace, self.shelf, wanted)
        sink.secret = self.secret
        return sink

    def plan(self, wanted: Wanted, **options: bool) -> Planned:
        return make_plan(self.workspace, self.sink(wanted), "x", **options)

    def write(self, wanted: Wanted, **options: bool) -> Applied:
        planned = self.plan(wanted, **options)
        return apply_plan(self.workspace, self.sink(wanted), planned.plan.plan_id)

    def there(self, page: str) -> dict[str, object]:
        return contents(self.shelf)["pages", page]


@pytest.fixture
def shelving(workspace: Workspace, shelf: Path) -> Shelving:
    return Shelving(workspace, shelf)


def test_withheld_rows_are_not_created(shelving: Shelving) -> None:
    shelving.secret = {"p00001"}
    planned = shelving.plan(pages(3))
    assert [row.key for row in planned.plan.read()] == ["p00000", "p00002"]
    shelving.write(pages(3))
    again = shelving.plan(pages(3))
    assert (again.plan.rows, again.summary.unchanged) == (0, 2)


def test_sent_rows_are_emptied_first_and_return_when_allowed(shelving: Shelving) -> None:
    shelving.write(pages(3))
    shelving.secret = {"p00001"}
    wanted = [*pages(1, stars=5), *pages(3)[1:]]
    rows = list(shelving.plan(wanted).plan.read())
    assert [(row.key, row.action, row.reason) for row in rows] == [
        ("p00001", RETIRE, "must not be sent"),
        ("p00000", UPDATE, "stars"),
    ]
    shelving.write(wanted)
    assert shelving.there("p00001") == EMPTIED
    assert shelving.plan(wanted).plan.rows == 0
    shelving.secret = set()
    assert [row.reason for row in shelving.plan(wanted).plan.read()] == ["restored"]
    shelving.write(wanted)
    assert shelving.there("p00001") == {"title": "Photo 1"}


def test_withdrawals_are_never_held_back(shelving: Shelving) -> None:
    """The guard is for a smaller view; these rows are in the view with their state."""
    shelving.write(pages(100))
    shelving.secret = {f"p{n:05}" for n in range(90)}
    planned = shelving.plan(pages(100))
    assert (planned.plan.rows, planned.summary.held) == (90, 0)
    shelving.write(pages(100))
    assert sum(content == EMPTIED for content in contents(shelving.shelf).values()) == 90


def test_uncertain_rows_are_emptied_too(shelving: Shelving) -> None:
    sink = shelving.sink(pages(1))
    sink.deaf = True
    plan_id = make_plan(shelving.workspace, sink, "x").plan.plan_id
    assert apply_plan(shelving.workspace, sink, plan_id).left == 1
    assert shelving.there("p00000") == {"title": "Photo 0"}
    shelving.secret = {"p00000"}
    shelving.write(pages(1))
    assert shelving.there("p00000") == EMPTIED
    assert shelving.plan(pages(1)).plan.rows == 0


def test_rows_that_are_marked_as_gone_lose_it_too(shelving: Shelving) -> None:
    """They were left as they were: who was on a photo that left stayed there forever."""
    shelving.write(pages(30, who="Ann"))
    shelving.write(pages(29, who="Ann"))
    assert shelving.there("p00029") == {"title": "Photo 29", "who": "Ann", "gone": True}
    shelving.secret = {"who"}
    rows = {row.key: row for row in shelving.plan(pages(29, who="Ann")).plan.read()}
    assert (rows["p00029"].action, rows["p00029"].reason) == (RETIRE, "who")
    shelving.write(pages(29, who="Ann"))
    assert shelving.there("p00029") == {"title": "Photo 29", "gone": True}
    assert shelving.plan(pages(29, who="Ann")).plan.rows == 0


def test_rows_that_wait_to_be_marked_lose_it_meanwhile(shelving: Shelving) -> None:
    shelving.write(pages(60, who="Ann"))
    shelving.secret = {"who"}
    planned = shelving.plan(pages(10, who="Ann"))
    assert (planned.summary.held, planned.plan.rows) == (50, 60)
    shelving.write(pages(10, who="Ann"))
    assert shelving.there("p00059") == {"title": "Photo 59"}
    again = shelving.plan(pages(10, who="Ann"))
    assert (again.summary.held, again.plan.rows) == (50, 0)


def test_undoing_a_plan_restores_no_withheld_content(shelving: Shelving) -> None:
    """`--undo` of the plan that took names back would have sent them again."""
    shelving.write(pages(3, who="Ann"))
    shelving.secret = {"who", "p00001"}
    wanted = [*pages(1, who="Ann", stars=5), *pages(3, who="Ann")[1:]]
    planned = shelving.plan(wanted)
    apply_plan(shelving.workspace, shelving.sink(wanted), planned.plan.plan_id)
    undo = plan_rollback(shelving.workspace, shelving.sink(wanted), planned.plan).plan
    assert [(row.key, row.action) for row in undo.read()] == [("p00000", UPDATE)]
    apply_plan(shelving.workspace, shelving.sink(wanted), undo.plan_id)
    assert shelving.there("p00000") == {"title": "Photo 0"}
    assert shelving.there("p00001") == EMPTIED
    assert shelving.there("p00002") == {"title": "Photo 2"}


def test_a_plan_made_under_other_settings_is_not_sent(shelving: Shelving) -> None:
    planned = shelving.plan(pages(2))
    sink = shelving.sink(pages(2))
    sink.policy = DisclosurePolicy(people=False, gps=True, archived=True)
    with pytest.raises(PlanRefusedError, match="other disclosure settings"):
        apply_plan(shelving.workspace, sink, planned.plan.plan_id)
    assert not shelving.shelf.exists()
