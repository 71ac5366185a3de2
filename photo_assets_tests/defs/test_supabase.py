"""The Supabase sink in the graph: planned without credentials, written once, followed, read back."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from photo_assets.defs.keys import SINK_OUTCOMES, SINK_PLANS, follows_check
from photo_assets.defs.sink.checks import evaluate_lag
from photo_assets.defs.sink.status import sink_status
from photo_assets_tests.defs.daemon import Daemon, workspace, write_configuration
from photo_assets_tests.defs.pictures import make_picture, make_three
from photo_assets_tests.defs.settled import Settled
from photo_assets_tests.edits import replaced
from photo_assets_tests.services.faults import Fault, FaultKind
from photo_assets_tests.services.supabase.stack import Stack

PLAN, ROWS = SINK_PLANS["supabase"], SINK_OUTCOMES["supabase"]


@pytest.fixture
def connected(supabase: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The project's address and key in the environment."""
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    yield supabase


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def metadata(daemon: Daemon, key: dg.AssetKey) -> dict[str, Any]:
    event = daemon.instance.get_latest_materialization_event(key)
    assert event is not None and event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def following(daemon: Daemon) -> dg.AssetCheckEvaluation:
    key = follows_check("supabase")
    records = daemon.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])
    event = records[key].event
    assert event is not None and event.dagster_event is not None
    return event.dagster_event.asset_check_evaluation_data


def count(stack: Stack, table: str) -> int:
    return int(stack.execute(f"select count(*) from public.{table}")[0][0])


def test_without_credentials_the_plan_is_made_and_the_sink_cannot_be_run(
    three: Settled,
) -> None:
    """It was "Passing" while its rows waited."""
    daemon = three.daemon
    assert daemon.settle()["sinks"] == 0
    assert daemon.failures == []
    planned = metadata(daemon, PLAN)
    assert planned["create"] == planned["dagster/row_count"] > 6
    assert sink_status(workspace(), "supabase").waiting == planned["create"]
    sink = daemon.definitions.resolve_asset_graph().get(ROWS)
    assert not sink.is_executable
    assert "SUPABASE_URL and SUPABASE_SECRET_KEY are not set" in (sink.description or "")
    with pytest.raises(KeyError):
        following(daemon)


def test_rows_that_wait_too_long_fail_the_check(
    project: Path, daemon: Daemon, connected: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "photosync.yaml").open("a").write("sinks:\n  supabase: {automatic: false}\n")
    make_three(project / "photos")
    daemon.settle()
    planned = metadata(daemon, PLAN)
    assert "automatic is false" in str(following(daemon).metadata["state"].value)
    text = (project / "photosync.yaml").read_text()
    write_configuration(
        project / "photosync.yaml", replaced(text, ("automatic: false", "gps: true"))
    )
    assert evaluate_lag(workspace(), "supabase")[0]  # the view is new
    long_ago = time.time() - 30 * 3600
    for view in workspace().lake.files(("metadata", "unified")):
        os.utime(view, (long_ago, long_ago))
    passed, late = evaluate_lag(workspace(), "supabase")
    assert not passed
    assert late["waiting_rows"] == planned["create"]
    assert f"{planned['create']:,} rows wait" in late["state"]


def test_only_changes_are_written_automatically(
    project: Path, daemon: Daemon, connected: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_three(project / "photos")
    runs = daemon.settle()
    assert daemon.failures == []
    assert runs["sinks"] == 1
    assert (count(connected, "photos"), count(connected, "items")) == (3, 3)
    assert metadata(daemon, ROWS)["created"] == metadata(daemon, PLAN)["create"]
    assert following(daemon).passed
    daemon.look_again()
    assert daemon.settle()["sinks"] == 0
    version = metadata(daemon, PLAN)["plan_id"]
    assert daemon.execute("supabase_plan")  # at night: the plan that is written stays the plan
    assert metadata(daemon, PLAN)["plan_id"] == version

    monkeypatch.setattr("photo_assets.sinks.inputs.PLAN_RECIPE", "another")
    connected.gateway.log.clear()
    daemon.settle()  # a new plan holds nothing; the rows are not shown as out of date for that
    assert metadata(daemon, PLAN)["dagster/row_count"] == 0
    assert metadata(daemon, ROWS)["plan_id"] == metadata(daemon, PLAN)["plan_id"] != version
    assert connected.gateway.log.all() == []

    before = dict(connected.execute("select photo_id, row_digest from public.photos"))
    make_picture(project / "photos" / "new.jpg", datetime(2025, 5, 20), seed=77)
    daemon.look_again()
    assert daemon.settle()["sinks"] == 1
    assert metadata(daemon, ROWS)["updated"] == 0
    after = dict(connected.execute("select photo_id, row_digest from public.photos"))
    assert len(after) == 4
    assert before.items() <= after.items()


def test_one_edited_photo_is_one_row_of_photos_and_its_own_item(
    project: Path, daemon: Daemon, connected: Stack
) -> None:
    make_three(project / "photos")
    daemon.settle()
    stamps = "select photo_id, updated_at from public.photos"
    before = dict(connected.execute(stamps))
    edited = next((project / "photos").rglob("*.jpg"))
    edited.with_suffix(".xmp").write_text(CAPTION)
    daemon.look_again()
    daemon.settle()
    written = metadata(daemon, ROWS)
    assert (written["created"], written["updated"]) == (0, 2)
    after = dict(connected.execute(stamps))
    assert sum(before[photo] != after[photo] for photo in before) == 1


def test_a_rate_limit_frees_the_slot_and_pauses_calls(
    project: Path, daemon: Daemon, connected: Stack
) -> None:
    make_three(project / "photos")
    connected.gateway.faults.script(*[Fault(FaultKind("429_seconds"), retry_after=900)] * 3)
    daemon.settle()
    assert daemon.failures == []
    said = metadata(daemon, ROWS)
    assert said["remaining"] > 0
    assert said["continues_at"] > datetime.now(UTC).isoformat()
    arrived = len(connected.gateway.log.all())
    assert daemon.settle()["sinks"] == 0
    assert len(connected.gateway.log.all()) == arrived


def test_changes_by_others_in_the_service_are_found_and_corrected(
    project: Path, daemon: Daemon, connected: Stack
) -> None:
    make_three(project / "photos")
    daemon.settle()
    connected.execute("update public.photos set rating = 5 where month = '2025-03-01'")
    assert daemon.execute("verify_supabase")
    assert not sink_status(workspace(), "supabase").planned
    daemon.settle()
    ratings = connected.execute("select count(*) from public.photos where rating = 5")
    assert ratings[0][0] == 0
    assert metadata(daemon, ROWS)["updated"] == 1


CAPTION = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">By the sea</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
