"""kill -9 of the real program over the sample: the next run ends with the tables of a calm one."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from photo_assets.model.errors import ExitCode
from photo_assets.sample import make_sample, sample_configuration

ROOT = Path(__file__).parents[2]
_PROGRAM = "from photo_assets.cli.main import main; main()"
_DISCOVER = [sys.executable, "-c", _PROGRAM, "discover"]


def project(folder: Path, library: Path) -> Path:
    """Make a project folder over the library."""
    folder.mkdir()
    shutil.copy(ROOT / "dagster.yaml", folder)
    (folder / "photosync.yaml").write_text(sample_configuration(library))
    return folder


def start(folder: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1"}
    environment.pop("PHOTOSYNC_CONFIG", None)
    return subprocess.Popen(
        _DISCOVER,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def content(folder: Path) -> dict[str, str]:
    """Return the digest of each table's rows; photo ids depend on nothing but content here."""
    found = {}
    for path in sorted((folder / "data" / "lake").rglob("*.parquet")):
        if not path.name.startswith("."):
            rows = pq.ParquetFile(path).read().to_pylist()
            name = str(path.relative_to(folder))
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.mark.slow
def test_the_program_killed_at_random_points(tmp_path: Path) -> None:
    """Each kill leaves its state to the next run; PHOTO_ASSETS_KILLS sets how often (30)."""
    library = tmp_path / "library"
    make_sample(library)
    calm = project(tmp_path / "calm", library)
    started = time.monotonic()
    assert start(calm).wait() == ExitCode.ATTENTION  # the drive in the drawer
    lasts = time.monotonic() - started
    rng = random.Random(11)
    disturbed = project(tmp_path / "disturbed", library)
    kills = int(os.environ.get("PHOTO_ASSETS_KILLS", "30"))
    hits = 0
    for kill in range(kills):
        if kill % 10 == 9:
            shutil.rmtree(disturbed / "data")  # begin again, so that early points are hit again
        process = start(disturbed)
        time.sleep(rng.uniform(0.5, lasts))
        process.kill()
        hits += process.wait() == -signal.SIGKILL
    assert hits >= kills // 3, f"{hits} of {kills} kills found it at work"
    assert start(disturbed).wait() == ExitCode.ATTENTION
    assert len(content(calm)) > 80
    assert content(disturbed) == content(calm)
