"""The Notion sink in the graph: pages follow the photos, people's words stay and are mirrored."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from photo_assets.defs.keys import MIRRORS, SINK_OUTCOMES, SINK_PLANS, follows_check
from photo_assets.defs.tags import CHANGED_ONLY
from photo_assets.ledger import SinkStates
from photo_assets.sinks.notion.mirror_columns import NOTION_PAGES
from photo_assets.sinks.notion.setup import apply_setup, propose_setup
from photo_assets.sinks.notion.sink import notion_client
from photo_assets_tests.defs.daemon import Daemon, workspace, write_configuration
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.defs.test_automation import photo_count
from photo_assets_tests.defs.test_supabase import CAPTION
from photo_assets_tests.services.notion.server import NotionServer

PLAN, PAGES = SINK_PLANS["notion"], SINK_OUTCOMES["notion"]
MIRROR = MIRRORS["notion"]
ALL_MONTHS = {
    "dagster/asset_partition_range_start": "2025-03-01",
    "dagster/asset_partition_range_end": "2026-01-01",
}


@pytest.fixture
def server(three: Settled, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotionServer]:
    """A Notion that the project's configuration and environment lead to from now on."""
    with NotionServer().running() as notion:
        configuration = three.project / "photosync.yaml"
        write_configuration(
            configuration,
            configuration.read_text() + "sinks:\n  notion:\n"
            f"    base_url: {notion.base_url}\n    requests_per_second: 200\n"
            f"    parent_page_id: {notion.root_page_id}\n",
        )
        monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", notion.settings.token)
        yield notion
        assert notion.violations == []


def set_up() -> str:
    """Make the database as `photosync notion setup --yes` does; return its data source."""
    client = notion_client(workspace())
    try:
        return apply_setup(workspace(), client, propose_setup(workspace(), client)).data_source
    finally:
        client.close()


def metadata(daemon: Daemon, key: dg.AssetKey) -> dict[str, Any]:
    event = daemon.instance.get_latest_materialization_event(key)
    assert event is not None and event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def mirrored() -> pa.Table:
    lake = workspace().lake
    asset = ("mirror", "notion")
    return pa.concat_tables([lake.read(asset, month, NOTION_PAGES) for month in lake.names(asset)])


def test_pages_are_updated_with_one_call_per_edit(three: Settled, server: NotionServer) -> None:
    project, daemon = three
    daemon.settle()
    assert daemon.failures == []
    assert server.calls("POST", "/pages") == 0  # nobody chose a database yet
    source = set_up()
    assert daemon.settle()["sinks"] == 1
    assert daemon.failures == []
    assert len(server.values(source)) == 3
    written = metadata(daemon, PAGES)
    assert (written["created"], written["failed"], written["remaining"]) == (3, 0, 0)
    database = SinkStates(workspace().ledger).get("notion")
    assert database is not None
    page_of_all = "https://www.notion.so/" + database.detail["database_id"].replace("-", "")
    assert written["link"] == page_of_all
    assert metadata(daemon, PLAN)["link"] == page_of_all
    covered = sum(page["cover"] is not None for page in server.pages(source))
    assert covered == 3
    assert server.calls("POST", "/v1/pages") == 3

    page = server.pages(source)[0]
    server.human_edit(page["id"], {"Rating": 1})  # ours: it is put right when read back, not now
    server.log.clear()
    edited = next((project / "photos").rglob("*.jpg"))
    edited.with_suffix(".xmp").write_text(CAPTION)
    daemon.look_again()
    daemon.settle()
    assert metadata(daemon, PAGES)["updated"] == 1
    assert server.calls("PATCH", "/pages") == 1
    assert server.calls("POST", "/pages") == 0
    captions = [values["Caption"] for values in server.values(source).values()]
    assert captions.count("By the sea") == 1


def followed(daemon: Daemon) -> dg.AssetCheckEvaluation:
    """Return the last result of the sink's check."""
    key = follows_check("notion")
    found = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    event = found[key].event
    assert event is not None and event.dagster_event is not None
    return event.dagster_event.asset_check_evaluation_data


def materialize(daemon: Daemon, *keys: dg.AssetKey) -> bool:
    """Start one run over these assets and their checks, like the UI's button."""
    daemon.reload()
    job = daemon.definitions.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(
        instance=daemon.instance, asset_selection=list(keys), raise_on_error=False
    ).success


