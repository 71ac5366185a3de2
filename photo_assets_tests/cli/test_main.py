"""The entry point: it answers at once, and every way to end has its code."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from sqlalchemy.exc import OperationalError

from photo_assets.cli import main as entry
from photo_assets.cli.failures import exit_code_of
from photo_assets.cli.session import SESSION
from photo_assets.model.errors import ConfigurationError, ExitCode, StorageError
from photo_assets_tests.cli.running import COMMAND, REPOSITORY, Project
from photo_assets_tests.time_limit import PATIENCE_S

psycopg2 = pytest.importorskip("psycopg2")  # has no types
COMMANDS = (
    "audit", "auth", "confirm", "conflicts", "copies", "demo", "discover", "doctor", "duplicates", "explain",
    "fsck", "init", "ledger", "pick", "vault",
    "notion", "plan",
    "replicate", "report", "restore", "schema", "status", "supabase", "ui", "verify",
)  # fmt: skip


def test_help_names_every_command(project: Project) -> None:
    done = project.run("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


def test_without_arguments_the_help_is_shown(project: Project) -> None:
    done = project.run()
    assert done.returncode == ExitCode.USAGE
    assert done.stdout == ""
    assert done.stderr.startswith("Usage: photosync [OPTIONS] COMMAND")
    for name in COMMANDS:
        assert f"\n  {name} " in done.stderr


@pytest.mark.parametrize(
    "name", [*COMMANDS, "ledger move", "plan show", "notion setup", "supabase migrate"]
)
def test_every_command_has_help(project: Project, name: str) -> None:
    done = project.run_here(*name.split(), "--help")
    assert done.returncode == 0
    assert "--debug" in done.stdout
    assert done.stderr == ""


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, photo_assets.cli.main\n"
        "heavy = {'dagster','pyarrow','pydantic','sqlalchemy','duckdb','numpy','rich','dateparser',"
        "'httpx','notion_client','supabase','postgrest'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["frobnicate"], 2, "No such command"),
        (["discover", "--since", "tomorrow"], 2, "in the future"),
        (["discover", "--since", "asdf"], 2, "not a recognized date"),
        (["discover", "--service", "kodak"], 2, "no service"),
        (["status"], 3, "neither a photosync.yaml nor a sample"),
        (["--config", "nowhere.yaml", "status"], 3, "--config names"),
        (["status", "--config", "nowhere.yaml"], 3, "--config names"),
        (["init"], 2, "--yes"),
    ],
)
def test_what_a_person_gets_wrong(
    project: Project, arguments: list[str], code: int, words: str
) -> None:
    done = project.run_here(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(path.name for path in project.home.iterdir()) == [
        "dagster.yaml",
        "workspace.yaml",
    ]


def test_outside_the_project_no_files_are_created(project: Project) -> None:
    (project.home / "dagster.yaml").unlink()
    for command in ("discover", "demo", "ui"):
        done = project.run(command)
        assert done.returncode == 3
        assert "not the project's folder" in done.stderr
    assert [path.name for path in project.home.iterdir()] == ["workspace.yaml"]


def test_a_wrong_key_is_named(project: Project) -> None:
    project.configure("catalogs:\n  lightrom: {}\n")
    done = project.run("status")
    assert done.returncode == 3
    assert "`catalogs.lightrom` is not a known key" in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("boom \x1b[31m"), ExitCode.INTERNAL),
        (StorageError("disk \nfull.", hint="Free some."), ExitCode.STORAGE),
        (ConfigurationError("bad."), ExitCode.CONFIGURATION),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (click.Abort(), ExitCode.INTERRUPTED),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_errors_end_with_their_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: ExitCode,
    debug: bool,
) -> None:
    @click.command()
    def broken() -> None:
        raise error

    monkeypatch.setattr(SESSION, "debug", debug)
    monkeypatch.setattr(entry.photosync, "commands", {"broken": broken})
    monkeypatch.setenv("DAGSTER_HOME", "/")
    assert entry.run(["broken"]) is code
    said = capsys.readouterr().err
    assert ("Traceback" in said) == debug
    if not debug:
        assert "\x1b" not in said
        if code is ExitCode.INTERNAL:
            assert "--debug" in said


@pytest.mark.parametrize(
    ("driver", "told", "not_told"),
    [
        (
            psycopg2.OperationalError("connection failed\n\tIs the server running?\n"),
            "refused the request: connection failed.\n  Everything stored so far is kept. Check that the PostgreSQL",
            "disk",
        ),
        (
            sqlite3.OperationalError("database or disk is full"),
            "refused the request: database or disk is full.\n  Everything stored so far is kept. If the database is locked",
            "PostgreSQL",
        ),
    ],
)
def test_a_refusal_of_dagsters_database_is_explained(
    capsys: pytest.CaptureFixture[str], driver: Exception, told: str, not_told: str
) -> None:
    assert exit_code_of(OperationalError("SELECT 1", {}, driver)) is ExitCode.STORAGE
    said = capsys.readouterr().err
    assert told in said
    assert not_told not in said


# After a run in this process, as Dagster leaves the signals then.
WAIT = """
import time, click, photo_assets.cli.main as m
from dagster._utils.interrupts import capture_interrupts
@click.command()
def wait():
    with capture_interrupts():
        pass
    print('waiting', flush=True)
    input()
    print('continued', flush=True)
    time.sleep(600)
m.photosync.add_command(wait)
m.main()
"""


@contextlib.contextmanager
def waiting(project: Project, *before: str) -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen(
        [*before, sys.executable, "-c", WAIT, "wait"],
        cwd=project.home,
        env=project.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"waiting\n"
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_it(project: Project, number: signal.Signals) -> None:
    with waiting(project) as process:
        process.send_signal(number)
        _, said = process.communicate()
    assert process.returncode == 130
    assert b"Interrupted" in said


def test_a_background_job_ignores_ctrl_c_and_ends_on_sigterm(project: Project) -> None:
    """A shell starts such a job with SIGINT ignored. Dagster then left SIGTERM ignored as well."""
    with waiting(project, "sh", "-c", 'trap "" INT; exec "$@"', "sh") as process:
        assert process.stdin is not None and process.stdout is not None
        process.send_signal(signal.SIGINT)
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"continued\n"
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()
    assert process.returncode == 130
    assert b"Interrupted" in said


def test_a_closed_pipe_prints_no_stack_trace(project: Project) -> None:
    process = subprocess.Popen(
        [*COMMAND, "schema"],
        cwd=project.home,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(timeout=PATIENCE_S) == 1
    assert said == b""


def test_arrow_returns_freed_memory_to_the_system() -> None:
    """The variable is read when Arrow is loaded: no command may load it before."""
    program = (
        "import sys; from photo_assets.cli.main import main; assert 'pyarrow' not in sys.modules; "
        "from photo_assets.cli.session import prepare_environment; prepare_environment(); "
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    unset = {name: one for name, one in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], env=unset, capture_output=True, text=True, check=True
    )
    assert done.stdout == "system\n"
