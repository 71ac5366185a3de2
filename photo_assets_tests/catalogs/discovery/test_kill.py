"""kill -9 during discovery and writing: the next run gives the same result as without it."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.lake import Lake
from photo_assets_tests.catalogs.discovery.json_catalog import (
    JsonCatalog,
    monthly_entries,
    write_entries,
)


def run(catalog_path: Path, root: Path) -> None:
    """Discover the catalog and write every month that differs."""
    discover(JsonCatalog(catalog_path), root / "staging")
    lake = Lake(root / "lake")
    staged = load_staged(root / "staging", "json")
    for month in pending_months(staged, lake):
        write_month(staged, lake, month)


def tables(root: Path) -> dict[str, str]:
    """Return the digest of every table's bytes, by name; no temporary file may be left there."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "lake").rglob("*.parquet"))
        if not path.name.startswith(".")
    }


def kill_and_rerun(tmp_path: Path, kills: int) -> None:
    catalog = tmp_path / "catalog.json"
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    entries = monthly_entries(3000)
    write_entries(catalog, entries)
    started = time.monotonic()
    command = [sys.executable, "-m", __name__, str(catalog), str(disturbed)]
    subprocess.run(command, check=True)
    lasts = time.monotonic() - started
    rng = random.Random(7)
    hits = 0
    for round_ in range(kills):
        for n in range(0, 3000, 7):
            entries[n]["rating"] = round_ % 6
        write_entries(catalog, entries)
        process = subprocess.Popen(command)
        time.sleep(rng.uniform(0.3 * lasts, lasts))
        process.kill()
        hits += process.wait() == -signal.SIGKILL
    assert hits >= kills // 3, f"{hits} of {kills} kills found it at work"
    run(catalog, disturbed)
    run(catalog, undisturbed)
    assert tables(disturbed) == tables(undisturbed)
    run(catalog, disturbed)
    staged = load_staged(disturbed / "staging", "json")
    assert pending_months(staged, Lake(disturbed / "lake")) == []


def test_killed_a_few_times(tmp_path: Path) -> None:
    kill_and_rerun(tmp_path, 6)


@pytest.mark.slow
def test_killed_two_hundred_times(tmp_path: Path) -> None:
    kill_and_rerun(tmp_path, 200)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
