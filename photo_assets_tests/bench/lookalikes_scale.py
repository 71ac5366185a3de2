"""Measures the search for look-alikes: pairs within six of 64 bits, each size in a fresh process.

    python -m photo_assets_tests.bench.lookalikes_scale 20000 1000000 [--distance 6] [--asset]

A time counts only with the recall beside it: the pairs found are held against a comparison of all
with all, in full up to 20,000 hashes, else of a thousand drawn hashes with all others. With
`--asset` the tables of as many photos are written first, and the whole of `identity/lookalikes`
but its contact sheets is measured on them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from photo_assets.identity.lookalikes import LookalikeInputs, LookalikeOptions, build_lookalikes
from photo_assets.identity.lookalikes.close_pairs import close_pairs
from photo_assets_tests.bench.lookalike_material import Hashes, make_hashes, write_photos
from photo_assets_tests.bench.meter import Meter

DISTANCE = 6
_PROGRAM = "photo_assets_tests.bench.lookalikes_scale"
_FULL = 20_000
_SAMPLE = 1_000


def measure_lookalikes(hashes: int, distance: int = DISTANCE) -> dict[str, float]:
    """Search `hashes` random hashes, a tenth of them planted beside others, in a new process.

    Returns seconds (wall), cpu_s, peak_mib, pairs; `recall` of the pairs that brute force finds
    in `compared` hashes against all; `extra`, pairs found that are none or are named twice.
    Raises `RuntimeError` with the process's messages.
    """
    return _in_process("search", hashes, distance)


def measure_asset(photos: int, distance: int = DISTANCE) -> dict[str, float]:
    """Measure the whole search over stored tables of `photos` photos, in a new process."""
    return _in_process("asset", photos, distance)


def _in_process(what: str, count: int, distance: int) -> dict[str, float]:
    command = [sys.executable, "-m", _PROGRAM, str(count), "--distance", str(distance)]
    with tempfile.TemporaryDirectory(prefix="photo_assets-bench-") as folder:
        if what == "asset":
            # Made by a process of its own: what making costs is no part of the measurement.
            _run([*command, "--only", "make", "--folder", folder])
        output = _run([*command, "--only", what, "--folder", folder])
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    return found


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return done.stdout


def search(count: int, distance: int) -> dict[str, float]:
    """Do the search in this process and judge what it found."""
    hashes = make_hashes(count)
    meter = Meter()
    parts = list(close_pairs(hashes, distance))
    cost = meter.result()
    nothing = np.empty(0, np.int64)
    first = np.concatenate([nothing, *(part.first for part in parts)])
    second = np.concatenate([nothing, *(part.second for part in parts)])
    rows = np.arange(len(hashes))
    if len(hashes) > _FULL:
        rows = np.sort(np.random.default_rng(3).choice(len(hashes), _SAMPLE, replace=False))
    return {
        **_cost(cost),
        "hashes": len(hashes),
        "pairs": len(first),
        "compared": len(rows),
        "recall": _recall(hashes, first, second, rows, distance),
        "extra": _extra(hashes, first, second, distance),
    }


def asset(folder: Path, count: int, distance: int) -> dict[str, float]:
    """Search the stored tables in this process."""
    lake = folder / "lake"
    inputs = LookalikeInputs(
        members=tuple(lake.glob("identity/members/*.parquet")),
        relations=tuple(lake.glob("identity/relations/*.parquet")),
        fingerprints=tuple(lake.glob("identity/fingerprints/*.parquet")),
        items=tuple(lake.glob("catalog/folders/*.parquet")),
        temp_directory=folder / "scratch",
    )
    meter = Meter()
    tables = build_lookalikes(inputs, LookalikeOptions(distance=distance))
    return {
        **_cost(meter.result()),
        "photos": count,
        "pairs": tables.summary.pairs,
        "groups": tables.summary.stars,
        **{f"{name}_s": seconds for name, seconds in tables.summary.stages_s.items()},
    }


def _cost(result: dict[str, float]) -> dict[str, float]:
    return {
        "seconds": result["wall_s"],
        "cpu_s": result["cpu_s"],
        "peak_mib": result["peak_mib"],
    }


def _recall(
    hashes: Hashes,
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    distance: int,
) -> float:
    """Return the share of the pairs that brute force finds at `rows` which were found."""
    found = np.unique(np.minimum(first, second) * len(hashes) + np.maximum(first, second))
    wanted = 0
    met = 0
    for row in rows:
        near = np.flatnonzero(np.bitwise_count(hashes ^ hashes[row]) <= distance)
        near = near[near != row]
        names = np.minimum(near, row) * len(hashes) + np.maximum(near, row)
        wanted += len(names)
        places = np.searchsorted(found, names)
        met += int((found[np.minimum(places, len(found) - 1)] == names).sum()) if len(found) else 0
    return met / wanted if wanted else 1.0


def _extra(
    hashes: Hashes, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], distance: int
) -> int:
    far = int((np.bitwise_count(hashes[first] ^ hashes[second]) > distance).sum())
    names = np.minimum(first, second) * len(hashes) + np.maximum(first, second)
    return far + len(names) - len(np.unique(names)) + int((first == second).sum())


def _print(results: list[dict[str, float]]) -> None:
    names = list(results[0])
    print("| " + " | ".join(name.replace("_", " ") for name in names) + " |")
    print("|" + "---:|" * len(names))
    for result in results:
        print("| " + " | ".join(f"{result[name]:,}" for name in names) + " |")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--distance", type=int, default=DISTANCE)
    parser.add_argument("--asset", action="store_true", help="measure the whole asset")
    parser.add_argument("--only", choices=("make", "search", "asset"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only == "make":
        write_photos(asked.folder, asked.counts[0])
    elif asked.only == "search":
        print(json.dumps(search(asked.counts[0], asked.distance)))
    elif asked.only == "asset":
        print(json.dumps(asset(asked.folder, asked.counts[0], asked.distance)))
    else:
        measure = measure_asset if asked.asset else measure_lookalikes
        _print([measure(count, asked.distance) for count in asked.counts])


if __name__ == "__main__":
    main()
