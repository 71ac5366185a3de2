"""No planted word leaves, neither in a plan's row nor in a request."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from photo_assets.model.tables import UNIFIED
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import open_sink
from photo_assets.sinks.registry import sinks as sinks_that_exist
from photo_assets.workspace import Workspace
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.canaries.arriving import collect, configured
from photo_assets_tests.sinks.canaries.planting import plant
from photo_assets_tests.sinks.canaries.words import (
    LATITUDE,
    PUBLIC,
    WORDS_OF,
    Canaries,
    canaries,
    found,
)
from photo_assets_tests.sinks.notion.conftest import set_up

POLICIES = [(False, False), (True, True), (True, False), (False, True)]
FIXED = Canaries(names=("Zorah Quimby", "Wilbur Nakamura"))


def allowing(people: bool, gps: bool, **more: Any) -> dict[str, Any]:
    return {"people": people, "gps": gps, "archived": people and gps, **more}


def texts_of(rows: Iterator[PlanRow]) -> list[str]:
    """Return every text of a plan's rows, each as it is and not as JSON writes it."""
    told: list[str] = []
    for row in rows:
        for text in (row.after, row.before):
            if text is not None:
                told += _strings(orjson.loads(text))
        told += [text for text in (row.note, row.reason, row.key) if text is not None]
    return told


def _strings(value: Any) -> list[str]:
    match value:
        case dict():
            return [text for pair in value.items() for one in pair for text in _strings(one)]
        case list():
            return [text for one in value for text in _strings(one)]
        case None | bool():
            return []
    return [str(value)]


def plans_hold_no_more_than_is_allowed(planted: Canaries) -> None:
    """Plan both sinks for one library under every policy."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        catalogs = plant(root / "library", planted)
        collect(configured(root / "home", catalogs, {}))
        for people, gps in POLICIES:
            allowed = allowing(people, gps)
            sinks = {"notion": allowed, "supabase": allowed}
            workspace = configured(root / "home", catalogs, sinks)
            for name in sinks_that_exist():
                plan = make_plan(workspace, open_sink(workspace, name), "x").plan
                told = texts_of(plan.read())
                leaked = found(told, planted, people=people, gps=gps)
                assert leaked == set(), (name, people, gps)
                assert any(PUBLIC in text for text in told), name


@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planted=canaries)
def test_no_plan_holds_what_is_not_allowed(planted: Canaries) -> None:
    plans_hold_no_more_than_is_allowed(planted)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planted=canaries)
def test_no_plan_holds_what_is_not_allowed_in_any_spelling(planted: Canaries) -> None:
    plans_hold_no_more_than_is_allowed(planted)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Catalogs with every canary, planted once."""
    root = tmp_path_factory.mktemp("canaries")
    return root, plant(root / "library", Canaries(FIXED.names))


def written(workspace: Workspace, name: str) -> None:
    sink = open_sink(workspace, name)
    plan = make_plan(workspace, sink, "x").plan
    applied = apply_plan(workspace, sink, plan.plan_id, at_once=2)
    assert (applied.failed, applied.left, applied.missing) == (0, 0, None)


def sent(bodies: list[bytes]) -> list[str]:
    return [text for body in bodies if body for text in _strings(orjson.loads(body))]


@pytest.mark.parametrize(("people", "gps"), POLICIES[:2])
def test_no_request_to_notion_holds_what_is_not_allowed(
    library: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    people: bool,
    gps: bool,
) -> None:
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", "ntn_test")
    with NotionServer().running() as server:
        notion = allowing(people, gps, base_url=server.base_url, requests_per_second=1000)
        notion["parent_page_id"] = server.root_page_id
        workspace = configured(tmp_path / "home", library[1], {"notion": notion})
        collect(workspace)
        server.app.bodies = []
        set_up(workspace)
        written(workspace, "notion")
        told = sent(server.app.bodies)
        assert server.violations == []
    check(told, people=people, gps=gps)


@pytest.mark.parametrize(("people", "gps"), POLICIES[:2])
def test_no_request_to_supabase_holds_what_is_not_allowed(
    library: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    supabase: Stack,
    people: bool,
    gps: bool,
) -> None:
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    allowed = allowing(people, gps, requests_per_second=1000)
    workspace = configured(tmp_path / "home", library[1], {"supabase": allowed})
    collect(workspace)
    supabase.gateway.bodies = []
    try:
        written(workspace, "supabase")
        told = sent(supabase.gateway.bodies)
    finally:
        supabase.gateway.bodies = None
    check(told, people=people, gps=gps)


def check(told: list[str], *, people: bool, gps: bool) -> None:
    """Check that exactly the allowed words are disclosed."""
    assert found(told, FIXED, people=people, gps=gps) == set()
    assert any(PUBLIC in text for text in told)
    everything = "\n".join(told)
    assert (FIXED.names[0] in everything) == people
    assert (str(LATITUDE)[:7] in everything) == gps
    assert (WORDS_OF["archived"] in everything) == (people and gps)
    assert "Bareword" in everything
    assert "Upperword" not in everything


def test_all_planted_values_are_in_the_input(
    library: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Else the other tests would pass on a library in which nothing arrived."""
    workspace = configured(tmp_path / "home", library[1], {})
    collect(workspace)
    files = sorted((workspace.data_dir / "lake").rglob("*.parquet"))
    unified = workspace.lake.read_all(("metadata", "unified"), UNIFIED).to_pylist()
    sources = {source.partition("/")[0] for row in unified for source in row["sources"]}
    assert sources == {"folders", "lightroom", "google_takeout", "eagle"}
    told: list[str] = []
    for path in files:
        told += _strings(_plain(path))
    planted = found(told, FIXED, people=False, gps=False)
    assert planted >= {*FIXED.names, "locked", "trashed", "archived", "47.37", "8.54"}
    assert planted >= {"Clientlist Omega", "Jobsheet Seventy", "Nestword"}
    assert "robotic prose about clouds" in planted


def _plain(path: Path) -> Any:
    return orjson.loads(orjson.dumps(pq.read_table(path).to_pylist(), default=str))
