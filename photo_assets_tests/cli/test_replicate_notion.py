"""The whole way to Notion and back, with the real program: set up, write, verify, undo."""

import contextlib
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets.sample.notion.settings import Settings
from photo_assets_tests.cli.running import Project
from photo_assets_tests.cli.sinks import (
    PHOTOS,
    TOKEN,
    copy_of,
    data_source,
    forget_what_the_service_asked_for,
    leaks,
    notion_settings,
    writes,
)
from photo_assets_tests.edits import replaced
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.time_limit import NEVER_S, PATIENCE_S

PATIENT = "longest_wait_seconds: 110"
CREDENTIALS = {"NOTION_ARCHIVE_TOKEN": TOKEN}


@pytest.fixture
def notion() -> Iterator[NotionServer]:
    with NotionServer(Settings(token=TOKEN)).running() as server:
        yield server


@pytest.fixture
def project(synced: Project, tmp_path: Path, notion: NotionServer) -> Project:
    return copy_of(
        synced,
        tmp_path,
        notion_settings(notion, longest_wait_seconds=110),
        {"NOTION_ARCHIVE_TOKEN": TOKEN},
    )


def titles(notion: NotionServer) -> list[str]:
    return sorted(page["Title"] for page in notion.values(data_source(notion)).values())


NAMES = [f"IMG_{n:04}.JPG" for n in range(PHOTOS)]


def test_the_database_is_proposed_created_and_then_unchanged(
    project: Project, notion: NotionServer
) -> None:
    unset = project.run_here("verify", "notion")
    assert unset.returncode == ExitCode.CONFIGURATION
    assert "No Notion database is selected yet.\n  Set it up: photosync" in unset.stderr
    assert "No Notion database is selected yet." in project.run_here("doctor").stdout
    proposed = project.run_here("notion", "setup")
    assert (proposed.returncode, writes(notion)) == (ExitCode.OK, [])
    assert "'Photo Library' would be created" in proposed.stdout
    assert "Nothing was changed. To apply: photosync notion setup --yes" in proposed.stdout
    made = project.run("notion", "setup", "--yes")
    assert "Set up: Photo Library" in made.stdout, made.stderr
    again = project.run_here("notion", "setup", "--yes")
    assert "The database is set up" in again.stdout
    assert len(writes(notion)) == 1
    notion.faults.script(Step(Fault(FaultKind.LIMITED_SECONDS, retry_after=900), times=None))
    for command in ("notion setup", "verify notion"):
        down = project.run_here(*command.split())
        assert down.returncode == ExitCode.SOURCE
        assert "nothing was changed" in down.stderr.lower()
        assert "ry again later" in down.stderr
    notion.faults.clear()
    forget_what_the_service_asked_for(project)
    other = project.run_here("notion", "setup", "--data-source", "f00")
    assert "Data source f00 was not found. Nothing was changed." in other.stderr


def test_setup_that_waits_for_a_person_states_the_reason(
    synced: Project, tmp_path: Path, notion: NotionServer
) -> None:
    project = copy_of(synced, tmp_path, f"notion: {{base_url: {notion.base_url}}}", CREDENTIALS)
    waits = project.run_here("notion", "setup", "--yes")
    assert waits.returncode == ExitCode.ATTENTION
    assert "The integration has no access to any page yet. In Notion, open the page" in waits.stdout
    assert "--yes" not in waits.stdout


def test_the_whole_workflow_and_its_undo(project: Project, notion: NotionServer) -> None:
    project.run_here("notion", "setup", "--yes")
    notion.log.clear()
    written = project.run("replicate", "notion", "--execute")
    assert written.returncode == ExitCode.OK, written.stdout + written.stderr
    assert f"created {PHOTOS}, updated 0, unchanged 0, failed 0, left 0" in written.stdout
    assert re.search(
        r" calls \(0 repeats\) in .+, .+ of that waiting for the rate limit$", written.stdout, re.M
    )
    assert titles(notion) == NAMES
    assert "notion is up to date with the view." in project.run_here("status").stdout
    assert f"notion: {PHOTOS} rows read, 0 differ" in project.run_here("verify").stdout

    page = notion.pages(data_source(notion))[0]["id"]
    add_status(notion)
    notion.human_edit(page, {"Status": "Selected"})
    notion.log.clear()
    second = project.run("replicate", "notion", "--execute", "--json")
    document = json.loads(second.stdout)["notion"]
    assert (second.returncode, writes(notion)) == (ExitCode.OK, [])
    assert document["applied"] is None
    first_plan = document["plan_id"]
    finished = project.run_here("plan", "show", first_plan, "--limit", "0").stdout
    assert f"{PHOTOS} to create (written)." in finished

    undo_on_a_bad_day(project, notion, first_plan)
    found = notion.values(data_source(notion))
    assert {one["Availability"] for one in found.values()} == {"gone"}
    assert f"plan {first_plan} was undone" in project.run_here("status").stdout

    notion.human_edit(page, {"Title": "Renamed by hand"})
    drifted = project.run_here("verify", "notion")
    assert drifted.returncode == ExitCode.ATTENTION
    assert "1 differs" in drifted.stdout
    document = json.loads(project.run_here("verify", "notion", "--json").stdout)["notion"]
    assert [row["found"]["title"] for row in document["differ"]] == ["Renamed by hand"]
    back = project.run("replicate", "notion", "--execute")
    assert f"created 0, updated {PHOTOS}" in back.stdout
    assert "plan for notion: 1 of 1 plan (100 %)" in back.stderr
    assert titles(notion) == NAMES
    assert notion.values(data_source(notion))[page]["Status"] == "Selected"
    stale = project.run_here("replicate", "--plan", first_plan, "--execute")
    assert stale.returncode == ExitCode.CONFLICT
    assert "is out of date" in stale.stderr
    assert notion.violations == []


