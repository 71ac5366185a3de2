"""Which plan a run writes, and how long automation continues trying."""

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import update

from photo_assets.defs.keys import SINK_PLANS
from photo_assets.defs.sink.status import sink_status
from photo_assets.defs.tags import PLAN_ID
from photo_assets.ledger.tables import PARTITION_ATTEMPTS
from photo_assets.sinks.engine.plan_store import current_plan
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.pictures import make_picture, make_three
from photo_assets_tests.services.supabase.stack import Stack


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_the_requested_plan_is_written_although_a_newer_one_exists(
    project: Path, daemon: Daemon, supabase: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Formerly, the run took the plan that was current at its start, which nobody had reviewed."""
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    (project / "photosync.yaml").open("a").write("sinks:\n  supabase: {automatic: false}\n")
    make_three(project / "photos")
    daemon.settle()
    first = current_plan(workspace(), "supabase")
    make_picture(project / "photos" / "new.jpg", datetime(2025, 5, 20), seed=77)
    daemon.look_again()
    daemon.settle()
    second = current_plan(workspace(), "supabase")
    assert first is not None and second is not None
    assert first.plan_id != second.plan_id
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    assert daemon.execute("supabase_rows", {PLAN_ID: first.plan_id})
    assert supabase.execute("select count(*) from public.photos") == [(3,)]
    assert not daemon.execute("supabase_rows", {PLAN_ID: second.plan_id})  # out of date by now
    assert supabase.execute("select count(*) from public.photos") == [(3,)]


def test_nothing_is_written_while_its_plan_is_materialized_by_hand(
    project: Path, daemon: Daemon, supabase: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs from the UI and from automation conditions have none of the project's tags."""
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    make_three(project / "photos")
    daemon.settle()
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    key = SINK_PLANS["supabase"]
    job = daemon.definitions.resolve_implicit_global_asset_job_def()
    run = daemon.instance.create_run_for_job(
        job_def=job.get_subset(asset_selection={key}),
        asset_selection=frozenset({key}),
        status=dg.DagsterRunStatus.STARTED,
    )
    assert daemon.settle()["sinks"] == 0
    daemon.instance.report_run_canceled(run)
    assert daemon.settle()["sinks"] == 1


def test_failed_attempts_are_retried_after_an_hour(
    project: Path, daemon: Daemon, supabase: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After five tries it was left forever, also when the service was only away for an hour."""
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "no such key")
    make_three(project / "photos")
    assert daemon.settle(30)["sinks"] == 5
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    assert daemon.settle()["sinks"] == 0
    with workspace().ledger.writing() as connection:
        connection.execute(update(PARTITION_ATTEMPTS).values(at="2025-01-01T00:00:00.000000Z"))
    assert daemon.settle()["sinks"] == 1
    assert sink_status(workspace(), "supabase").followed
