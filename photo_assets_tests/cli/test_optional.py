"""The commands without an optional package: one line states the effect."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.optional_decoders import PILLOW_HEIF_ABSENT
from photo_assets_tests.cli.running import REPOSITORY, TAKEN, Project, make_photos
from photo_assets_tests.identity.fingerprints import heifs
from photo_assets_tests.identity.fingerprints.decoding import rgb
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.without import lacking


@pytest.fixture
def heifless(project: Project, tmp_path: Path) -> Project:
    absent = lacking(tmp_path / "lacking", "pillow_heif")
    project.variables["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), absent])
    return project


def test_without_pillow_heif_a_heic_file_is_named_and_others_are_read(heifless: Project) -> None:
    nas = heifless.user / "nas"
    make_photos(nas, 2)
    (nas / "IMG_0009.HEIC").write_bytes(heifs.heic(Image.fromarray(rgb())))
    os.utime(nas / "IMG_0009.HEIC", (TAKEN, TAKEN))
    heifless.configure(f"catalogs: {{folders: {{nas: {{path: {nas}}}}}}}")
    done = heifless.run("discover")
    assert done.returncode == 1, done.stderr
    assert "1 file cannot be decoded: photosync report folders/nas" in done.stdout
    [named] = [s for s in heifless.run("report", "folders/nas").stdout.splitlines() if "HEIC" in s]
    assert "IMG_0009.HEIC" in named and PILLOW_HEIF_ABSENT in named
    rows = {
        row["native_id"]: row
        for path in (heifless.home / "data/lake/identity/fingerprints").rglob("*.parquet")
        for row in pq.read_table(path).to_pylist()
    }
    assert len(rows) == 3
    refused = rows["IMG_0009.HEIC"]
    assert (refused["reason"], refused["detail"]) == ("no_decoder", PILLOW_HEIF_ABSENT)
    assert refused["sha256"] is not None
    assert rows["IMG_0000.JPG"]["phash"] is not None


def doctor_on_heif(project: Project) -> dict[str, str]:
    """Return the check by a process of its own, in which the import can be blocked."""
    found = json.loads(project.run("doctor", "--json").stdout)["checks"]
    [check] = [one for one in found if one["name"] == "pillow-heif"]
    return {key: str(value) for key, value in check.items()}


def test_doctor_reports_the_missing_decoder_and_its_license(heifless: Project) -> None:
    absent = doctor_on_heif(heifless)
    assert absent["level"] == "WARN"
    assert "not installed" in absent["text"] and "GPLv2" in absent["fix"]
    del heifless.variables["PYTHONPATH"]
    present = doctor_on_heif(heifless)
    assert present["level"] == "OK" and "GPLv2" in present["text"]


@pytest.mark.slow
def test_the_sample_is_made_without_heic_files(heifless: Project) -> None:
    make = "from photo_assets.sample import make_sample; from pathlib import Path; "
    make += "manifest = make_sample(Path('sample')); "
    make += "print(*sorted({entry.picture.split()[-1] for entry in manifest.entries}))"
    done = subprocess.run(
        [sys.executable, "-c", make],
        cwd=heifless.home,
        env=heifless.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    forms = done.stdout.split()
    assert "jpeg" in forms and "heic" not in forms
    names = [path.name.lower() for path in (heifless.home / "sample").rglob("*")]
    assert names and not [name for name in names if name.endswith((".heic", ".heif"))]
    assert len([name for name in names if name.endswith(".mov")]) >= 3
