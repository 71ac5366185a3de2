"""The wanted rows of the engine's tests, and the steps to write them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from photo_assets import library
from photo_assets.sinks import registry
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import Planned, make_plan
from photo_assets.sinks.engine.sink_tables import written_files
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.shelf_sink import ShelfSink, register


@pytest.fixture
def shelf_registered() -> Iterator[None]:
    """Let the shelf be one of the sinks while the test runs."""
    before = registry.SPECS, library.SETTINGS
    register()
    yield
    registry.SPECS, library.SETTINGS = before


Row = tuple[str, str, str, dict[str, object]]
Wanted = Sequence[Row]


def pages(count: int, **more: object) -> list[Row]:
    return [
        ("pages", f"p{n:05}", f"p{n:05}", {"title": f"Photo {n}", **more}) for n in range(count)
    ]


def sync(workspace: Workspace, shelf: Path, wanted: Wanted, **options: bool) -> Applied:
    sink = ShelfSink(workspace, shelf, wanted)
    planned = make_plan(workspace, sink, "x", **options)
    return apply_plan(workspace, sink, planned.plan.plan_id, at_once=2)


def plan(workspace: Workspace, shelf: Path, wanted: Wanted) -> Planned:
    return make_plan(workspace, ShelfSink(workspace, shelf, wanted), "x")


def written(workspace: Workspace, shelf: Path) -> list[Path]:
    """Return the tables of the rows last written to the shelf."""
    return written_files(workspace.lake, "shelf", shelf.name)
