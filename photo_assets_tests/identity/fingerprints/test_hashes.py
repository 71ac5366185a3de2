"""Perceptual hashes compared with imagehash's on a full decode of the upright picture."""

from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from scipy.fft import dct

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.perceptual import hash_gray
from photo_assets.identity.fingerprints.record import PICTURE_RECIPE
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run, scene

ORIENTATION = 0x0112
FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("a.jpg", {"quality": 70}),
    ("b.jpg", {"quality": 90, "progressive": True}),
    ("c.png", {}),
    ("d.webp", {}),
    ("e.tif", {}),
    ("f.avif", {}),
    ("g.heic", {}),
]


def reference(path: Path) -> tuple[int, int, tuple[int, int]]:
    pillow_heif.register_heif_opener()
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image)
        phash, dhash = imagehash.phash(upright), imagehash.dhash(upright)
        return int(str(phash), 16), int(str(dhash), 16), upright.size


def distance(a: int, b: int) -> int:
    return (a ^ b).bit_count()


def test_hashes_match_imagehash_for_every_format_and_orientation(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    pillow_heif.register_heif_opener()
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        folder = tmp_path / str(orientation)
        folder.mkdir()
        for seed, (name, options) in enumerate(FORMATS):
            scene(10 + seed, 640, 520).save(folder / name, exif=exif, **options)
            scene(50 + seed, 90, 70).save(folder / f"small-{name}", exif=exif, **options)
    scene(99, 2300, 2100).save(tmp_path / "8" / "eighth.jpg", exif=exif)
    paths = sorted(tmp_path.glob("[1-8]/*.*"))
    assert len(paths) == 8 * 2 * len(FORMATS) + 1

    found = rows(run([item_of(path, str(path)) for path in paths], cache))

    for path in paths:
        row = found[str(path)]
        phash, dhash, size = reference(path)
        assert distance(row["phash"], phash) <= 4, path
        assert distance(row["dhash"], dhash) <= 4, path
        assert (row["width"], row["height"]) == size, path
        assert (row["status"], row["flat"], row["hash_recipe"]) == ("ok", False, PICTURE_RECIPE)


def test_hashes_of_small_pictures_equal_imagehash(tmp_path: Path, cache: FingerprintCache) -> None:
    paths = [tmp_path / f"{seed}.png" for seed in range(12)]
    for seed, path in enumerate(paths):
        scene(seed, 200 + seed, 150).save(path)
    found = rows(run([item_of(path, path.name) for path in paths], cache))
    for path in paths:
        row = found[path.name]
        assert (row["phash"], row["dhash"], (row["width"], row["height"])) == reference(path)


def symmetric(kind: str) -> Image.Image:
    y, x = np.mgrid[0:256, 0:256]
    patterns = {
        "even": np.full((256, 256), 90),
        "ramp": x,
        "both ramps": (x + y) // 2,
        "board": 255 * ((x // 32 + y // 32) % 2),
        "halves": 255 * (x >= 128),
        "mirrored": np.abs(x - 127),
        "dot": 255 * ((x - 128) ** 2 + (y - 128) ** 2 < 900),
    }
    return Image.fromarray(patterns[kind].astype(np.uint8))


@pytest.mark.parametrize(
    "kind", ["even", "ramp", "both ramps", "board", "halves", "mirrored", "dot"]
)
def test_hashes_differ_from_imagehash_only_by_its_rounding(kind: str) -> None:
    """Symmetry gives coefficients that are zero except for rounding, which decides their sign.

    Rounding depends on the library; here such a bit is 0 on every machine.
    """
    picture = symmetric(kind)
    pixels = np.asarray(picture.resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    lowest = dct(dct(pixels, axis=0), axis=1)[:8, :8]
    above = (lowest - np.median(lowest)).ravel()
    ours = [bool(hash_gray(picture).phash >> (63 - n) & 1) for n in range(64)]
    theirs = imagehash.phash(picture).hash.ravel().tolist()
    decided = np.abs(above) > 1e-3
    assert [o for o, d in zip(ours, decided, strict=True) if d] == [
        t for t, d in zip(theirs, decided, strict=True) if d
    ]
    assert not any(o for o, d in zip(ours, decided, strict=True) if not d)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 30, 255]))
def test_hashes_of_noise_match_imagehash(seed: int, depth: int) -> None:
    noise = np.random.default_rng(seed).integers(0, depth + 1, (40, 40), dtype=np.uint8)
    picture = Image.fromarray(noise)
    assert hash_gray(picture).phash == int(str(imagehash.phash(picture)), 16)


def test_flat_pictures_are_marked(tmp_path: Path, cache: FingerprintCache) -> None:
    Image.new("RGB", (300, 200), "navy").save(tmp_path / "navy.jpg")
    faint = np.zeros((200, 300), dtype=np.uint8)
    faint[:, ::2] = 3  # deviation 1.5
    Image.fromarray(faint).save(tmp_path / "faint.png")
    faint[:, ::2] = 6  # deviation 3
    Image.fromarray(faint).save(tmp_path / "stripes.png")
    found = rows(run([item_of(p, p.stem) for p in tmp_path.glob("*.*")], cache))
    flat = {name: row["flat"] for name, row in found.items()}
    assert flat == {"navy": True, "faint": True, "stripes": False}


def test_sixteen_bit_levels_are_not_clipped(tmp_path: Path, cache: FingerprintCache) -> None:
    """Pillow's convert("L") makes everything above 255 white, so that all such pictures agree."""
    gray = scene(4).convert("L")
    deep = np.asarray(gray).astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.fromarray(deep).save(tmp_path / "deep.tif")
    gray.save(tmp_path / "shallow.png")
    found = rows(run([item_of(p, p.name) for p in tmp_path.glob("*.*")], cache))
    for name in ("deep.png", "deep.tif"):
        assert distance(found[name]["phash"], found["shallow.png"]["phash"]) <= 2
        assert found[name]["flat"] is False


def test_palette_pictures_have_no_image_data(tmp_path: Path, cache: FingerprintCache) -> None:
    scene(5).convert("P", palette=Image.Palette.ADAPTIVE).save(tmp_path / "a.png")
    row = rows(run([item_of(tmp_path / "a.png", "a")], cache))["a"]
    assert row["phash"] is not None
    assert row["image_data_sha256"] is None


def test_a_wrong_extension_has_no_effect(tmp_path: Path, cache: FingerprintCache) -> None:
    scene(6).save(tmp_path / "real.jpg")
    (tmp_path / "lie.png").write_bytes((tmp_path / "real.jpg").read_bytes())
    found = rows(run([item_of(p, p.name) for p in tmp_path.glob("*.*")], cache))
    assert found["lie.png"]["phash"] == found["real.jpg"]["phash"]
    assert found["lie.png"]["image_data_method"] == "jpeg"
