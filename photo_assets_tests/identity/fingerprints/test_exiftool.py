"""The optional exiftool: the message without it, and its hashes where it is installed.

Set PHOTO_ASSETS_EXIFTOOL to the program, or put a recent one on PATH.
"""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pillow_heif
import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.exiftool import exiftool_status, find_exiftool
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets_tests.identity.fingerprints import psds
from photo_assets_tests.identity.fingerprints.material import item_of, photo, rows, run, scene


@pytest.fixture(scope="module")
def exiftool() -> Path:
    named = os.environ.get("PHOTO_ASSETS_EXIFTOOL")
    found = find_exiftool(Path(named) if named else None)
    if found is None:
        pytest.skip("no exiftool 12.63 or newer here")
    return found


def program(folder: Path, version: str) -> Path:
    path = folder / f"exiftool-{version}"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_its_absence_is_reported_in_one_line(tmp_path: Path) -> None:
    line = exiftool_status(tmp_path / "nothing")
    assert "install exiftool 12.63" in line
    assert "\n" not in line
    assert find_exiftool(tmp_path / "nothing") is None


def test_an_old_version_is_not_used(tmp_path: Path) -> None:
    old = program(tmp_path, "12.57")
    assert find_exiftool(old) is None
    assert "12.57, but 12.63 or newer is needed" in exiftool_status(old)


def test_versions_are_numbers(tmp_path: Path) -> None:
    assert find_exiftool(program(tmp_path, "13.05")) is not None
    assert "exiftool 13.05" in exiftool_status(program(tmp_path, "13.05"))
    assert find_exiftool(program(tmp_path, "9.99")) is None
    assert find_exiftool(program(tmp_path, "nonsense")) is None


def test_runs_without_it_report_it(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.png", 1)
    result = run([item_of(path, "a")], cache, FingerprintOptions(exiftool=tmp_path / "none"))
    assert any("exiftool" in note for note in result.notes)
    assert rows(result)["a"]["image_data_sha256"] is None


def test_formats_keep_their_image_data_when_metadata_is_rewritten(
    tmp_path: Path, cache: FingerprintCache, exiftool: Path
) -> None:
    pillow_heif.register_heif_opener()
    names = ["a.png", "b.webp", "c.tif", "d.heic", "e.jpg", "line\nbreak.png"]
    for n, name in enumerate(names):
        scene(n).save(tmp_path / name)
        copy = tmp_path / "tagged" / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(tmp_path / name, copy)
        tagged = [str(exiftool), "-q", "-overwrite_original", "-Artist=somebody", str(copy)]
        subprocess.run(tagged, check=True)
        assert copy.read_bytes() != (tmp_path / name).read_bytes()
    items = [item_of(tmp_path / name, name) for name in names]
    items += [item_of(tmp_path / "tagged" / name, f"tagged {name}") for name in names]

    without = run(items, cache, FingerprintOptions(exiftool=tmp_path / "none"))
    assert without.computed == len(items)
    result = run(items, cache, FingerprintOptions(exiftool=exiftool))
    assert result.computed == len(items) - 2  # the JPEGs need no exiftool
    assert result.notes == ()

    found = rows(result)
    for name in names:
        row, tagged_row = found[name], found[f"tagged {name}"]
        assert row["image_data_method"] == ("jpeg" if name == "e.jpg" else "exiftool"), name
        assert row["image_data_sha256"] == tagged_row["image_data_sha256"] is not None, name
    assert len({found[name]["image_data_sha256"] for name in names}) == len(names)
    assert run(items, cache, FingerprintOptions(exiftool=exiftool)).computed == 0
    kept = run(items, cache, FingerprintOptions(exiftool=tmp_path / "none"))
    assert (kept.computed, kept.table.equals(result.table)) == (0, True)


def test_every_kind_has_exiftools_hash(
    tmp_path: Path, cache: FingerprintCache, exiftool: Path
) -> None:
    """exiftool 13.59 hashes nothing of GIF and PSD; a later version may."""
    pillow_heif.register_heif_opener()
    picture = scene(1)
    picture.save(tmp_path / "a.heic")
    (tmp_path / "a.heic").rename(tmp_path / "a.HIF")
    picture.save(tmp_path / "b.gif")
    (tmp_path / "c.psd").write_bytes(psds.write(np.asarray(picture), psds.Layout()))
    for name in ("d.avif", "e.jp2", "f.webp"):
        picture.save(tmp_path / name)
    if shutil.which("ffmpeg"):
        made = ["-v", "error", "-f", "lavfi", "-i", "testsrc=d=1:s=320x240", "-c:v", "mpeg4"]
        subprocess.run(["ffmpeg", *made, str(tmp_path / "g.mov")], check=True)
    paths = sorted(tmp_path.glob("?.*"))
    found = rows(
        run([item_of(p, p.name) for p in paths], cache, FingerprintOptions(exiftool=exiftool))
    )
    given = 0
    for path in paths:
        command = [
            str(exiftool),
            "-s3",
            "-api",
            "ImageHashType=SHA256",
            "-ImageDataHash",
            str(path),
        ]
        said = subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()
        digest = found[path.name]["image_data_sha256"]
        assert (digest.hex() if digest else "") == said, path
        given += bool(said)
    assert given >= 4


def test_animations_have_no_image_data(
    tmp_path: Path, cache: FingerprintCache, exiftool: Path
) -> None:
    """Two animations with the same first picture have the same hash of it (PNG, AVIF)."""
    first, one, other = scene(1), scene(2), scene(3)
    names = []
    for ending in ("png", "avif", "webp", "gif"):
        for name, second in (("one", one), ("other", other)):
            names.append(f"{name}.{ending}")
            first.save(tmp_path / names[-1], save_all=True, append_images=[second])
        first.save(tmp_path / f"still.{ending}")
    paths = sorted(tmp_path.glob("*.*"))
    found = rows(
        run([item_of(p, p.name) for p in paths], cache, FingerprintOptions(exiftool=exiftool))
    )
    assert all(found[name]["status"] == "ok" for name in names)
    assert all(found[name]["image_data_sha256"] is None for name in names)
    assert found["still.png"]["image_data_sha256"] is not None
    assert found["still.avif"]["image_data_sha256"] is not None
