"""A library in a folder of any name: every layer, check, plan, sink and command works in it."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.defs import load
from photo_assets.defs.in_process_runs import in_process_instance
from photo_assets.defs.jobs import MIRROR
from photo_assets.defs.keys import SINK_OUTCOMES, catalog_key, further_keys
from photo_assets.defs.tags import range_tags
from photo_assets.model.errors import ExitCode
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder
from photo_assets_tests.catalogs.google_takeout.export import photo_json, write_part
from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.cli.running import TAKEN, Project, make_project
from photo_assets_tests.cli.sinks import notion_settings
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.services.notion.server import NotionServer

NAME = "[nas] *photos 'q' \"d\" ? %41%s {a,b} {} #1 Ünï 写真 x=1 & ~; dot."
"""What a pattern, a URI, a URL, SQL, a format text or a shell takes for something else."""


@pytest.fixture(scope="module")
def server() -> Iterator[NotionServer]:
    with NotionServer().running() as server:
        yield server


def build_catalogs(folder: Path) -> str:
    """Write one picture for each kind of catalog, the same in three; return their settings."""
    # Every month since the first costs each run.
    taken = {"photoTakenTime": {"timestamp": str(TAKEN)}}
    picture = folder / "tree" / NAME / "2025-12.jpg"
    make_picture(picture, datetime(2025, 12, 5, 12), seed=1)
    make_picture(folder / "tree" / "2026-01.jpg", datetime(2026, 1, 5, 12), seed=2)
    (folder / "tree" / "empty.jpg").touch()
    LibraryBuilder(folder / "eagle.library").add("L1", picture.read_bytes(), name="100% [x]?")
    write_part(
        folder / "takeout",
        1,
        {
            "Takeout/Google Photos/Photos from 2025/a.jpg": picture.read_bytes(),
            "Takeout/Google Photos/Photos from 2025/a.jpg.json": photo_json("a.jpg", **taken),
        },
    )
    with Lrcat(folder / "photos.lrcat") as catalog:
        root = catalog.folder(catalog.root(f"{folder / 'tree'}/"), f"{NAME}/")
        catalog.photo(root, "2025-12.jpg", captureTime="2025-12-05T12:00:00", rating=4.0)
    paths = {
        "folders": ("tree", ", settle_seconds: 0"),
        "eagle": ("eagle.library", ""),
        "google_takeout": ("takeout", ""),
        "lightroom": ("photos.lrcat", ""),
    }
    lines = [
        f"  {source}: {{main: {{path: {json.dumps(str(folder / name))}{more}}}}}\n"
        for source, (name, more) in paths.items()
    ]
    return f"catalogs:\n{''.join(lines)}"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, server: NotionServer) -> Project:
    """A project in a folder of that name, its data beside it, discovered and sent to a Notion."""
    root = tmp_path_factory.mktemp("names")
    project = make_project(root / NAME)
    project.variables["XDG_CACHE_HOME"] = str(root / "cache")
    project.variables["NOTION_ARCHIVE_TOKEN"] = server.settings.token
    catalogs = build_catalogs(root / NAME)
    project.configure(
        f"data_dir: ../data {NAME[:5]}\n{catalogs}sinks: {{{notion_settings(server)}}}\n"
    )
    for command, code in (
        (["discover"], ExitCode.ATTENTION),  # the empty file
        (["notion", "setup", "--yes"], ExitCode.OK),
        (["replicate", "notion", "--execute"], ExitCode.OK),
        (["discover", "--full-scan"], ExitCode.ATTENTION),
    ):
        done = project.run_here(*command)
        assert done.returncode == code, done.stdout + done.stderr
    return project


@pytest.fixture
def inside(library: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The library's folder and environment, for calls without a command."""
    for name, value in {**library.environment(), "DAGSTER_HOME": str(library.home)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(library.home)
    return library


def test_every_asset_is_made_and_every_check_passes(inside: Project) -> None:
    definitions = load()
    graph = definitions.resolve_asset_graph()
    with in_process_instance() as instance:
        mirror = definitions.resolve_job_def(MIRROR["notion"].name)
        months = range_tags(["2025-12-01", "2026-01-01"])
        assert mirror.execute_in_process(instance=instance, tags=months).success
        missing = {
            key
            for key in graph.materializable_asset_keys
            if instance.get_latest_materialization_event(key) is None
        }
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key(
            list(graph.asset_check_keys)
        )
    online = [source for source in SOURCES if spec_of(source).sign_in is not None]
    unused = {key for one in online for key in (catalog_key(one), *further_keys(one))}
    assert missing == unused, "no service is among the catalogs"
    failed = {
        key.to_user_string()
        for key, record in found.items()
        if record.status is not AssetCheckExecutionRecordStatus.SUCCEEDED
    }
    assert failed == {"sink/notion_plan:every_row_fits_the_limits"}, "an album's name has a comma"
    unasked = {key.asset_key for key in graph.asset_check_keys - found.keys()}
    assert unasked <= unused | {*SINK_OUTCOMES.values()}, "those are looked at when asked for"


def test_no_files_are_created_outside_the_named_folders(library: Project) -> None:
    folder = library.home.parent
    assert {path.name for path in folder.parent.iterdir()} == {NAME, "cache"}
    assert {path.name for path in folder.iterdir()} == {
        "project",
        "user",
        f"data {NAME[:5]}",
        *("tree", "eagle.library", "takeout", "photos.lrcat"),
    }
    assert {path.name for path in library.home.iterdir()} == {
        "dagster.yaml",
        "photosync.yaml",
        "workspace.yaml",
    }
    made = folder / f"data {NAME[:5]}"
    assert list((made / "dagster").rglob("*.db"))
    assert list((made / "thumbs").rglob("*.jpg"))
    assert not list((made / "scratch").rglob("query-*"))


def test_the_sink_has_the_library(library: Project) -> None:
    read = library.run_here("verify", "notion", "--json")
    found = json.loads(read.stdout)["notion"]
    assert (found["rows"], found["differ"], found["twice"]) == (2, [], []), read.stderr
    again = json.loads(library.run_here("replicate", "notion", "--execute", "--json").stdout)
    assert (again["notion"]["waiting"], again["notion"]["applied"]) == (0, None)
    shown = json.loads(library.run_here("plan", "show", "supabase", "--json").stdout)
    assert shown["counts"] == {"create": 15}


def test_every_command_runs(library: Project) -> None:
    tree = library.home.parent / "tree"
    status = library.run_here("status")
    assert "2 photos" in status.stdout, status.stderr
    report = library.run_here("report", "folders/main")
    assert "empty.jpg" in report.stdout, report.stderr
    listed = library.run_here("conflicts", "--json")
    (asked,) = json.loads(listed.stdout)["conflicts"]
    explained = library.run_here("explain", asked["photo_id"], str(tree / NAME / "2025-12.jpg"))
    assert explained.stdout.startswith("One photo"), explained.stderr
    duplicates = library.run_here("duplicates", str(tree))
    assert "2 files" in duplicates.stdout, duplicates.stderr
    doctor = library.run_here("doctor")
    assert "FAIL" not in doctor.stdout
    assert f"{library.home.parent}/data {NAME[:5]}/ledger.sqlite" in doctor.stdout
