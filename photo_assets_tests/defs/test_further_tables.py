"""A table beside the items follows its source in the graph: the albums of a SmugMug account."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from photo_assets.catalogs.smugmug.album_table import KIND
from photo_assets.defs.keys import further_keys
from photo_assets.defs.reconcile import night_parts
from photo_assets.defs.sync import sync
from photo_assets.defs.sync_result import SyncRequest
from photo_assets.library import open_workspace
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.defs.daemon import Daemon
from photo_assets_tests.defs.in_memory import instance_in_memory
from photo_assets_tests.services.smugmug.server import SmugMugServer

(ALBUMS,) = further_keys("smugmug")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmugMugServer]:
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    with SmugMugServer().running() as running:
        yield running


@pytest.fixture
def account(server: SmugMugServer, project: Path) -> SmugMugServer:
    """An account that is the only catalog of the project, and is signed in."""
    (project / "photosync.yaml").write_text(
        "data_dir: data\ncatalogs:\n  smugmug:\n    main:\n"
        f"      endpoint: {server.base_url}\n      requests_per_second: 1000\n"
        "      poll_seconds: 10\n"
    )
    given = server.settings
    values = {
        "kind": "oauth1",
        "endpoint": server.base_url,
        "client_id": given.api_key,
        "client_secret": given.api_secret,
        "token": given.token,
        "token_secret": given.token_secret,
    }
    open_workspace().credentials.write("smugmug", "main", values)
    return server


def names() -> list[str]:
    lake = open_workspace().lake
    albums = lake.read(("catalog", KIND.name), KIND.name, KIND, ["name"])
    found: list[str] = albums["name"].to_pylist()
    return found


def test_the_albums_are_written_after_the_images_and_follow_them(
    account: SmugMugServer, project: Path
) -> None:
    library = account.library
    album = library.add_album("Kids")
    library.add_image(album, "a.jpg", metadata={"DateTimeCreated": "2026-08-04T11:28:12"})
    with instance_in_memory() as instance:
        daemon = Daemon(instance)
        daemon.settle()
        assert daemon.failures == []
        assert names() == ["Kids"]
        event = instance.get_latest_materialization_event(ALBUMS)
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["dagster/row_count"].value == 1
        checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(
            [dg.AssetCheckKey(ALBUMS, "keys_are_unique")]
        )
        assert [check.status.value for check in checks.values()] == ["SUCCEEDED"]
        library.edit_album(album, name="The kids")
        account.log.clear()
        daemon.look_again()
        daemon.settle()
        assert daemon.failures == []
        assert names() == ["The kids"]
        assert account.calls("!images") == 1


def test_a_night_writes_it_too(account: SmugMugServer) -> None:
    parts = [part.name for part in night_parts(open_workspace(), date(2026, 11, 20))]
    assert parts[:2] == ["catalog_smugmug", "smugmug_albums"]


def test_discover_writes_it_where_it_is_due(account: SmugMugServer) -> None:
    album = account.library.add_album("Kids")
    first = sync(open_workspace(), SyncRequest(), lambda _progress: None)
    assert first.failed_runs == []
    assert names() == ["Kids"]
    again = sync(open_workspace(), SyncRequest(), lambda _progress: None)
    account.library.edit_album(album, name="The kids")
    changed = sync(open_workspace(), SyncRequest(), lambda _progress: None)
    assert names() == ["The kids"]
    assert len(changed.runs) == len(again.runs) + 1