def test_a_manual_sink_reports_waiting_rows_and_is_written_only_alone(
    three: Settled, server: NotionServer
) -> None:
    project, daemon = three
    with (project / "photosync.yaml").open("a") as configuration:
        configuration.write("    automatic: false\n")
    set_up()
    daemon.settle()
    assert daemon.failures == []
    assert server.calls("POST", "/v1/pages") == 0
    told = followed(daemon)
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert told.metadata["waiting_rows"].value == 3
    assert "photosync replicate notion --execute" in str(told.metadata["state"].value)
    # In one run with the plan, as in a backfill of everything, it is not written and no failure.
    assert materialize(daemon, PLAN, PAGES)
    assert server.calls("POST", "/v1/pages") == 0
    assert "automatic is false" in metadata(daemon, PAGES)["missing"]
    assert not followed(daemon).passed
    assert materialize(daemon, PAGES)
    assert server.calls("POST", "/v1/pages") == 3
    assert followed(daemon).passed


def test_peoples_changes_are_kept_and_mirrored_and_create_no_photo(
    three: Settled, server: NotionServer
) -> None:
    project, daemon = three
    source = set_up()
    daemon.settle()
    client = server.client()
    status = {"Status": {"select": {"options": [{"name": "Print it"}]}}}
    client.data_sources.update(source, properties=status)
    page = next(p for p, v in server.values(source).items() if v["Captured"].startswith("2025-05"))
    server.clock.advance(120)
    server.human_edit(page, {"Status": "Print it"})

    one_month = dict.fromkeys(ALL_MONTHS, "2025-05-01")
    assert daemon.execute("mirror_notion", one_month)
    assert len(mirrored()) == 1
    assert daemon.execute("mirror_notion", ALL_MONTHS)  # what was left out is not passed over
    rows = mirrored().to_pylist()
    assert len(rows) == 3
    (row,) = [row for row in rows if row["page_id"] == page]
    assert row["month"] == "2025-05-01"
    assert json.loads(row["properties"])["Status"] == "Print it"
    assert "Rating" not in json.loads(row["properties"])

    make_picture(project / "photos" / "new.jpg", datetime(2025, 5, 20), seed=77)
    for sidecar in sorted((project / "photos").rglob("*.jpg")):
        sidecar.with_suffix(".xmp").write_text(CAPTION)
    daemon.look_again()
    daemon.settle()
    assert daemon.failures == []
    assert photo_count() == 4
    assert server.values(source)[page]["Status"] == "Print it"
    assert server.values(source)[page]["Caption"] == "By the sea"

    server.clock.advance(120)
    server.log.clear()
    server.human_edit(page, {"Status": None})
    assert daemon.execute("mirror_notion", ALL_MONTHS)
    assert server.calls("POST", "/query") <= 2  # what was edited, not all of it
    (row,) = [row for row in mirrored().to_pylist() if row["page_id"] == page]
    assert json.loads(row["properties"])["Status"] is None
    stored = latest_partitions(daemon)
    assert stored >= {"2025-03-01", "2025-05-01", "2025-06-01"}

    # As versions before left it: the rows among the catalogs, and no event of this asset.
    before, lake = mirrored(), workspace().lake
    lake.root.joinpath("mirror", "notion").rename(lake.root / "catalog" / "notion")
    daemon.instance.wipe_assets([MIRROR])
    assert daemon.execute("mirror_notion", {CHANGED_ONLY: "true", **ALL_MONTHS})
    assert mirrored() == before
    assert latest_partitions(daemon) == set(lake.names(("mirror", "notion")))


def test_before_setup_the_assets_state_the_reason_and_cannot_be_run(
    three: Settled, server: NotionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = three.daemon
    daemon.settle()
    assert metadata(daemon, PLAN)["create"] == 3
    assert "photosync notion setup" in said_of(daemon, PAGES)
    set_up()
    daemon.reload()
    graph = daemon.definitions.resolve_asset_graph()
    assert {PAGES, MIRROR} <= graph.materializable_asset_keys
    monkeypatch.delenv("NOTION_ARCHIVE_TOKEN")
    assert daemon.execute("notion_plan")
    for key in (PAGES, MIRROR):
        assert "NOTION_ARCHIVE_TOKEN is not set" in said_of(daemon, key)


def said_of(daemon: Daemon, key: dg.AssetKey) -> str:
    """Return the description of an asset that cannot be run."""
    asset = daemon.definitions.resolve_asset_graph().get(key)
    assert not asset.is_executable
    return asset.description or ""


def latest_partitions(daemon: Daemon) -> set[str]:
    return set(daemon.instance.get_materialized_partitions(MIRROR))
