"""`photosync review`: serves the page until a signal, and keeps its token to itself."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from photo_assets_tests.cli.running import Project
from photo_assets_tests.cli.test_ui import free_port
from photo_assets_tests.time_limit import PATIENCE_S


@pytest.mark.usefixtures("ctrl_c")
def test_it_prints_the_address_opens_a_browser_and_stops(project: Project, tmp_path: Path) -> None:
    project.configure("catalogs: {}")
    browser, asked = tmp_path / "browser", tmp_path / "asked"
    browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {tmp_path}/page\necho "$1" > {asked}\n')
    browser.chmod(0o755)
    project.variables["BROWSER"] = f"{browser} %s"
    port = free_port()
    process = project.start("review", "--port", str(port), "--open", stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        opening = process.stdout.readline().decode().split()[-1]
        token = opening.rpartition("/")[2]
        assert opening.startswith(f"http://127.0.0.1:{port}/open/") and len(token) > 40
        with urllib.request.urlopen(opening, timeout=PATIENCE_S) as answer:
            assert answer.status == 200
        deadline = time.monotonic() + PATIENCE_S
        while not asked.exists() or not asked.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert opening in (tmp_path / "page").read_text()
        file = Path(asked.read_text().strip().removeprefix("file://"))
        assert file.stat().st_mode & 0o777 == 0o600
        assert token not in asked.read_text()
        assert token not in Path(f"/proc/{process.pid}/cmdline").read_text()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    assert said.decode().endswith("Stopped.\n")
    assert not file.exists()


def test_a_port_in_use_is_reported(project: Project) -> None:
    project.configure("catalogs: {}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = project.run_here("review", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "photosync review --port" in done.stderr or "review --port" in done.stderr
