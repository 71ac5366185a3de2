"""Floor and ours on the same photos, in turn, so that what else the machine does hits both."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets_tests.bench.cost import Cost
from photo_assets_tests.bench.distinct import distinct_copies
from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.fingerprint.floor import floor_cost
from photo_assets_tests.bench.fingerprint.ours import fingerprint_photos, items_table


@dataclass(slots=True)
class Comparison:
    """One value a round each, seconds for all `files`. Ours counts from the call to the table."""

    files: int
    floors: list[float] = field(default_factory=list)
    """CPU of the floor for what a fingerprint with thumbnails owes."""
    hash_floors: list[float] = field(default_factory=list)
    """CPU of the floor for what one without thumbnails owes."""
    one_worker: list[Cost] = field(default_factory=list)
    two_workers: list[Cost] = field(default_factory=list)
    hashes: list[Cost] = field(default_factory=list)
    """Of one worker that draws no thumbnails."""


def compare(
    photos: Sequence[Path], seconds: float, scratch: Path, rounds: int, say: Callable[[str], None]
) -> Comparison:
    """Measure `photos` so often. What is written goes below `scratch` and is removed.

    Ours is given so many distinct copies of each photo that the floor of all takes `seconds` of
    CPU: else the start of the workers would be measured. To the floor a copy costs what its photo
    does.
    """
    copies = max(1, round(seconds / floor_cost(photos).full))
    folder = scratch / "copies"
    files = distinct_copies(photos, copies * len(photos), folder)
    items = items_table(files)
    found = Comparison(len(files))
    for number in range(rounds):
        floor = floor_cost(photos)
        found.floors.append(floor.full * copies)
        found.hash_floors.append(floor.hashes * copies)
        one = _ours(items, scratch, threads=1, thumbnails=True)
        two = _ours(items, scratch, threads=2, thumbnails=True)
        found.one_worker.append(one)
        found.two_workers.append(two)
        hashes = _ours(items, scratch, threads=1, thumbnails=False)
        found.hashes.append(hashes)
        say(
            f"round {number + 1} of {rounds}: {len(files)} files: CPU floor "
            f"{found.floors[-1]:.2f} s, ours {one.cpu:.2f} s; wall {one.wall:.2f} s with one "
            f"worker, {two.wall:.2f} s with two"
        )
    shutil.rmtree(folder)
    return found


def _ours(items: pa.Table, scratch: Path, *, threads: int, thumbnails: bool) -> Cost:
    folder = scratch / "ours"
    run = fingerprint_photos(items, folder, threads=threads, thumbnails=thumbnails)
    shutil.rmtree(folder)
    ok = pc.sum(pc.equal(run.result.table["status"], "ok")).as_py()
    if ok != items.num_rows:
        raise GateError(f"{ok} of {items.num_rows} photos have a fingerprint")
    return run.cost
