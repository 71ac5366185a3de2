"""Files that crash, hang or exhaust a decoder affect only themselves."""

import os
import signal
import struct
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets_tests.identity.fingerprints.material import (
    TWO_WORKERS,
    even_png,
    item_of,
    photo,
    rows,
    run,
)
from photo_assets_tests.identity.fingerprints.processes import signalling, workers

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
SIDE = 12_000
PIXELS = SIDE * SIDE  # bytes: more than a worker has before it decodes; half a second to decode


@pytest.fixture(scope="module")
def slow_png(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file with a large, entirely valid picture in it."""
    path = tmp_path_factory.mktemp("slow") / "slow.png"
    path.write_bytes(even_png(SIDE, SIDE))
    return path


def neighbours(folder: Path) -> list[Path]:
    return [photo(folder, f"ok{n}.jpg", n) for n in range(4)]


def tiff_header(width: int, height: int) -> bytes:
    """A TIFF that declares uncompressed pixels it does not have."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
    tags += [(273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, 100)]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(tags)) + body + bytes(104)


def test_decompression_bombs_are_refused_by_their_header(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    (tmp_path / "bomb.png").write_bytes(even_png(100_000, 100_000, complete=False))
    (tmp_path / "bomb.tif").write_bytes(tiff_header(100_000, 100_000))
    items = [item_of(p, p.name) for p in (tmp_path / "bomb.png", tmp_path / "bomb.tif")]
    items += [item_of(p, p.name) for p in neighbours(tmp_path)]
    result = run(items, cache, replace(TWO_WORKERS, max_memory_bytes=200 << 20))
    found = rows(result)
    for name in ("bomb.png", "bomb.tif"):
        assert (found[name]["status"], found[name]["reason"]) == ("undecodable", "too_many_pixels")
        assert found[name]["sha256"] is not None
    assert (result.undecodable, result.computed) == (2, 6)


@linux
def test_memory_is_limited_per_file(
    tmp_path: Path, cache: FingerprintCache, slow_png: Path
) -> None:
    items = [item_of(slow_png, "hungry"), *(item_of(p, p.name) for p in neighbours(tmp_path))]
    result = run(items, cache, replace(TWO_WORKERS, max_memory_bytes=100 << 20))
    found = rows(result)
    assert (found["hungry"]["status"], found["hungry"]["reason"]) == (
        "undecodable",
        "out_of_memory",
    )
    assert found["hungry"]["sha256"] is not None
    assert result.undecodable == 1
    roomy = run(items, cache, TWO_WORKERS)
    assert (roomy.computed, roomy.cached, roomy.undecodable) == (1, 4, 0)


@linux
def test_time_is_limited_per_file(tmp_path: Path, cache: FingerprintCache, slow_png: Path) -> None:
    items = [item_of(slow_png, "slow"), *(item_of(p, p.name) for p in neighbours(tmp_path))]
    # When stopped, it hangs; the other workers have enough time on a loaded machine.
    with signalling(slow_png, signal.SIGSTOP, times=2, size=PIXELS):
        result = run(items, cache, replace(TWO_WORKERS, max_seconds=3))
    found = rows(result)
    assert (found["slow"]["status"], found["slow"]["reason"]) == ("undecodable", "timeout")
    assert found["slow"]["sha256"] is not None
    assert all(row["status"] == "ok" for name, row in found.items() if name != "slow")
    assert workers() == []


@linux
def test_a_worker_killed_once_is_not_attributed_to_the_file(
    tmp_path: Path, cache: FingerprintCache, slow_png: Path
) -> None:
    items = [item_of(slow_png, "slow"), *(item_of(p, p.name) for p in neighbours(tmp_path))]
    with signalling(slow_png, signal.SIGKILL, times=1, size=PIXELS) as hits:
        result = run(items, cache, TWO_WORKERS)
    assert hits() == 1
    assert (result.computed, result.undecodable, result.failed) == (5, 0, 0)


@linux
def test_a_file_that_kills_its_worker_twice_fails(
    tmp_path: Path, cache: FingerprintCache, slow_png: Path
) -> None:
    """SIGSEGV as in a crashing decoder; the digests were sent before."""
    items = [item_of(slow_png, "deadly"), *(item_of(p, p.name) for p in neighbours(tmp_path))]
    with signalling(slow_png, signal.SIGSEGV, times=2, size=PIXELS) as hits:
        result = run(items, cache, TWO_WORKERS)
    row = rows(result)["deadly"]
    assert hits() == 2
    assert (row["status"], row["reason"]) == ("undecodable", "decoder_died")
    assert "SIGSEGV" in row["detail"]
    assert row["sha256"] is not None
    assert (result.computed, result.undecodable) == (5, 1)
    again = run(items, cache, TWO_WORKERS)
    assert (again.computed, again.undecodable) == (0, 1)


@linux
def test_a_worker_that_stops_answering_is_replaced(cache: FingerprintCache, slow_png: Path) -> None:
    with signalling(slow_png, signal.SIGSTOP, times=1, size=PIXELS) as hits:
        result = run([item_of(slow_png, "slow")], cache, replace(TWO_WORKERS, max_seconds=15))
    assert hits() == 1
    assert (result.computed, result.undecodable) == (1, 0)
    assert workers() == []


@linux
def test_an_interrupted_run_leaves_no_process_and_keeps_its_results(
    tmp_path: Path, cache: FingerprintCache, slow_png: Path
) -> None:
    from photo_assets.identity.fingerprints.options import FingerprintProgress
    from photo_assets.identity.fingerprints.run import fingerprint_items
    from photo_assets_tests.identity.fingerprints.material import table_of

    items = [*(item_of(p, p.name) for p in neighbours(tmp_path)), item_of(slow_png, "slow")]

    def interrupt(step: FingerprintProgress) -> None:
        if step.contents_done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fingerprint_items(table_of(items), cache, TWO_WORKERS, interrupt)
    assert workers() == []
    assert run(items, cache, TWO_WORKERS).cached >= 3


@linux
def test_workers_do_not_use_multiprocessing(
    tmp_path: Path,
) -> None:
    """Dagster and celery run steps in daemonic processes, which must not have such children."""
    import multiprocessing

    paths = [os.fspath(path) for path in neighbours(tmp_path)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:  # its processes are daemonic
        assert pool.apply(_count_ok, (paths, os.fspath(tmp_path / "c.sqlite"))) == 4


def _count_ok(paths: list[str], cache_path: str) -> int:
    result = run([item_of(Path(path)) for path in paths], FingerprintCache(Path(cache_path)))
    return sum(row["status"] == "ok" for row in rows(result).values())


def test_wrong_exiftool_programs_are_ignored(tmp_path: Path, cache: FingerprintCache) -> None:
    """A file named exiftool that is not exiftool counts as no exiftool."""
    liar = tmp_path / "exiftool"
    liar.write_text("#!/bin/sh\necho 99.99; exit 0\n")
    liar.chmod(0o755)
    path = photo(tmp_path, "a.png", 1)
    row = rows(run([item_of(path, "a")], cache, FingerprintOptions(exiftool=liar)))["a"]
    assert (row["status"], row["image_data_sha256"]) == ("ok", None)
