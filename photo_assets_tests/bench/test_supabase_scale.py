"""The benchmark of the Supabase sink runs, and gives no figures when rows are wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets_tests.services.supabase.programs import HOW, find_programs
from photo_assets_tests.time_limit import PATIENCE_S


@pytest.mark.slow
def test_it_writes_reads_back_and_copies_the_same_rows(tmp_path: Path) -> None:
    if find_programs() is None:
        pytest.skip(HOW)
    command = [sys.executable, "-m", "photo_assets_tests.bench.supabase_scale"]
    figures = tmp_path / "figures.json"
    done = subprocess.run(
        [*command, "200", str(tmp_path / "lake"), "--json", str(figures)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(figures.read_text())
    assert found["rows"] > 800
    assert found["write_s"] > 0
    assert found["copy_s"] > 0
    assert "share_of_copy" in done.stdout
