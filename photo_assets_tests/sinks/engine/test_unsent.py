"""Plans with waiting rows: the cost of an edit, and that plans do not change."""

from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.ledger import PhotoRegistry, RegistryChange
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.model.errors import StorageError
from photo_assets.model.plans import PLAN
from photo_assets.model.tables import TableKind
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan, find_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.sink_tables import (
    PLAN_NAME,
    plan_asset,
    plan_part_asset,
    plan_part_names,
    plan_parts_asset,
    rows_folder,
)
from photo_assets.sinks.protocol import PlanRow
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.history import History
from photo_assets_tests.sinks.engine.test_damage import scratch
from photo_assets_tests.sinks.engine.test_partitions import MONTHS, Months
from photo_assets_tests.sinks.shelf_sink import contents


@pytest.fixture
def months(workspace: Workspace, shelf: Path) -> Months:
    return Months(workspace, shelf)


def rows_of(months: Months) -> dict[str, tuple[int, int]]:
    """Return inode and time of the rows of the current plan, by part."""
    lake = months.workspace.lake
    stats = {
        name: lake.path(plan_part_asset("shelf", name), PLAN_NAME).stat()
        for name in plan_part_names(lake, "shelf")
    }
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}


def test_one_edit_of_a_plan_that_waits_makes_one_month(months: Months) -> None:
    first = months.plan()
    before, first_rows = rows_of(months), list(first.plan.read())
    months.edit(3, title="New")
    sink = months.sink()
    made = make_plan(months.workspace, sink, "x")
    assert sink.asked == [[MONTHS[3]]]
    assert (made.summary.compared, made.summary.left_alone) == (1, 10)
    assert (made.plan.rows, made.summary.unchanged) == (41, 0)
    after = rows_of(months)
    assert {name for name in after if before[name] != after[name]} == {MONTHS[3]}
    assert list(first.plan.read()) == first_rows
    assert [row.key for row in made.plan.read()] == [row.key for row in first_rows]
    assert apply_plan(months.workspace, sink, made.plan.plan_id).left == 0
    assert contents(months.shelf) == {(t, k): content for t, k, _, content in months.wanted}


def test_a_waiting_older_plan_keeps_its_content(months: Months) -> None:
    older = months.plan().plan
    months.edit(3, title="New")
    months.plan()
    assert apply_plan(months.workspace, months.sink(), older.plan_id).left == 0
    assert contents(months.shelf)["pages", "p00003"] == {"title": "Photo 3"}
    assert [row.reason for row in months.plan().plan.read()] == ["title"]


def test_rows_that_were_sent_leave_the_plan_and_the_others_stay(months: Months) -> None:
    months.edit(3, **{"not ready": True})
    made = months.plan()
    assert apply_plan(months.workspace, months.sink(), made.plan.plan_id).missing
    months.wanted[4][3].pop("not ready")
    again = months.plan()
    assert 0 < again.plan.rows < made.plan.rows
    assert again.summary.left_alone == 6  # the months that nothing was sent of
    assert apply_plan(months.workspace, months.sink(), again.plan.plan_id).left == 0
    assert contents(months.shelf) == {(t, k): content for t, k, _, content in months.wanted}


def test_a_page_taken_over_that_leaves_before_it_is_written_is_gone(tmp_path: Path) -> None:
    """It was of no month yet, and the month it had been wanted in no longer named it."""
    history = History(tmp_path)
    history.leave("p00")
    history.write()
    history.pages["p00"] = {"title": "p00"}
    history.adopt("p00")
    assert [row.reason for row in history.plan().plan.read()] == [
        "found in the service, content unknown"
    ]
    history.leave("p00")
    assert [row.action for row in history.plan().plan.read()] == ["retire"]
    history.end()


def test_rows_that_cannot_be_read_are_made_again(months: Months) -> None:
    months.plan()
    months.edit(3, title="New")
    made = months.plan().plan
    (file,) = {part.file for part in made.parts if part.part == MONTHS[5]}
    scratch(file, "page")
    with pytest.raises(StorageError, match="not a readable"):
        apply_plan(months.workspace, months.sink(), made.plan_id)
    assert current_plan(months.workspace, "shelf") is None
    again = months.plan()
    assert (again.plan.plan_id, again.summary.left_alone) == (made.plan_id, 0)
    assert apply_plan(months.workspace, months.sink(), made.plan_id).left == 0


def test_rows_of_no_plan_that_is_kept_are_dropped(
    months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photo_assets.sinks.engine.plan_store.KEPT", 2)
    for number in range(4):
        months.edit(3, title=f"Title {number}")
        made = months.plan().plan
    assert apply_plan(months.workspace, months.sink(), made.plan_id).left == 0
    names = {file.name for file in rows_folder(months.workspace, "shelf").iterdir()}
    assert len(names) == 10 + 2  # of two plans, which differ in one month
    assert {part.file.name for part in made.parts} <= names


def test_a_plan_of_one_table_as_it_was_before_is_applied_and_undone(months: Months) -> None:
    with PhotoRegistry(months.workspace.ledger).session() as session:
        ids = pa.table({"photo_id": [f"p{n:05}" for n in range(40)], "anchor": ["a"] * 40})
        session.apply(RegistryChange(ids, KNOWN_KEYS.empty_table()))
    made = months.plan().plan
    schema = PLAN.schema.insert(0, pa.field("row", pa.int64()))
    rows = [_stored(row) for row in made.read()]
    extra = {"base": made.base, "place": made.destination, "inputs": "x", "policy": made.policy}
    whole = pa.Table.from_pylist(rows, schema=schema)
    kind = TableKind("plan", 1, schema)
    lake = months.workspace.lake
    lake.retain(plan_parts_asset("shelf"), ())
    lake.write(plan_asset("shelf"), PLAN_NAME, kind, whole, extra=extra)
    old = current_plan(months.workspace, "shelf")
    assert old is not None
    assert (old.rows, old.actions) == (41, {"create": 41})
    assert list(old.read()) == list(made.read())
    assert apply_plan(months.workspace, months.sink(), old.plan_id).created == 41
    kept = find_plan(months.workspace, old.plan_id)
    assert plan_rollback(months.workspace, months.sink(), kept).plan.rows == 40
    assert months.plan().plan.rows == 0
    assert not lake.names(plan_asset("shelf"))  # the plan of before is not read for the current one


def _stored(row: PlanRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}
