"""How long exact searches among a million vectors take, and how much memory.

    python -m photo_assets_tests.bench.embedding_search FOLDER [ROWS [DIMENSION [QUERIES]]]

The vectors are written once into FOLDER, by month; a process of its own then searches them twice.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from photo_assets.ai.embeddings.monthly import ASSET
from photo_assets.ai.embeddings.neighbors import nearest
from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets.lake import Lake
from photo_assets_tests.ai.test_searching import unit_rows, write_vectors

_A_MONTH = 10_000
_BEST = 20


def write(folder: Path, rows: int, dimension: int) -> None:
    lake = Lake(folder)
    for number, first in enumerate(range(0, rows, _A_MONTH)):
        month = f"{1990 + number // 12}-{number % 12 + 1:02}-01"
        write_vectors(lake, month, first, unit_rows(min(_A_MONTH, rows - first), dimension, number))


def search(folder: Path, dimension: int, queries: int) -> dict[str, float]:
    lake, asked = Lake(folder), unit_rows(queries, dimension, -1 % 2**32)
    before = resource.getrusage(resource.RUSAGE_SELF)
    seconds = []
    for _ in range(2):
        started = time.monotonic()
        found = nearest(
            lake, folder / "copies", "m@1", asked, _BEST, threads=min(usable_cores(), 8)
        )
        seconds.append(time.monotonic() - started)
    assert all(len(one) == _BEST for one in found)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "first_s": round(seconds[0], 2),
        "second_s": round(seconds[1], 2),
        "processor_s_each": round(used / 2, 2),
        "peak_mib": round(after.ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
    }


def compare_alone(rows: int, dimension: int, queries: int) -> float:
    """Return the seconds of the matrix products alone, of vectors that are in memory."""
    portion = unit_rows(8_192, dimension, 3)
    asked = unit_rows(queries, dimension, 4)
    started = time.monotonic()
    for _ in range(rows // len(portion)):
        asked @ portion.T
    return round(time.monotonic() - started, 2)


def main() -> None:
    folder = Path(sys.argv[1])
    rows, dimension, queries = (
        int(sys.argv[n]) if len(sys.argv) > n else usual
        for n, usual in ((2, 1_000_000), (3, 512), (4, 100))
    )
    if "SEARCH_ONLY" in os.environ:
        print(json.dumps(search(folder, dimension, queries)))
        return
    if not Lake(folder).names(ASSET):
        write(folder, rows, dimension)
    alone = subprocess.run(
        [sys.executable, "-m", __spec__.name, *sys.argv[1:]],
        env={**os.environ, "SEARCH_ONLY": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    print(alone.stdout.decode().strip())
    print(json.dumps({"products_alone_s": compare_alone(rows, dimension, queries)}))


if __name__ == "__main__":
    main()
