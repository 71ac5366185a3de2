"""`photosync ui`: its servers live and die together, on this machine only."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from photo_assets.cli.servers import running
from photo_assets.cli.serving import signals_received
from photo_assets.instance import dagster_state
from photo_assets.library import load_configuration
from photo_assets_tests.cli.running import Project
from photo_assets_tests.time_limit import PATIENCE_S


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_reported(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = project.run("ui", "--port", str(port))
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr and "--port" in done.stderr


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize(
    ("in_background", "number"),
    [(False, signal.SIGINT), pytest.param(True, signal.SIGTERM, marks=pytest.mark.slow)],
)
def test_it_responds_and_stops_all_servers_on_a_signal(
    project: Project, in_background: bool, number: signal.Signals
) -> None:
    project.configure("catalogs: {}")
    (project.home / "photo_assets.py").write_text("raise SystemExit('another checkout')")
    port = free_port()
    before = signal.signal(
        signal.SIGINT, signal.SIG_IGN if in_background else signal.default_int_handler
    )
    process = project.start(
        "ui", "--port", str(port), "--review-port", str(free_port()), stderr=subprocess.DEVNULL
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    try:
        assert f"http://127.0.0.1:{port}".encode() in process.stdout.readline()
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline, "the webserver never answered"
            time.sleep(0.5)
        children = _children(process.pid)
        assert len(children) == 4
        assert f"http://127.0.0.1:{port}".encode() in process.stdout.readline()
        opening = process.stdout.readline().decode().split()[-1]
        with urllib.request.urlopen(opening, timeout=PATIENCE_S) as answer:
            assert answer.status == 200
        arguments = [Path(f"/proc/{one}/cmdline").read_text() for one in children]
        assert not [one for one in arguments if opening.rpartition("/")[2] in one]
        assert '"nightly"' in _asked(port, SCHEDULES)
        process.send_signal(number)
        process.communicate()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    assert not [child for child in children if _alive(child)]
    assert not _answers(port)


def test_signals_ignored_at_the_start_remain_ignored() -> None:
    """`nohup` ignores SIGHUP; the servers ended with the terminal all the same."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_received() as received:
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
            assert received == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
def test_if_one_server_ends_the_others_are_stopped(project: Project) -> None:
    project.configure("catalogs: {}")
    process = project.start("ui", "--port", str(free_port()), "--review-port", str(free_port()))
    try:
        deadline = time.monotonic() + PATIENCE_S
        while len(children := _children(process.pid)) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        os.kill(children[1], signal.SIGKILL)
        _, said = process.communicate()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 70
    assert b"stopped unexpectedly" in said
    assert not [child for child in children if _alive(child)]


@pytest.mark.slow
def test_a_changed_configuration_is_noticed(project: Project) -> None:
    """Two lives of one page: the definitions follow an edit, another data_dir starts the servers again."""
    project.configure("catalogs: {}\n")
    port = free_port()
    process = project.start(
        "ui", "--port", str(port), "--review-port", str(free_port()), stderr=subprocess.DEVNULL
    )
    try:
        _wait(lambda: '"nightly"' in _asked(port, SCHEDULES))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_S) as page:
            assert "/asset-groups?expanded=" in page.url and "metadata" in page.url
        before = _children(process.pid)
        project.configure("catalogs: {}\ndiscovery: {nightly_reconcile: '11 5 * * *'}\n")
        _wait(lambda: "11 5 * * *" in _asked(port, SCHEDULES))
        assert _children(process.pid) == before
        project.configure("catalogs: {}\ndata_dir: elsewhere\n")
        _wait(lambda: not set(before) & set(_children(process.pid)))
        _wait(lambda: "30 3 * * *" in _asked(port, SCHEDULES))
        launched = _asked(port, LAUNCH)
        assert "LaunchRunSuccess" in launched, launched
        _wait(lambda: '"SUCCESS"' in _asked(port, RUNS))
        assert (project.home / "elsewhere" / "dagster").is_dir()
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert b"photosync.yaml has changed; the UI reloads within a minute.\n" in said
    assert b"Starting again with it.\n" in said


def test_a_run_finds_its_record_after_data_dir_was_changed(project: Project) -> None:
    """The servers' environment has the folder: a run that used photosync.yaml was not found."""
    project.configure("catalogs: {}\n")
    configuration = load_configuration(project.home / "photosync.yaml")
    with running(project.home, free_port(), configuration) as servers:
        project.configure("catalogs: {}\ndata_dir: elsewhere\n")
        with mock.patch.dict(os.environ, servers.environment):
            assert dagster_state() == project.home / "data" / "dagster"


SELECTOR = '{repositoryName: "__repository__", repositoryLocationName: "photo_assets"}'
SCHEDULES = (
    f"{{schedulesOrError(repositorySelector: {SELECTOR}) "
    "{... on Schedules {results {name cronSchedule}}}}"
)
RUNS = "{runsOrError {... on Runs {results {status}}}}"
LAUNCH = (
    'mutation {launchRun(executionParams: {mode: "default", selector: {jobName: "observe_folders", '
    'repositoryName: "__repository__", repositoryLocationName: "photo_assets"}}) {__typename}}'
)


def _asked(port: int, query: str) -> str:
    """Return the webserver's response, or nothing while it does not respond."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as stream:
            return [int(child) for child in stream.read().split()]
    except FileNotFoundError:
        pytest.skip("this system has no /proc to find child processes in")


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
