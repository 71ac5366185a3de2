"""A history of a shelf in steps; each plan is compared with one made from scratch."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.ledger import PhotoRegistry, PlanRefusedError, RegistryChange, SinkPages
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets.library import open_workspace
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import Plan, current_plan, find_plan
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.engine.sink_tables import written_asset
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.contract import KilledError
from photo_assets_tests.sinks.shelf_sink import MONTH, ShelfSink, contents

KEYS = tuple(f"p{n:02}" for n in range(12))
STRANGERS = ("x0", "x1")


class History:
    """The wanted rows of a shelf, and their outcomes. Steps are methods."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "photosync.yaml"
        file.write_text("data_dir: data\n")
        self.workspace = open_workspace(file)
        self.shelf = folder / "shelf.sqlite"
        self.pages: dict[str, dict[str, object]] = {key: {"title": key} for key in KEYS}
        self.months = {key: f"2026-0{1 + n % 4}-01" for n, key in enumerate(KEYS)}
        self.albums: dict[str, dict[str, object]] = {"a0": {"name": "x"}}
        self.secret: set[str] = set()
        self.plans: list[Plan] = []
        self.plans_compared = 0
        with PhotoRegistry(self.workspace.ledger).session() as session:
            ids = pa.table({"photo_id": list(KEYS), "anchor": list(KEYS)})
            session.apply(RegistryChange(ids, KNOWN_KEYS.empty_table()))

    def sink(self, workspace: Workspace | None = None) -> ShelfSink:
        wanted = [("albums", key, "", content) for key, content in sorted(self.albums.items())]
        wanted += [("pages", key, key, content) for key, content in sorted(self.pages.items())]
        sink = ShelfSink(workspace or self.workspace, self.shelf, wanted)
        sink.months = {key: self.months.get(key, MONTH) for key in self.pages}
        sink.secret = set(self.secret)
        return sink

    def edit(self, key: str, stars: int) -> None:
        self.pages[key] = {"title": key, "stars": stars}

    def move(self, key: str, month: str) -> None:
        self.months[key] = month

    def leave(self, key: str) -> None:
        self.pages.pop(key, None)

    def withhold(self, key: str) -> None:
        self.secret ^= {key}

    def album(self, key: str, number: int) -> None:
        if number:
            self.albums[key] = {"name": number}
        else:
            self.albums.pop(key, None)

    def plan(self) -> Planned:
        """Make a plan, and another one of the same state with nothing noted or made before."""
        copy = self.folder / "copy"
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns("copy", "*.before"))
        for found in [*copy.glob("data/plans/*/agreed-*"), *copy.glob("data/lake/sink/*_desired")]:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        other = open_workspace(copy / "photosync.yaml")
        whole = make_plan(other, self.sink(other), "x")
        made = make_plan(self.workspace, self.sink(), "x")
        assert list(made.plan.read()) == list(whole.plan.read())
        assert made.written.digest == whole.written.digest
        assert _counts(made) == _counts(whole)
        assert whole.summary.left_alone == 0
        shutil.rmtree(copy)
        self.plans.append(made.plan)
        self.plans_compared += 1
        return made

    def write(self, **options: Any) -> None:
        sink, plan = self.sink(), self.plan().plan
        for name, value in options.items():
            setattr(sink, name, value)
        apply_plan(self.workspace, sink, plan.plan_id)

    def write_an_older_plan(self, number: int) -> None:
        if number < len(self.plans):
            try:
                plan = find_plan(self.workspace, self.plans[-1 - number].plan_id)
                apply_plan(self.workspace, self.sink(), plan.plan_id)
            except PlanRefusedError:
                pass

    def write_with_faults(self, seed: int) -> None:
        sink, plan = self.sink(), self.plan().plan
        sink.share = 0.6
        sink.chance.seed(seed)
        apply_plan(self.workspace, sink, plan.plan_id)

    def write_and_be_refused(self, key: str) -> None:
        if key in self.pages:
            self.pages[key] = {**self.pages[key], "refuse": True}
            self.write()
            del self.pages[key]["refuse"]

    def be_killed_at_a_table(self, number: int, which: str = "shelf_written") -> None:
        """Kill before or after a table of written or planned rows is replaced."""
        whole, seen = Lake.write, iter(range(10_000))

        def until(lake: Lake, asset: Any, *args: Any, **more: Any) -> Any:
            mine = "/".join(asset).startswith(f"sink/{which}") and next(seen) == number // 2
            if mine and number % 2:
                raise KilledError
            found = whole(lake, asset, *args, **more)
            if mine:
                raise KilledError
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Lake, "write", until)
            try:
                made = make_plan(self.workspace, self.sink(), "x")
                self.plans.append(made.plan)
                apply_plan(self.workspace, self.sink(), made.plan.plan_id)
            except KilledError:
                pass
        assert self.workspace.configuration.file is not None
        self.workspace = open_workspace(self.workspace.configuration.file)

    def edit_there(self, key: str) -> None:
        if self.shelf.exists():
            with sqlite3.connect(self.shelf) as shelf:
                shelf.execute("update shelf set content = '{}' where key = ?", (key,))
            verify_sink(self.workspace, self.sink())

    def undo(self) -> None:
        last = current_plan(self.workspace, "shelf")
        if last is not None:
            try:
                made = plan_rollback(self.workspace, self.sink(), last)
                apply_plan(self.workspace, self.sink(), made.plan.plan_id)
            except PlanRefusedError:
                pass

    def adopt(self, key: str) -> None:
        with sqlite3.connect(self.shelf) as shelf:
            shelf.execute(
                "create table if not exists shelf (id integer primary key,"
                " target text, key text, content text, theirs text)"
            )
            known = shelf.execute("select id from shelf where key = ?", (key,)).fetchone()
            if known is None:
                known = (
                    shelf.execute(
                        "insert into shelf (target, key, content) values ('pages', ?, '{}')", (key,)
                    ).lastrowid,
                )
        pages = SinkPages(self.workspace.ledger)
        pages.adopt("shelf", self.shelf.name, "pages", [(key, str(known[0]))])

    def lose_a_table(self, month: str) -> None:
        asset = written_asset("shelf", self.shelf.name)
        self.workspace.lake.path(asset, month).unlink(missing_ok=True)

    def go_elsewhere(self) -> None:
        here, self.shelf = self.shelf, self.folder / "other.sqlite"
        self.write()
        self.shelf = here

    def end(self) -> None:
        """Write until nothing is left; then the shelf has the wanted rows."""
        for _ in range(3):
            self.write()
        assert self.plan().plan.rows == 0
        there = contents(self.shelf)
        shown = {key for key in self.pages if key not in self.secret}
        assert {key: there["pages", key] for key in shown} == {k: self.pages[k] for k in shown}
        kept = (
            {key for target, key in there if target == "pages"} - self.pages.keys() - set(STRANGERS)
        )
        assert all("gone" in there["pages", key] or key in self.secret for key in kept)
        sink = self.sink()
        left = {key for target, key in there if target == "albums"} - self.albums.keys()
        assert make_plan(self.workspace, sink, "x").summary.compared == bool(left)
        assert sink.asked == []


def _counts(made: Planned) -> tuple[Any, ...]:
    found = made.summary
    return found.rows, found.reasons, found.unchanged, found.held, found.notes, found.repeated
