"""A run killed at any point is resumed by running it again, and ends as if never killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.model.item import Item
from photo_assets.store.fingerprint_cache import FingerprintCache
from photo_assets.store.fingerprint_record import ContentKey
from photo_assets_tests.identity.fingerprints.material import item_of, photo, run
from photo_assets_tests.identity.fingerprints.processes import workers

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
    return run(items_in(photos), cache).table


def start(photos: Path, cache_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, os.fspath(photos), os.fspath(cache_path)]
    )


def known(cache: FingerprintCache, photos: Path) -> int:
    keys = [
        ContentKey(i.path or "", None, i.file_size or 0, i.file_mtime_ns or 0, i.file_inode)
        for i in items_in(photos)
    ]
    return len(cache.get(keys))


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_killed_in_the_middle(photos: Path, expected: pa.Table, cache: FingerprintCache) -> None:
    process = start(photos, cache.path)
    deadline = time.monotonic() + 60
    while known(cache, photos) < BATCH and time.monotonic() < deadline:
        time.sleep(0.002)
    orphans = workers(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = known(cache, photos)
    assert BATCH <= kept < 300

    result = run(items_in(photos), cache)

    assert (result.cached, result.computed) == (kept, 300 - kept)
    assert result.table.equals(expected)
    assert orphans
    deadline = time.monotonic() + 20
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
    result = run(items_in(photos), cache)
    assert result.cached == kept
    assert result.table.equals(expected)


if __name__ == "__main__":
    run(items_in(Path(sys.argv[1])), FingerprintCache(Path(sys.argv[2])))
