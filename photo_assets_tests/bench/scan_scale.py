"""Measures scans that find nothing, or one change, against listing the same tree.

    python -m photo_assets_tests.bench.scan_scale 100000

The floor is a recursive os.scandir with a stat of every entry. All ratios are of CPU time, medians
of rounds in which the ways alternate, so that they hold on a machine that does other things too.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from photo_assets.catalogs.discovery.discover import Discovery, discover
from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.catalogs.lightroom.catalog import LightroomCatalog
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.bench.lightroom_catalog import (
    KNOWN_ROOT,
    VIRTUAL_COPY_EVERY,
    write_lightroom,
)
from photo_assets_tests.bench.shots import shots
from photo_assets_tests.media.exif.files import picture

ROUNDS = 5
_PER_FOLDER = 250
_MONTHS = 360


class GateError(Exception):
    """A scan did not report what happened to the tree: its speed means nothing."""


def measure_scan(files: int, folder: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Make a tree and a Lightroom catalog of `files` pictures each, and return the ratios.

    `folder` must be empty. Raises `GateError` when a scan reports a change where there was none or
    misses one.
    """
    return {
        **_measure_folders(files, folder / "folders", rounds),
        **_measure_lightroom(files, folder / "lightroom", rounds),
    }


def walk_and_stat(root: Path) -> int:
    """Return how many files are below `root`, having looked at each: the floor."""
    count, waiting = 0, [os.fspath(root)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    count += 1
    return count


def _measure_folders(files: int, folder: Path, rounds: int) -> dict[str, float]:
    tree, staging = folder / "tree", folder / "staging"
    paths = _make_tree(files, tree)
    catalog = FoldersCatalog("bench", FoldersSettings(path=tree))
    read = discover(catalog, staging)
    _require(read.accounting.written == files, "not every file was read")

    def nothing() -> None:
        _require_unchanged(discover(catalog, staging), files)

    def one() -> None:
        found = discover(catalog, staging)
        changed = found.accounting.written - found.accounting.unchanged
        _require(changed == 1, f"{changed} files were read again instead of one")

    def touch() -> None:
        taken = os.stat(paths[len(paths) // 2]).st_mtime_ns
        os.utime(paths[len(paths) // 2], ns=(taken, taken + 1_000_001))

    nothing()
    touch()
    one()
    before = catalog.probe(time.monotonic() + 600).token
    costs: dict[str, list[float]] = {"floor": [], "scan": [], "probe": [], "one": []}
    for _ in range(rounds):
        costs["floor"].append(_cpu(lambda: walk_and_stat(tree)))
        costs["scan"].append(_cpu(nothing))
        costs["probe"].append(_cpu(lambda: catalog.probe(time.monotonic() + 600)))
        _require(catalog.probe(time.monotonic() + 600).token == before, "the probe saw a change")
        touch()
        _require(catalog.probe(time.monotonic() + 600).token != before, "the probe saw no change")
        costs["one"].append(_cpu(one))
        before = catalog.probe(time.monotonic() + 600).token
    return {
        "nochange_scan_over_stat": _ratio(costs, "scan"),
        "nochange_probe_over_stat": _ratio(costs, "probe"),
        "one_change_scan_over_stat": _ratio(costs, "one"),
    }


def _measure_lightroom(files: int, folder: Path, rounds: int) -> dict[str, float]:
    folder.mkdir(parents=True)
    copies = files // (VIRTUAL_COPY_EVERY + 1)
    write_lightroom(folder, shots("lightroom", files - copies), copies=copies)
    os.utime(folder / "bench.lrcat", (1, 1))  # as one that nobody has just closed
    pictures, staging = folder / "pictures", folder / "staging"
    settings = LightroomSettings(path=folder / "bench.lrcat", root_map={KNOWN_ROOT: pictures})
    catalog = LightroomCatalog("bench", settings, folder / "scratch")
    read = discover(catalog, staging)
    _require(read.accounting.written == files, "not every image was read")

    def nothing() -> None:
        _require_unchanged(discover(catalog, staging), files)

    nothing()
    some = next(path for path in pictures.rglob("*") if path.is_file())
    os.utime(some, (1, 1))
    _require(_read_again(catalog, staging) > 0, "a picture that changed was not noticed")
    costs: dict[str, list[float]] = {"floor": [], "scan": []}
    for _ in range(rounds):
        costs["floor"].append(_cpu(lambda: walk_and_stat(pictures)))
        costs["scan"].append(_cpu(nothing))
    return {"nochange_lightroom_over_stat": _ratio(costs, "scan")}


def _make_tree(files: int, tree: Path) -> list[Path]:
    """Write `files` small pictures, hundreds a folder, months apart, and return their paths."""
    paths = []
    content = picture()  # without a capture time: its month is that of the file
    folders = max(files // _PER_FOLDER, 2)
    for number in range(files):
        place = number * folders // files
        path = tree / f"{1990 + place % 30}" / f"{place:05d}" / f"IMG_{number:06d}.JPG"
        if number == 0 or not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        path.write_bytes(content)
        month = place % _MONTHS
        taken = datetime(1990 + month // 12, month % 12 + 1, 3, tzinfo=UTC).timestamp()
        taken_ns = int(taken) * 1_000_000_000 + number
        os.utime(path, ns=(taken_ns, taken_ns))
        paths.append(path)
    return paths


def _read_again(catalog: Catalog, staging: Path) -> int:
    found = discover(catalog, staging).accounting
    return found.written - found.unchanged


def _require_unchanged(found: Discovery, files: int) -> None:
    count = found.accounting
    _require(found.changed_months == (), "an unchanged tree changed months")
    _require(count.unchanged == count.written == files, "an unchanged file was read again")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise GateError(otherwise)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _ratio(costs: dict[str, list[float]], name: str) -> float:
    return round(statistics.median(costs[name]) / statistics.median(costs["floor"]), 2)


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=int)
    parser.add_argument("--folder", type=Path, help="a new folder for the trees")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="photo_assets-scan-") as scratch:
        figures = measure_scan(asked.files, asked.folder or Path(scratch))
    print(f"{asked.files:,} files\n\n| | CPU, floor 1.00 |\n|---|---:|")
    for name, ratio in figures.items():
        print(f"| {name} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
