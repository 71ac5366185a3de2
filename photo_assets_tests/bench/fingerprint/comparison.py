"""Floor and ours on the same photos, in turn, so that what else the machine does hits both."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from photo_assets_tests.bench.cost import Cost
from photo_assets_tests.bench.fingerprint.floor import FloorCost, floor_cost
from photo_assets_tests.bench.fingerprint.ours import (
    THUMBNAILS_DRAWN,
    fingerprint_photos,
    items_table,
)


@dataclass(slots=True)
class Comparison:
    """One value a round each, seconds for all photos. Ours counts from the call to the table."""

    floors: list[FloorCost] = field(default_factory=list)
    one_worker_cpu: list[float] = field(default_factory=list)
    one_worker_wall: list[float] = field(default_factory=list)
    two_workers_wall: list[float] = field(default_factory=list)
    hashes_cpu: list[float] = field(default_factory=list)
    """Of a run with one worker that draws no thumbnails."""


def compare(
    photos: Sequence[Path], scratch: Path, rounds: int, say: Callable[[str], None]
) -> Comparison:
    """Measure `photos` so often. What is written goes below `scratch` and is removed."""
    items = items_table(photos)
    found = Comparison()
    for number in range(rounds):
        floor = floor_cost(photos)
        one = _ours(items, scratch, threads=1, thumbnails=THUMBNAILS_DRAWN)
        two = _ours(items, scratch, threads=2, thumbnails=THUMBNAILS_DRAWN)
        hashes = _ours(items, scratch, threads=1, thumbnails=False) if THUMBNAILS_DRAWN else one
        found.floors.append(floor)
        found.one_worker_cpu.append(one.cpu)
        found.one_worker_wall.append(one.wall)
        found.two_workers_wall.append(two.wall)
        found.hashes_cpu.append(hashes.cpu)
        say(
            f"round {number + 1} of {rounds}: CPU floor {floor.full:.2f} s, ours {one.cpu:.2f} s; "
            f"wall {one.wall:.2f} s with one worker, {two.wall:.2f} s with two"
        )
    return found


def _ours(items: pa.Table, scratch: Path, *, threads: int, thumbnails: bool) -> Cost:
    folder = scratch / "ours"
    run = fingerprint_photos(items, folder, threads=threads, thumbnails=thumbnails)
    shutil.rmtree(folder)
    return run.cost
