"""Files of real cameras and programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagehash
import pillow_heif
import pytest
from PIL import Image, ImageOps

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.run import FingerprintRun
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run

SUFFIXES = {".jpg", ".png", ".gif", ".heic"}


@pytest.fixture(scope="module")
def files(real_data: Path) -> list[Path]:
    found = sorted(p for p in real_data.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def result(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[FingerprintRun]:
    cache = FingerprintCache(tmp_path_factory.mktemp("real") / "c.sqlite")
    yield run([item_of(path, str(path)) for path in files], cache)
    cache.close()


@pytest.fixture(scope="module")
def found(result: FingerprintRun) -> dict[str, dict[str, Any]]:
    return rows(result)


def test_only_the_two_broken_files_have_no_hash(
    result: FingerprintRun, found: dict[str, dict[str, Any]]
) -> None:
    broken = {
        Path(name).name: row["reason"] for name, row in found.items() if row["status"] != "ok"
    }
    assert broken == {"corrupted.heic": "unknown_format", "empty.heic": "empty"}
    assert (result.failed, result.unavailable, result.undecodable) == (0, 0, 2)
    assert all(row["sha256"] for row in found.values())


@pytest.mark.parametrize("scene", ["Landscape", "Portrait"])
def test_all_orientations_of_a_scene_have_the_same_hash(
    found: dict[str, dict[str, Any]], scene: str
) -> None:
    same = [row for name, row in found.items() if Path(name).name.startswith(scene)]
    assert len(same) == 9
    assert max((row["phash"] ^ same[0]["phash"]).bit_count() for row in same) <= 2
    assert max((row["dhash"] ^ same[0]["dhash"]).bit_count() for row in same) <= 2
    assert len({(row["width"], row["height"]) for row in same}) == 1
    assert (same[0]["width"] > same[0]["height"]) is (scene == "Landscape")


def test_hashes_match_a_full_decode(files: list[Path], found: dict[str, dict[str, Any]]) -> None:
    pillow_heif.register_heif_opener()
    compared = 0
    for path in files:
        row = found[str(path)]
        if row["phash"] is None:
            continue
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            assert upright.size == (row["width"], row["height"]), path
            assert (int(str(imagehash.phash(upright)), 16) ^ row["phash"]).bit_count() <= 4, path
            assert (int(str(imagehash.dhash(upright)), 16) ^ row["dhash"]).bit_count() <= 4, path
            compared += 1
    assert compared > 40


def test_every_jpeg_that_is_not_flat_has_image_data(
    files: list[Path], found: dict[str, dict[str, Any]]
) -> None:
    for path in files:
        row = found[str(path)]
        if path.read_bytes()[:3] == b"\xff\xd8\xff":
            assert (row["image_data_sha256"] is None) is row["flat"], path
