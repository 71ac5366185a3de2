"""The time limit of the runner, on tests that would never end, in a runner of their own."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from photo_assets_tests.time_limit import NEVER_S, PATIENCE_S

ROOT = Path(__file__).parents[1]
HEAD = "import threading, time\nfrom hypothesis import given, settings, strategies as st\n"
PROPERTY = "@settings(deadline=None)\n@given(st.integers())\n"
SWALLOWS = "try: time.sleep(9)\n        except Exception: pass\n"


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("def test_it():\n    while True: pass\n", id="plain"),
        pytest.param(
            PROPERTY + "def test_it(n):\n    while True: pass\n",
            id="property",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            PROPERTY + "def test_it(n):\n    while n > 3: time.sleep(0.01)\n", id="some examples"
        ),
        pytest.param(
            PROPERTY + "def test_it(n):\n    threading.Event().wait()\n",
            id="waits for a thread",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            PROPERTY + f"def test_it(n):\n    while True:\n        {SWALLOWS}", id="keeps errors"
        ),
    ],
)
def test_a_test_without_end_fails_and_the_next_one_runs(tmp_path: Path, test: str) -> None:
    file = tmp_path / "test_without_end.py"
    file.write_text(HEAD + test + "def test_next():\n    pass\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "photo_assets_tests.time_limit"),
            *("-p", "no:cacheprovider", "--timeout", "2", "--rootdir", str(tmp_path), str(file)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "TimeLimitError: Timeout (>2.0s)" in done.stdout


def test_tests_are_less_patient_than_the_runner() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        options = tomllib.load(file)["tool"]["pytest"]["ini_options"]
    assert PATIENCE_S < options["timeout"] < NEVER_S
