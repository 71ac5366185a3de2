"""Installing for the Makefile: progress is immediate, and pip's output is shown only on failure."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets_tests.time_limit import PATIENCE_S

PROGRAM = Path(__file__).parents[1] / "deploy" / "install.py"


def installed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), "--no-index", "--dry-run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)


def test_what_went_well_is_two_lines() -> None:
    done = installed("pip")
    assert done.returncode == 0
    first, *_, last = done.stderr.splitlines()
    assert first == "Installing, 0 s: starting pip"
    assert last.startswith("Installed, ")
    assert done.stdout == "" and "already satisfied" not in done.stderr


def test_what_failed_is_shown_with_the_code_of_pip() -> None:
    done = installed("no-package-has-such-a-name")
    assert done.returncode == 1
    assert "No matching distribution found for no-package-has-such-a-name" in done.stderr
    assert "Installed" not in done.stderr


def test_a_line_of_progress_is_short_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show = runpy.run_path(str(PROGRAM))["_show_until_ended"]
    with subprocess.Popen([sys.executable, "-c", ""], text=True) as ended:
        show(ended, [f"Successfully installed {' package-1.0' * 137}"])
    first, *_ = capsys.readouterr().err.splitlines()
    assert first.startswith("Installing, 0 s: Successfully installed") and len(first) < 80
