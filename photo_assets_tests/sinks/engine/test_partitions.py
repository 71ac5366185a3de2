"""Single months: the cost of an edit, moved rows, old tables, and kills in between."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.lake import Lake
from photo_assets.ledger import SinkPages, SinkStates
from photo_assets.library import open_workspace
from photo_assets.model.plans import WRITTEN
from photo_assets.model.tables import TableKind
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.parts import RETIRED
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.reusable_parts import read_reusable_parts
from photo_assets.sinks.engine.sink_tables import (
    desired_asset,
    destination_name,
    outcome_asset,
    plans_folder,
    written_asset,
)
from photo_assets.workspace import Workspace
from photo_assets_tests.repetition import cases
from photo_assets_tests.sinks.contract import KilledError
from photo_assets_tests.sinks.engine.shelving import Row, pages, written
from photo_assets_tests.sinks.shelf_sink import ShelfSink, contents

MONTHS = [f"2026-{month:02}-01" for month in range(1, 11)]


class Months:
    """A shelf of 40 pages, four a month, and one album."""

    def __init__(self, workspace: Workspace, shelf: Path) -> None:
        self.workspace = workspace
        self.shelf = shelf
        self.wanted: list[Row] = [("albums", "a", "", {"name": "Häuser"}), *pages(40)]
        self.months = {f"p{n:05}": MONTHS[n % len(MONTHS)] for n in range(40)}

    def sink(self) -> ShelfSink:
        sink = ShelfSink(self.workspace, self.shelf, self.wanted)
        sink.months = dict(self.months)
        return sink

    def plan(self) -> Planned:
        return make_plan(self.workspace, self.sink(), "x")

    def write(self) -> None:
        made = self.plan()
        assert apply_plan(self.workspace, self.sink(), made.plan.plan_id).left == 0

    def follow(self) -> None:
        self.write()
        assert self.plan().plan.rows == 0

    def edit(self, number: int, **more: object) -> None:
        self.wanted[1 + number][3].update(more)

    def tables(self) -> dict[str, int]:
        return {path.stem: path.stat().st_mtime_ns for path in written(self.workspace, self.shelf)}

    def places(self) -> Counter[str]:
        """Return how often each key is in a table of written rows."""
        files = written(self.workspace, self.shelf)
        return Counter(key for file in files for key in pq.read_table(file)["key"].to_pylist())

    def month_of(self, key: str) -> list[str]:
        files = written(self.workspace, self.shelf)
        return [f.stem for f in files if key in pq.read_table(f)["key"].to_pylist()]


@pytest.fixture
def months(workspace: Workspace, shelf: Path) -> Months:
    return Months(workspace, shelf)


def test_one_edit_makes_compares_and_writes_one_month(months: Months) -> None:
    months.follow()
    before = months.tables()
    months.edit(3, title="New")
    sink = months.sink()
    made = make_plan(months.workspace, sink, "x")
    assert sink.asked == [[MONTHS[3]]]
    assert (made.summary.compared, made.summary.left_alone) == (1, 10)
    assert (made.plan.rows, made.summary.unchanged) == (1, 40)
    assert apply_plan(months.workspace, sink, made.plan.plan_id).updated == 1
    after = months.tables()
    assert {name for name in after if before[name] != after[name]} == {MONTHS[3]}


def test_waiting_rows_are_in_the_next_plan_without_a_comparison(months: Months) -> None:
    months.follow()
    months.edit(3, refuse=True)
    for _ in range(2):
        months.write()
        made = months.plan()
        assert (made.plan.rows, made.summary.compared) == (1, 0)


def test_a_moved_row_is_not_sent_and_is_in_its_new_month(months: Months) -> None:
    months.follow()
    months.months["p00003"] = MONTHS[0]
    made = months.plan()
    assert (made.plan.rows, made.summary.compared) == (0, 2)
    assert months.month_of("p00003") == [MONTHS[0]]
    assert months.plan().summary.compared == 0
    months.edit(3, title="New")
    (row,) = months.plan().plan.read()
    assert (row.action, row.month, row.reason) == ("update", MONTHS[0], "title")
    months.follow()
    assert set(months.places().values()) == {1}


def test_rows_that_change_places_are_never_in_neither_month(months: Months) -> None:
    """Killed before and after each table that is replaced, and at once again."""
    months.follow()
    everything = months.places().keys()
    for number in range(13):
        for n in range(10):
            months.months[f"p{n:05}"] = MONTHS[(n + number + 1) % len(MONTHS)]
        killed = kill_at(months, number)
        assert months.places().keys() == everything
        assert killed == (number < 12)
        made = months.plan()
        assert (made.plan.rows, made.summary.unchanged) == (0, 41)
        assert set(months.places().values()) == {1}
        assert months.plan().summary.compared == 0


def kill_at(months: Months, number: int) -> bool:
    """Make a plan that is killed at table `number` of the written rows; return whether it was."""
    whole, seen = Lake.write, iter(range(10_000))

    def until(lake: Lake, asset: Any, *args: Any, **more: Any) -> Any:
        mine = asset[1].startswith("shelf_written") and next(seen) == number
        if mine and number % 2:
            raise KilledError
        found = whole(lake, asset, *args, **more)
        if mine:
            raise KilledError
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lake, "write", until)
        try:
            months.plan()
        except KilledError:
            return True
    return False


def test_a_retired_row_that_is_wanted_again_in_another_month_is_still_known(
    months: Months,
) -> None:
    months.follow()
    row = months.wanted.pop(4)
    months.follow()
    assert months.month_of("p00003") == [RETIRED]
    months.wanted.append(row)
    months.months["p00003"] = MONTHS[7]
    (planned,) = months.plan().plan.read()
    assert (planned.action, planned.reason, planned.month) == ("update", "restored", MONTHS[7])
    months.follow()
    assert months.month_of("p00003") == [MONTHS[7]]


def test_adopted_pages_are_noticed(months: Months) -> None:
    months.follow()
    remote = [("p00099", "there")]
    SinkPages(months.workspace.ledger).adopt("shelf", months.shelf.name, "pages", remote)
    assert months.plan().summary.left_alone == 0
    assert months.plan().summary.compared == 0
    months.wanted += [("pages", "p00099", "p00099", {"title": "Theirs"})]
    made = months.plan()
    assert [(row.key, row.reason) for row in made.plan.read()] == [
        ("p00099", "found in the service, content unknown")
    ]
    assert made.summary.compared == 1


@pytest.mark.parametrize(
    "which", cases(["wanted", "agreement", "written", "record"], everyday=["written", "record"])
)
def test_derived_files_may_be_lost(months: Months, which: str) -> None:
    months.follow()
    lake, place = months.workspace.lake, months.shelf.name
    folder = plans_folder(months.workspace, "shelf")
    lost = {
        "wanted": lake.path(desired_asset("shelf"), MONTHS[2]),
        "agreement": folder / f"agreed-{destination_name(place)}.json",
        "written": lake.path(written_asset("shelf", place), MONTHS[2]),
        "record": folder / f"written-{destination_name(place)}.json",
    }[which]
    lost.unlink()
    months.edit(2, title="New")
    made = months.plan()
    assert [(row.key, row.reason) for row in made.plan.read()] == [("p00002", "title")]
    assert made.summary.unchanged == 40


def test_an_agreement_is_valid_only_for_the_last_written_plan(
    months: Months,
) -> None:
    months.follow()
    months.edit(3, title="New")
    older = months.plan().plan
    months.edit(3, title="Newer")
    months.plan()
    apply_plan(months.workspace, months.sink(), older.plan_id)
    state = SinkStates(months.workspace.ledger).get("shelf")
    assert state is not None
    assert read_reusable_parts(months.workspace, "shelf", state) is None
    assert [row.reason for row in months.plan().plan.read()] == ["title"]


def test_a_row_of_an_older_plan_is_found_after_it_moved(months: Months) -> None:
    months.follow()
    months.edit(3, title="New")
    older = months.plan().plan
    months.edit(3, title="Photo 3")
    months.months["p00003"] = MONTHS[0]
    assert months.plan().plan.rows == 0
    apply_plan(months.workspace, months.sink(), older.plan_id)
    assert months.month_of("p00003") == [MONTHS[0]]
    (row,) = months.plan().plan.read()
    assert (row.before, row.action) == ('{"title":"New"}', "update")


OLD = TableKind("written", 1, WRITTEN.schema.remove(WRITTEN.schema.get_field_index("number")))


def go_back(months: Months, *, aside: bool) -> Path:
    """Let what was written be one table, as it was before there were partitions of it."""
    lake, place = months.workspace.lake, months.shelf.name
    rows = [pq.read_table(file) for file in written(months.workspace, months.shelf)]
    whole = pa.concat_tables(rows).select(OLD.schema.names)
    whole = whole.set_column(
        3, "month", pa.array(["2020-01-01"] * whole.num_rows)
    )  # of an item, not of its photo
    state = SinkStates(months.workspace.ledger).get("shelf")
    assert state is not None
    extra = {"place": place, "through": str(state.done)}
    name = f"written-{destination_name(place)}" if aside else "written"
    lake.write(outcome_asset("shelf"), name, OLD, whole, extra=extra)
    lake.retain(written_asset("shelf", place), ())
    lake.retain(desired_asset("shelf"), ())
    for note in plans_folder(months.workspace, "shelf").glob("*.json"):
        note.unlink()
    return lake.path(outcome_asset("shelf"), name)


@pytest.mark.parametrize("aside", [False, True])
def test_the_old_table_is_converted_and_nothing_is_sent_again(months: Months, aside: bool) -> None:
    months.follow()
    old = go_back(months, aside=aside)
    for kept in plans_folder(months.workspace, "shelf").glob("*.parquet"):
        kept.unlink()
    made = months.plan()
    assert (made.plan.rows, made.summary.unchanged) == (0, 41)
    assert not old.exists()
    assert months.month_of("p00003") == [MONTHS[3]]
    months.edit(3, title="New")
    (row,) = months.plan().plan.read()
    assert (row.before, row.month) == ('{"title":"Photo 3"}', MONTHS[3])
    months.follow()
    assert contents(months.shelf)["pages", "p00003"] == {"title": "New"}


@pytest.mark.parametrize("number", cases(range(4), everyday=[1, 3]))
def test_converting_the_old_table_may_be_killed(months: Months, number: int) -> None:
    months.follow()
    everything = months.places()
    go_back(months, aside=False)
    for kept in plans_folder(months.workspace, "shelf").glob("*.parquet"):
        kept.unlink()
    kill_at(months, number)
    made = months.plan()
    assert (made.plan.rows, made.summary.unchanged) == (0, 41)
    assert months.places() == everything


@pytest.mark.parametrize("how", ["lost", "put back"])
def test_a_ledger_that_counts_from_earlier_is_followed(
    workspace: Workspace, shelf: Path, how: str
) -> None:
    """Later requests were not merged until the ledger had counted up to the former number."""
    months = Months(workspace, shelf)
    months.follow()
    ledger = workspace.data_dir / "ledger.sqlite"
    before = ledger.with_suffix(".before")
    with sqlite3.connect(ledger) as old, sqlite3.connect(before) as new:
        old.backup(new)
    for title in ("New", "Newer"):
        months.edit(3, title=title)
        months.follow()
    for part in ("", "-wal", "-shm"):
        ledger.with_name(f"ledger.sqlite{part}").unlink(missing_ok=True)
    if how == "put back":
        before.rename(ledger)
    assert workspace.configuration.file is not None
    months.workspace = open_workspace(workspace.configuration.file)
    for title in ("Again", "Once more"):
        months.edit(3, title=title)
        months.follow()
        state = SinkStates(months.workspace.ledger).get("shelf")
        assert state is not None
        assert read_reusable_parts(months.workspace, "shelf", state) is not None
    (path,) = [file for file in written(months.workspace, shelf) if file.stem == MONTHS[3]]
    rows = {row["key"]: row["content"] for row in pq.read_table(path).to_pylist()}
    assert rows["p00003"] == '{"title":"Once more"}'
