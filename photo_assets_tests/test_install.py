"""Installing for the Makefile: progress is immediate, and pip's output is shown only on failure."""

import subprocess
import sys
from pathlib import Path

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
