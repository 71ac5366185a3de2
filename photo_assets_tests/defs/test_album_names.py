"""Names of albums in the graph: planned, changed only when approved, and checked."""

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from photo_assets.albums.plan import approve, read_plan
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE
from photo_assets.defs import load
from photo_assets.defs.keys import ALBUM_NAMES, ALBUM_NAMES_PLAN, ALBUMS
from photo_assets.library import open_workspace
from photo_assets_tests.albums.account import RenamedAccount
from photo_assets_tests.albums.conftest import account
from photo_assets_tests.albums.lake import Photos, album
from photo_assets_tests.defs.in_memory import instance_in_memory

__all__ = ["account"]


def run(job: str, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return load().resolve_job_def(job).execute_in_process(instance=instance)


def passed(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {one.check_name: one.passed for one in result.get_asset_check_evaluations()}


def test_without_a_catalog_to_rename_the_assets_are_only_shown(project: Path) -> None:
    graph = load().resolve_asset_graph()
    assert ALBUMS in graph.materializable_asset_keys
    for key in (ALBUM_NAMES_PLAN, ALBUM_NAMES):
        assert key not in graph.materializable_asset_keys
        assert "albums.rename lists no catalog" in (graph.get(key).description or "")


def test_approved_names_are_changed_by_the_asset(
    project: Path, account: RenamedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "photosync.yaml").write_text(
        f"data_dir: data\ncatalogs:\n  smugmug:\n    me:\n      endpoint: {account.server.base_url}\n"
        "      requests_per_second: 1000\n"
        "albums: {rename: [smugmug/me], renames_per_second: 1000}\n"
    )
    workspace = open_workspace()
    workspace.credentials.write(
        SOURCE, "me", account.workspace.credentials.read(SOURCE, "me") or {}
    )
    one, two = (account.library.add_album(name) for name in ("Regatta", "Harz"))
    photos = Photos(workspace)
    for each in (one, two):
        photos.add("smugmug", album(each.key, each.node.name), datetime(2024, 5, 30, 12))
    photos.write()
    with instance_in_memory() as instance:
        assert passed(run("albums", instance)) == {
            "names_are_near": False,
            "every_album_has_a_name": True,
        }
        assert run("album_names_plan", instance).success
        assert passed(run("album_names", instance)) == {"every_change_was_made": True}
        assert (one.node.name, two.node.name) == ("Regatta", "Harz")
        approve(workspace, read_plan(workspace), "mara")
        account.library.edit_album(two, name="Somebody was here")
        assert passed(run("album_names", instance)) == {"every_change_was_made": False}
    assert (one.node.name, two.node.name) == ("Regatta - May 30", "Somebody was here")