def undo_on_a_bad_day(project: Project, notion: NotionServer, plan_id: str) -> None:
    """Undo a plan; the service fails after two pages, and the same command continues."""
    passes = Fault(FaultKind.OK)
    notion.faults.script(
        Step(passes, "PATCH", "/pages/", times=2),
        Step(Fault(FaultKind.UNAVAILABLE), "PATCH", "/pages/", times=None),
    )
    configuration = (project.home / "photosync.yaml").read_text()
    project.configure(replaced(configuration, (PATIENT, "longest_wait_seconds: 5")))
    broken = project.run("replicate", "--undo", plan_id, "--execute")
    assert broken.returncode == ExitCode.SOURCE, broken.stdout
    assert f"{PHOTOS} to retire" in broken.stdout
    assert f"updated 2, unchanged 0, failed 0, left {PHOTOS - 2}" in broken.stdout
    assert "notion is unavailable; no calls for 30 s" in broken.stderr
    assert "Stopped: notion" in broken.stdout
    assert "completed writes are kept.\n  Run the same command again" in broken.stderr
    assert "Traceback" not in broken.stdout + broken.stderr
    notion.faults.clear()
    project.configure(configuration)
    forget_what_the_service_asked_for(project)
    undone = project.run("replicate", "--undo", plan_id, "--execute")
    assert undone.returncode == ExitCode.OK, undone.stdout + undone.stderr
    assert f"2 of its {PHOTOS} rows were sent before" in undone.stdout


def add_status(notion: NotionServer) -> None:
    """Add a property of the person's own, as they would in Notion."""
    status = {"Status": {"select": {"options": [{"name": "Selected"}]}}}
    with contextlib.closing(notion.client()) as client:
        client.data_sources.update(data_source(notion), properties=status)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_immediately_and_duplicates_nothing(
    project: Project, notion: NotionServer
) -> None:
    """One call waits for its reply, the others for the time that the service asked for.

    Either takes longer than the program is given to end.
    """
    patient = (PATIENT, "longest_wait_seconds: 4000, timeout_seconds: 600")
    project.configure(replaced((project.home / "photosync.yaml").read_text(), patient))
    project.run_here("notion", "setup", "--yes")
    notion.faults.script(
        Step(Fault(FaultKind.SLOW, delay=NEVER_S), "POST", "/v1/pages$"),
        Step(
            Fault(FaultKind.LIMITED_SECONDS, retry_after=NEVER_S), "POST", "/v1/pages$", times=None
        ),
    )
    process = project.start("replicate", "notion", "--execute")
    wait_until(lambda: any(arrival.fault == "429_seconds" for arrival in notion.log.all()))
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said = b"".join(process.communicate(timeout=PATIENCE_S / 2))
    assert process.returncode == ExitCode.INTERRUPTED, said
    assert b"notion requests a wait of 3600 s" in said
    assert b"Traceback" not in said
    notion.faults.clear()
    forget_what_the_service_asked_for(project)
    after = project.run("replicate", "notion", "--execute")
    assert after.returncode == ExitCode.OK, after.stdout + after.stderr
    assert titles(notion) == NAMES


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_the_token_appears_nowhere(project: Project, notion: NotionServer) -> None:
    project.run_here("notion", "setup", "--yes")
    notion.settings.token = "another one"
    refused = project.run("replicate", "notion", "--execute", "--debug")
    assert refused.returncode == ExitCode.ATTENTION
    assert "Notion does not accept the token in NOTION_ARCHIVE_TOKEN" in refused.stdout
    verified = project.run("verify", "notion", "--debug")
    assert verified.returncode == ExitCode.CONFIGURATION
    assert "Traceback" in verified.stderr
    asked = project.run("notion", "setup", "--debug")
    for done in (refused, verified, asked):
        assert TOKEN not in done.stdout + done.stderr
    assert leaks(project, TOKEN) == []
