"""The fingerprint stage: gate, then floor, seed's way and ours in turn, medians of CPU time."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from PIL import Image

from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets_tests.bench.cost import Cost, cost_of
from photo_assets_tests.bench.figures import Figures, GateError, ratio, ratio_of_medians
from photo_assets_tests.bench.fingerprint.comparison import Comparison, compare
from photo_assets_tests.bench.fingerprint.floor import floor_cost
from photo_assets_tests.bench.fingerprint.gate import hold_the_gate
from photo_assets_tests.bench.fingerprint.ours import fingerprint_photos, items_table
from photo_assets_tests.bench.fingerprint.seed_way import do_the_same_its_way, go_the_seeds_way
from photo_assets_tests.bench.real_photos import real_photos
from photo_assets_tests.bench.run import Run

_REAL = ("fingerprint_real_over_floor", "hashes_real_over_floor")
FINGERPRINT_KEYS = (
    "fingerprint_over_floor",
    "seed_over_fingerprint",
    "fingerprint_two_workers_speedup",
    "fingerprint_real_over_floor",
    "fingerprint_over_floor_without_startup",
    "hashes_over_floor",
    "hashes_real_over_floor",
    "seed_over_floor",
    "seed_as_written_over_fingerprint",
    "floor_cpu_ms",
    "fingerprint_cpu_ms",
    "fingerprint_startup_cpu_seconds",
    "fingerprint_startup_wall_seconds",
)
_FEWEST_REAL = 2


def measure_fingerprints(run: Run) -> Figures:
    """Measure the corpus, then real photos if there are any. Raises `GateError` for the corpus."""
    figures = Figures()
    photos = run.corpus.originals
    scratch = run.folder("fingerprint")
    _gate(photos, scratch, run)
    found = _compare(photos, scratch, run, run.amounts.rounds)
    put_comparison(figures, found, _startup(scratch))
    _measure_seed(figures, found, photos[: run.amounts.seed_photos], scratch)
    _measure_real(figures, run, scratch)
    if usable_cores() < 2:
        figures.miss(["fingerprint_two_workers_speedup"], "this machine has one core")
    return figures


def _gate(photos: Sequence[Path], scratch: Path, run: Run) -> None:
    run.say(f"gate: {len(photos)} photos")
    folder = scratch / "gate"
    made = fingerprint_photos(items_table(photos), folder, threads=usable_cores(), thumbnails=True)
    hold_the_gate(made, photos)
    shutil.rmtree(folder)


def put_comparison(figures: Figures, found: Comparison, startup: Cost) -> None:
    """Add the ratios of a comparison; `startup` is what a run over next to nothing costs."""
    ours = [cost.cpu for cost in found.one_worker]
    figures.put(
        {
            "fingerprint_over_floor": ratio_of_medians(ours, found.floors),
            "hashes_over_floor": _hashes_ratio(found),
            "fingerprint_two_workers_speedup": ratio_of_medians(
                [cost.wall for cost in found.one_worker], [cost.wall for cost in found.two_workers]
            ),
            "floor_cpu_ms": 1000 * median(found.floors) / found.files,
            "fingerprint_cpu_ms": 1000 * median(ours) / found.files,
            "fingerprint_startup_cpu_seconds": startup.cpu,
            "fingerprint_startup_wall_seconds": startup.wall,
        }
    )
    key = "fingerprint_over_floor_without_startup"
    started = median(ours) - startup.cpu
    if started > 0:
        figures.put({key: ratio(started, median(found.floors))})
    else:
        figures.miss([key], "so few photos cost no more than the start of the worker")


def _hashes_ratio(found: Comparison) -> float:
    return ratio_of_medians([cost.cpu for cost in found.hashes], found.hash_floors)


def _startup(scratch: Path) -> Cost:
    """Return what a run of one worker costs that has next to nothing to do."""
    folder = scratch / "startup"
    folder.mkdir()
    # No pattern: where rounding decides the bits of a hash, a library is loaded that photos need not.
    Image.effect_noise((256, 192), 60).convert("RGB").save(folder / "small.jpg")
    items = items_table([folder / "small.jpg"])
    costs = [
        fingerprint_photos(items, folder / str(n), threads=1, thumbnails=True).cost
        for n in range(3)
    ]
    return Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))


def _measure_seed(
    figures: Figures, found: Comparison, photos: Sequence[Path], scratch: Path
) -> None:
    """Measure the seed's way once, between floors of the same photos, which tie it to ours."""
    folder = scratch / "seed"
    before = floor_cost(photos).full
    same, _ = cost_of(lambda: do_the_same_its_way(photos, folder))
    between = floor_cost(photos).full
    written, _ = cost_of(lambda: go_the_seeds_way(photos, folder))
    after = floor_cost(photos).full
    shutil.rmtree(folder)
    over_floor = ratio(same.cpu, (before + between) / 2)
    ours = ratio_of_medians([cost.cpu for cost in found.one_worker], found.floors)
    figures.put(
        {
            "seed_over_floor": over_floor,
            "seed_over_fingerprint": over_floor / ours,
            "seed_as_written_over_fingerprint": ratio(written.cpu, (between + after) / 2) / ours,
        }
    )


def _measure_real(figures: Figures, run: Run, scratch: Path) -> None:
    photos = real_photos(run.photos)
    if len(photos) < _FEWEST_REAL:
        figures.miss(_REAL, "no real photos; name a folder of JPEG files: --photos FOLDER")
        return
    run.say(f"real photos: {len(photos)}")
    try:
        _gate(photos, scratch, run)
        found = _compare(photos, scratch, run, run.amounts.real_rounds)
    except GateError as error:
        figures.void(_REAL, f"gate: {error}")
        return
    ours = ratio_of_medians([cost.cpu for cost in found.one_worker], found.floors)
    figures.put(
        {
            "real_photos": len(photos),
            "fingerprint_real_over_floor": ours,
            "hashes_real_over_floor": _hashes_ratio(found),
        }
    )


def _compare(photos: Sequence[Path], scratch: Path, run: Run, rounds: int) -> Comparison:
    return compare(photos, run.amounts.floor_seconds, scratch, rounds, run.say)
