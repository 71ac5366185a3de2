"""The benchmarks of the history run, and give figures of what they claim to measure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from photo_assets_tests.time_limit import PATIENCE_S


def figures_of(program: str, *arguments: str, folder: Path) -> dict[str, object]:
    file = folder / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", f"photo_assets_tests.bench.{program}", *arguments, "--json", file],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(file.read_text())
    return found


@pytest.mark.slow
def test_ours_and_pygit2_write_the_same_tree(tmp_path: Path) -> None:
    pytest.importorskip("pygit2", reason="it comes with the extra `bench`")
    found = figures_of("history_commits", "300", "20", str(tmp_path / "commits"), folder=tmp_path)
    assert found["photos"] == 300
    assert found.keys() >= {"ours_s", "pygit2_s", "over_pygit2", "ours_bytes_a_change", "peak_mib"}


@pytest.mark.slow
def test_an_edit_reads_its_month_only(tmp_path: Path) -> None:
    found = figures_of("history_scale", "1000", str(tmp_path / "lake"), folder=tmp_path)
    assert found.keys() == {"first", "rerun", "edited"}


@pytest.mark.slow
def test_the_restore_drill_compares_ledger_and_tables(tmp_path: Path) -> None:
    found = figures_of("restore_drill", "60", str(tmp_path / "drill"), folder=tmp_path)
    assert (found["photos"], found["items"]) == (60, 90)
    assert found.keys() >= {"restore_s", "restore_cpu_s"}
