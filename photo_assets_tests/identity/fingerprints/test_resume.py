"""A run killed at any point is resumed by running it again, with the same result."""

import dataclasses
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.record import ContentKey
from photo_assets.model.item import Item
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.fingerprints.material import TWO_WORKERS, item_of, photo, run
from photo_assets_tests.identity.fingerprints.processes import workers
from photo_assets_tests.time_limit import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
BATCH = 64


def items_in(folder: Path) -> list[Item]:
    return [item_of(path, path.name) for path in sorted(folder.glob("*.jpg"))]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for n in range(300):
        photo(folder, f"{n}.jpg", n)
    return folder


@pytest.fixture(scope="module")
def expected(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    cache = FingerprintCache(tmp_path_factory.mktemp("whole") / "c.sqlite")
    return run(items_in(photos), cache, drawing(cache)).table


def drawing(cache: FingerprintCache) -> FingerprintOptions:
    """Options with thumbnails next to the cache."""
    return dataclasses.replace(TWO_WORKERS, thumbnails=ThumbnailTree(cache.path.parent / "thumbs"))


def require_thumbnails(cache: FingerprintCache, photos: Path) -> None:
    """Check that thumbnails recorded as drawn are complete."""
    tree = ThumbnailTree(cache.path.parent / "thumbs")
    for record in cache.get(keys_of(photos)).values():
        for size in ThumbnailSize:
            with Image.open(tree.path(size, record.sha256)) as image:
                image.load()


def start(photos: Path, cache_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, os.fspath(photos), os.fspath(cache_path)]
    )


def keys_of(photos: Path) -> list[ContentKey]:
    return [
        ContentKey(i.path or "", None, i.file_size or 0, i.file_mtime_ns or 0, i.file_inode)
        for i in items_in(photos)
    ]


def known(cache: FingerprintCache, photos: Path) -> int:
    return len(cache.get(keys_of(photos)))


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_killed_in_the_middle(photos: Path, expected: pa.Table, cache: FingerprintCache) -> None:
    process = start(photos, cache.path)
    deadline = time.monotonic() + PATIENCE_S
    while known(cache, photos) < BATCH and time.monotonic() < deadline:
        time.sleep(0.002)
    orphans = workers(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = known(cache, photos)
    assert BATCH <= kept < 300

    require_thumbnails(cache, photos)
    result = run(items_in(photos), cache, drawing(cache))
    require_thumbnails(cache, photos)

    assert (result.cached, result.computed) == (kept, 300 - kept)
    assert result.table.equals(expected)
    assert orphans
    deadline = time.monotonic() + PATIENCE_S
    while not all(map(gone, orphans)):
        assert time.monotonic() < deadline, "a worker outlived its run"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_again_and_again(
    photos: Path, expected: pa.Table, cache: FingerprintCache, seed: int
) -> None:
    rng = random.Random(seed)
    kept = 0
    for _ in range(12):
        process = start(photos, cache.path)
        time.sleep(rng.uniform(0.1, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = known(cache, photos)
        assert now >= kept
        kept = now
    require_thumbnails(cache, photos)
    result = run(items_in(photos), cache, drawing(cache))
    require_thumbnails(cache, photos)
    assert result.cached == kept
    assert result.table.equals(expected)


if __name__ == "__main__":
    shared = FingerprintCache(Path(sys.argv[2]))
    run(items_in(Path(sys.argv[1])), shared, drawing(shared))
