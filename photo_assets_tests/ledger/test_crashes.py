"""Killed writers: what was said to be stored is there, once; nothing is there in part."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("times", [10, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_at_random_moments_lose_and_double_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, times: int
) -> None:
    server = [request.getfixturevalue("postgres_server")] if kind == "postgresql" else []
    arguments = ["-m", "photo_assets_tests.ledger.crashes", str(tmp_path), str(times), *server]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == times
