"""A restore beside services: a store in a bucket, and a sink to which photos were written before."""

import json
import shutil
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets.sample.notion.settings import Settings
from photo_assets_tests.cli.lost_libraries import (
    ledger_rows,
    tables_of,
    workspace_of,
)
from photo_assets_tests.cli.running import Project, make_photos, make_project
from photo_assets_tests.cli.sinks import (
    PHOTOS,
    TOKEN,
    copy_of,
    data_source,
    notion_settings,
    writes,
)
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.services.seaweedfs.server import ACCESS, SECRET, SeaweedFS


def restored(old: Project, tmp_path: Path) -> Project:
    """Return a new project, restored from a copy of the old one's history, which stays."""
    project = make_project(tmp_path / "new")
    project.variables.update(old.variables)
    shutil.copytree(old.home / "data" / "history.git", tmp_path / "history.git")
    done = project.run_here("restore", str(tmp_path / "history.git"))
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    return project


def test_a_library_comes_back_from_history_and_a_bucket(
    project: Project, tmp_path: Path, seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"access_key_env": "BUCKET_KEY_ID", "secret_key_env": "BUCKET_KEY"}
    for name, value in zip(keys.values(), (ACCESS, SECRET), strict=True):
        monkeypatch.setenv(name, value)
    bucket = {"bucket": seaweedfs.bucket(), "prefix": "vault", "endpoint": seaweedfs.http}
    stores = {"cloud": {"s3": {**bucket, **keys, "requests_per_second": 1000}}}
    make_photos(tmp_path / "catalogs" / "nas", 3)
    nas = {"path": str(tmp_path / "catalogs" / "nas"), "settle_seconds": 0}
    settings = {"catalogs": {"folders": {"nas": nas}}, "vault": {"stores": stores}}
    project.configure(json.dumps(settings))
    for command in ("vault create", "discover"):
        assert project.run_here(*command.split()).returncode == ExitCode.OK
    (tmp_path / "catalogs").rename(tmp_path / "away")
    new = restored(project, tmp_path)
    before, after = workspace_of(project), workspace_of(new)
    assert ledger_rows(after) == ledger_rows(before)
    expected, found = (tables_of(one.lake.root) for one in (before, after))
    assert found.keys() == expected.keys()
    assert [name for name in expected if not found[name].equals(expected[name])] == []

    assert new.run_here("discover").returncode == ExitCode.SOURCE  # no catalog is there
    made, known = (one.lake.root / "vault" / "originals" for one in (after, before))
    assert {p.name: p.read_bytes() for p in made.iterdir()} == {
        p.name: p.read_bytes() for p in known.iterdir()
    }


def test_pages_that_exist_are_found_and_not_created_again(synced: Project, tmp_path: Path) -> None:
    with NotionServer(Settings(token=TOKEN)).running() as notion:
        settings = notion_settings(notion, longest_wait_seconds=110)
        old = copy_of(synced, tmp_path, settings, {"NOTION_ARCHIVE_TOKEN": TOKEN})
        for command in ("notion setup --yes", "replicate notion --execute", "discover"):
            old.run_here(*command.split())
        pages = {page["id"] for page in notion.pages(data_source(notion))}
        assert len(pages) == PHOTOS
        notion.log.clear()
        new = restored(old, tmp_path)
        assert writes(notion) == []
        new.run_here("notion", "setup", "--yes")
        done = new.run_here("replicate", "notion", "--execute")
        assert done.returncode == ExitCode.OK, done.stdout + done.stderr
        assert "created 0, " in done.stdout
        assert {page["id"] for page in notion.pages(data_source(notion))} == pages
