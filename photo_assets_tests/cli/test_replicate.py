"""`photosync replicate` without a configured service: its messages and refusals."""

import json
import shutil
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets_tests.cli.running import Project
from photo_assets_tests.cli.sinks import PHOTOS, copy_of
from photo_assets_tests.repetition import cases


@pytest.fixture(scope="module")
def switched_off(synced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with plans, and both sinks disabled."""
    off = "notion: {enabled: false}, supabase: {enabled: false}"
    return copy_of(synced, tmp_path_factory.mktemp("off"), off)


def test_without_credentials_the_plans_are_shown_and_nothing_is_sent(
    synced: Project, tmp_path: Path
) -> None:
    project = copy_of(synced, tmp_path)
    dry = project.run_here("replicate")
    assert dry.returncode == ExitCode.OK, dry.stderr
    assert f": {PHOTOS} to create\n  Nothing was sent. Show the plan: photosync plan" in dry.stdout
    assert "It cannot be written yet: Notion is not set up: NOTION_ARCHIVE_TOKEN" in dry.stdout
    wet = project.run_here("replicate", "--execute")
    assert wet.returncode == ExitCode.ATTENTION
    for missing in ("NOTION_ARCHIVE_TOKEN is", "SUPABASE_URL and SUPABASE_SECRET_KEY are"):
        (line,) = [line for line in wet.stdout.splitlines() if missing in line]
        assert "not set" in line
    assert "Traceback" not in wet.stdout + wet.stderr
    stood = project.run_here("status")
    assert f"{PHOTOS} rows wait to be written to notion" in stood.stdout
    assert "! notion" not in stood.stdout  # nobody asked for it


def test_a_plan_is_shown_as_lines_and_as_one_document(synced: Project) -> None:
    shown = synced.run_here("plan", "show", "notion", "--limit", "2")
    assert f"{PHOTOS} to create (not sent)" in shown.stdout
    assert 'title: "IMG_0' in shown.stdout
    assert f"{PHOTOS - 2} more" in shown.stdout
    printed = synced.run_here("plan", "show", "notion", "--limit", "2", "--json")
    document = json.loads(printed.stdout)
    assert (document["rows"], len(document["first_rows"])) == (PHOTOS, 2)
    assert document["counts"] == {"create": PHOTOS}
    assert document["first_rows"][0]["before"] is None
    by_id = synced.run_here("plan", "show", document["plan_id"][:6], "--limit", "0")
    assert by_id.stdout.startswith(f"Plan {document['plan_id']} for notion")
    assert synced.run_here("plan", "list").stdout.count("current") == 2
    listed = json.loads(synced.run_here("plan", "list", "--json").stdout)
    assert {plan["sink"] for plan in listed if plan["current"]} == {"notion", "supabase"}
    nothing = synced.run_here("verify", "--json")
    assert set(json.loads(nothing.stdout)) == {"notion", "supabase"}
    assert nothing.returncode == ExitCode.CONFIGURATION


def test_a_plan_that_cannot_be_stored_names_the_folder_without_a_stack_trace(
    synced: Project, tmp_path: Path
) -> None:
    """Formerly, only "[Errno 28]" was printed, and DuckDB reported leaks: the error was kept."""
    project = copy_of(synced, tmp_path)
    (folder,) = project.home.rglob("lake/sink/supabase_plan_parts")
    shutil.rmtree(folder)
    folder.write_text("a file in the folder's place")
    done = project.run("replicate", "supabase", "--execute")
    assert done.returncode == ExitCode.STORAGE, done.stdout + done.stderr
    assert f"Could not write {folder}" in done.stderr
    assert "Errno" not in done.stdout
    assert "leaked" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", cases(["replicate supabase", "discover"], ["replicate supabase"])
)
def test_too_little_memory_names_its_setting_and_not_the_disk(
    synced: Project, tmp_path: Path, command: str
) -> None:
    project = copy_of(synced, tmp_path)
    with (project.home / "photosync.yaml").open("a") as settings:
        settings.write("query_memory_mib: 1\n")
    for table in ("sink/supabase_plan", "identity/photos"):
        shutil.rmtree(next(project.home.rglob(f"lake/{table}")))
    done = project.run(*command.split(), seconds=250)
    assert done.returncode == ExitCode.STORAGE, done.stdout + done.stderr
    assert "needs more memory than its limit of 1 MiB" in done.stderr
    assert "Set a higher query_memory_mib in photosync.yaml" in done.stderr
    assert "room" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_dagsters_own_database_that_refuses_is_named(synced: Project, tmp_path: Path) -> None:
    project = copy_of(synced, tmp_path)
    (database,) = project.home.rglob("runs.db")
    database.write_bytes(b"no database at all" * 100)
    done = project.run("replicate")
    assert done.returncode == ExitCode.STORAGE, done.stderr
    assert "Dagster's database refused the request: file is not a database" in done.stderr
    assert "unexpected" not in done.stderr


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("replicate flickr", ExitCode.USAGE, "There is no sink 'flickr'"),
        ("verify flickr", ExitCode.USAGE, "There is no sink 'flickr'"),
        ("replicate --plan f00", ExitCode.CONFIGURATION, "There is no plan f00"),
        ("replicate --undo f00", ExitCode.CONFIGURATION, "There is no plan f00"),
        ("plan show f00", ExitCode.CONFIGURATION, "There is no plan f00"),
        ("replicate --plan a --undo b", ExitCode.USAGE, "cannot be used together"),
        ("replicate supabase --plan PLAN", ExitCode.USAGE, "is for notion, not supabase"),
        ("replicate --plan PLAN --allow-retiring", ExitCode.USAGE, "applies to a new plan"),
        ("replicate --undo PLAN --execute", ExitCode.CONFLICT, "cannot be undone"),
        ("replicate", ExitCode.CONFIGURATION, "Every sink is disabled"),
        ("verify notion", ExitCode.CONFIGURATION, "NOTION_ARCHIVE_TOKEN is not set"),
        ("notion setup", ExitCode.CONFIGURATION, "NOTION_ARCHIVE_TOKEN is not set"),
        ("supabase migrate", ExitCode.CONFIGURATION, "SUPABASE_DB_URL is not set"),
    ],
)
def test_what_a_person_gets_wrong(
    switched_off: Project, command: str, code: ExitCode, words: str
) -> None:
    (plan,) = (switched_off.home / "data" / "plans" / "notion").glob("*.parquet")
    said = switched_off.run_here(*command.replace("PLAN", plan.stem).split())
    assert said.returncode is code
    assert words in said.stderr
    assert "\n  " in said.stderr, "what happened, and what to do"
    assert (said.stdout, "Traceback" in said.stderr) == ("", False)
