"""Mutated files: for any bytes, one row each, correct digests, no loss, no crash of the run."""

import hashlib
import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets_tests.identity.fingerprints import psds, tiffs
from photo_assets_tests.identity.fingerprints.material import OPTIONS, item_of, rows, run, scene

STATUSES = {"ok", "undecodable"}


def originals(folder: Path) -> list[Path]:
    pillow_heif.register_heif_opener()
    folder.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0132] = "2020:01:02 03:04:05"
    for n, name in enumerate(("a.jpg", "b.jpg", "c.png", "d.heic", "e.tif", "f.webp", "g.gif")):
        scene(n, 160, 120).save(folder / name, exif=exif)
    scene(9, 160, 120).save(folder / "h.jpg", progressive=True)
    for n, name in enumerate(("i.avif", "j.jp2", "k.bmp")):
        scene(10 + n, 160, 120).save(folder / name)
    deep = np.asarray(scene(13, 160, 120)).astype(np.uint16) * 257
    packed = tiffs.Layout(bits=16, planar=2, compression=tiffs.LZW, predictor=2)
    (folder / "l.tif").write_bytes(tiffs.write(deep, packed))
    (folder / "m.psd").write_bytes(psds.write(deep, psds.Layout(depth=16, layers=-1)))
    if find_spec("pylibjxl"):
        import pylibjxl

        (folder / "o.jxl").write_bytes(pylibjxl.encode(np.asarray(scene(14, 160, 120))))
    return sorted(folder.iterdir())


def mutate(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8, 40])):
        at = rng.randrange(len(data))
        if rng.random() < 0.5:
            at = min(at, rng.randrange(600))  # decoders trust the values in headers
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
            case 2:
                del data[at : at + rng.randrange(1, 64)]
            case _:
                data[at:at] = data[at : at + rng.randrange(1, 64)]
    return bytes(data[: rng.randrange(1, len(data) + 1)] if rng.random() < 0.1 else data)


def fuzz(folder: Path, cache: FingerprintCache, count: int, seed: int) -> None:
    rng = random.Random(seed)
    sources = originals(folder / "originals")
    contents = {}
    for n in range(count):
        source = rng.choice(sources)
        path = folder / f"{n}{source.suffix}"
        content = mutate(source.read_bytes(), rng) or b"\x00"
        path.write_bytes(content)
        contents[path.name] = content
    items = [item_of(folder / name, name) for name in contents]
    result = run(items, cache, OPTIONS)
    assert result.computed == count
    for name, row in rows(result).items():
        assert row["status"] in STATUSES
        assert row["sha256"] == hashlib.sha256(contents[name]).digest()
        assert (row["status"] == "ok") is (row["phash"] is not None)
        assert row["status"] == "ok" or (row["reason"] and row["detail"])
    assert run(items, cache).computed == 0


def test_mutated_files(tmp_path: Path, cache: FingerprintCache) -> None:
    fuzz(tmp_path, cache, 150, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_mutated_files(tmp_path: Path, cache: FingerprintCache, seed: int) -> None:
    fuzz(tmp_path, cache, 1000, seed)
