"""The fingerprint stage: gate, then floor, seed's way and ours in turn, medians of CPU time."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from PIL import Image

from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets_tests.bench.cost import cost_of
from photo_assets_tests.bench.distinct import distinct_copies
from photo_assets_tests.bench.figures import Figures, GateError, ratio, ratio_of_medians
from photo_assets_tests.bench.fingerprint.comparison import Comparison, compare
from photo_assets_tests.bench.fingerprint.floor import floor_cost
from photo_assets_tests.bench.fingerprint.gate import hold_the_gate
from photo_assets_tests.bench.fingerprint.ours import (
    THUMBNAILS_DRAWN,
    fingerprint_photos,
    items_table,
)
from photo_assets_tests.bench.fingerprint.seed_way import go_the_seeds_way
from photo_assets_tests.bench.real_photos import real_photos
from photo_assets_tests.bench.run import Run

_REAL = ("fingerprint_real_over_floor", "hashes_real_over_floor")
_DRAWING = (
    "fingerprint_over_floor",
    "seed_over_fingerprint",
    "fingerprint_cpu_ms",
    "fingerprint_real_over_floor",
)
FINGERPRINT_KEYS = (
    "fingerprint_over_floor",
    "seed_over_fingerprint",
    "fingerprint_two_workers_speedup",
    "fingerprint_real_over_floor",
    "hashes_over_floor",
    "hashes_real_over_floor",
    "seed_over_floor",
    "floor_cpu_ms",
    "fingerprint_cpu_ms",
    "fingerprint_startup_cpu_seconds",
    "fingerprint_startup_wall_seconds",
)
_FEWEST_REAL = 3


def measure_fingerprints(run: Run) -> Figures:
    """Measure the corpus, then real photos if there are any. Raises `GateError` for the corpus."""
    figures = Figures()
    photos = run.corpus.originals
    scratch = run.folder("fingerprint")
    _gate(photos, scratch, run)
    found = compare(photos, scratch, run.amounts.rounds, run.say)
    _put(figures, found, len(photos))
    figures.put(_startup(scratch))
    _measure_seed(figures, found, photos[: run.amounts.seed_photos], scratch)
    _measure_real(figures, run, scratch)
    if not THUMBNAILS_DRAWN:
        figures.miss(_DRAWING, "this version draws no thumbnails")
    if usable_cores() < 2:
        figures.miss(["fingerprint_two_workers_speedup"], "this machine has one core")
    return figures


def _gate(photos: Sequence[Path], scratch: Path, run: Run) -> None:
    run.say(f"gate: {len(photos)} photos")
    folder = scratch / "gate"
    made = fingerprint_photos(
        items_table(photos), folder, threads=usable_cores(), thumbnails=THUMBNAILS_DRAWN
    )
    hold_the_gate(made, photos)
    shutil.rmtree(folder)


def _put(figures: Figures, found: Comparison, photos: int) -> None:
    floors = [floor.full for floor in found.floors]
    figures.put(
        {
            "fingerprint_over_floor": ratio_of_medians(found.one_worker_cpu, floors),
            "hashes_over_floor": ratio_of_medians(
                found.hashes_cpu, [floor.hashes for floor in found.floors]
            ),
            "fingerprint_two_workers_speedup": ratio_of_medians(
                found.one_worker_wall, found.two_workers_wall
            ),
            "floor_cpu_ms": 1000 * median(floors) / photos,
            "fingerprint_cpu_ms": 1000 * median(found.one_worker_cpu) / photos,
        }
    )


def _startup(scratch: Path) -> dict[str, float]:
    """Return what a run of one worker costs that has next to nothing to do."""
    folder = scratch / "startup"
    folder.mkdir()
    Image.linear_gradient("L").save(folder / "small.jpg")
    items = items_table([folder / "small.jpg"])
    costs = [
        fingerprint_photos(items, folder / str(n), threads=1, thumbnails=THUMBNAILS_DRAWN).cost
        for n in range(3)
    ]
    return {
        "fingerprint_startup_cpu_seconds": median(cost.cpu for cost in costs),
        "fingerprint_startup_wall_seconds": median(cost.wall for cost in costs),
    }


def _measure_seed(
    figures: Figures, found: Comparison, photos: Sequence[Path], scratch: Path
) -> None:
    """Measure the seed's way once, between two floors of the same photos, which tie it to ours."""
    folder = scratch / "seed"
    before = floor_cost(photos).full
    cost, _ = cost_of(lambda: go_the_seeds_way(photos, folder))
    after = floor_cost(photos).full
    shutil.rmtree(folder)
    over_floor = ratio(cost.cpu, (before + after) / 2)
    ours = ratio_of_medians(found.one_worker_cpu, [floor.full for floor in found.floors])
    figures.put({"seed_over_floor": over_floor, "seed_over_fingerprint": over_floor / ours})


def _measure_real(figures: Figures, run: Run, scratch: Path) -> None:
    photos = real_photos(run.photos)
    if len(photos) < _FEWEST_REAL:
        figures.miss(_REAL, "no real photos; name a folder of JPEG files: --photos FOLDER")
        return
    run.say(f"real photos: {len(photos)}")
    # Few photos would measure the start of the workers; and a copy keeps hands off the originals.
    files = distinct_copies(
        photos, max(len(photos), 2 * run.amounts.plan.photos), run.folder("real")
    )
    try:
        _gate(files, scratch, run)
    except GateError as error:
        figures.void(_REAL, f"gate: {error}")
        return
    found = compare(files, scratch, run.amounts.rounds, run.say)
    figures.put(
        {
            "real_photos": len(photos),
            "fingerprint_real_over_floor": ratio_of_medians(
                found.one_worker_cpu, [floor.full for floor in found.floors]
            ),
            "hashes_real_over_floor": ratio_of_medians(
                found.hashes_cpu, [floor.hashes for floor in found.floors]
            ),
        }
    )
