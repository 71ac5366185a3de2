"""The whole way to Supabase, with the real program: tables, rows, a bad day, reading back."""

import json
import re
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets_tests.cli.running import Project
from photo_assets_tests.cli.sinks import PHOTOS, copy_of, forget_what_the_service_asked_for, leaks
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.supabase.stack import Stack

SETTINGS = (
    "supabase: {requests_per_second: 100, rows_per_request: 3, at_once: 1}, "
    "notion: {enabled: false}"
)


@pytest.fixture
def project(synced: Project, tmp_path: Path, supabase: Stack) -> Project:
    variables = {
        "SUPABASE_URL": supabase.api_url,
        "SUPABASE_SECRET_KEY": supabase.keys.secret_key,
        "SUPABASE_DB_URL": supabase.database_url,
    }
    return copy_of(synced, tmp_path, SETTINGS, variables)


def writes(stack: Stack) -> list[str]:
    """Return the calls that may have changed a row."""
    return [
        f"{arrival.method} {arrival.path}"
        for arrival in stack.gateway.log.all()
        if arrival.method != "GET" and "/rpc/" not in arrival.path
    ]


def count(stack: Stack, table: str) -> int:
    return int(stack.execute(f"select count(*) from public.{table}")[0][0])


def test_migrations_update_the_tables(project: Project, supabase: Stack) -> None:
    there = project.run_here("supabase", "migrate", "--dry-run")
    assert there.returncode == ExitCode.OK
    assert "would apply" not in there.stdout
    assert "0 would be applied" in there.stdout
    newest = supabase.execute("select max(version) from supabase_migrations.schema_migrations")
    supabase.execute(
        "delete from supabase_migrations.schema_migrations where version = %s", newest[0][0]
    )
    try:
        lacks = project.run_here("supabase", "migrate", "--dry-run")
        assert f"would apply {newest[0][0]}" in lacks.stdout
        assert "1 would be applied" in lacks.stdout
        assert "To apply: photosync supabase migrate" in lacks.stdout
    finally:
        supabase.execute(
            "insert into supabase_migrations.schema_migrations (version) values (%s)",
            newest[0][0],
        )


def test_the_whole_workflow_with_outages(project: Project, supabase: Stack) -> None:
    """A service that stops in the middle, then works; nothing is lost, doubled or touched twice."""
    supabase.gateway.faults.script(
        Step(Fault(FaultKind.OK), "POST", "/photos", times=1),
        Step(Fault(FaultKind.LIMITED_SECONDS, retry_after=900), "POST", "/photos", times=None),
    )
    broken = project.run("replicate", "--execute")
    assert broken.returncode == ExitCode.SOURCE, broken.stdout + broken.stderr
    came = re.search(r"created (\d+), updated 0, unchanged 0, failed 0, left (\d+)", broken.stdout)
    assert came is not None and int(came[1]) >= 3, broken.stdout
    assert "Automation continues after" in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr
    assert "rows wait to be written to supabase" in project.run_here("status").stdout

    supabase.gateway.faults.clear()
    forget_what_the_service_asked_for(project)
    written = project.run("replicate", "--execute", "--json")
    assert written.returncode == ExitCode.OK, written.stdout + written.stderr
    applied = json.loads(written.stdout)["supabase"]["applied"]
    assert (applied["failed"], applied["remaining"], applied["earlier"]) == (0, 0, int(came[1]))
    assert count(supabase, "photos") == PHOTOS

    stamps = "select photo_id, updated_at from public.photos order by photo_id"
    before = supabase.execute(stamps)
    supabase.gateway.log.clear()
    again = project.run("replicate", "supabase", "--execute")
    assert "supabase: nothing to write." in again.stdout
    assert (again.returncode, writes(supabase)) == (ExitCode.OK, [])
    assert supabase.execute(stamps) == before
    assert "supabase is up to date with the view." in project.run_here("status").stdout

    supabase.execute("update public.photos set rating = 5 where photo_id = %s", before[0][0])
    drifted = project.run_here("verify")
    assert drifted.returncode == ExitCode.ATTENTION
    assert f"photos {before[0][0]}: changed by hand in the service" in drifted.stdout
    assert "To correct them: photosync replicate supabase --execute" in drifted.stdout
    assert leaks(project, supabase.keys.secret_key) == []


def test_a_wrong_key_is_refused_and_not_printed(project: Project, supabase: Stack) -> None:
    key = supabase.keys.anon
    wrong = Project(project.home, project.user, {**project.variables, "SUPABASE_SECRET_KEY": key})
    refused = wrong.run("replicate", "--execute", "--debug")
    assert refused.returncode == ExitCode.ATTENTION
    assert "Check the secret key" in refused.stdout
    read = wrong.run_here("--debug", "verify")
    assert read.returncode != ExitCode.OK
    for done in (refused, read):
        assert key not in done.stdout + done.stderr
    assert leaks(wrong, key) == []
