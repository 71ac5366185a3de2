"""Measures `identity/photos` over a synthetic lake, against reading its inputs.

    python -m photo_assets_tests.bench.joins_scale 1000000 [--folder FOLDER] [--json FILE]

Four runs, each in a fresh process: the first one, on an empty ledger; one with nothing changed; one
after one caption was edited, with the metadata of the months it is in; one after a percent of the
items changed or came in. The floor is pyarrow reading every column of
the same files, measured before and after them; the smaller counts. Ratios are of CPU time, user
and system. The photos must be those that were planted, and the second run must write nothing, or
there are no ratios.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.lake.plan import Plan

RUNS = ("first", "rerun", "edited", "changed")
METADATA = ("metadata_first", "metadata_edited")


def measure_photos(items: int, folder: Path, months: int = 300) -> dict[str, float]:
    """Measure the three runs over a lake made in the new folder `folder`.

    Returns seconds (`floor_s`, `photos_first_s`, `..._wall_s`), MiB (`photos_first_mib`,
    `photos_peak_mib`), ratios (`photos_first_over_floor`, `photos_rerun_over_floor`,
    `photos_changed_over_floor`; `photos_over_floor` is the larger of the last two) and
    `photos_gate`: 1.0, or 0.0 when the results are wrong; then the ratios are NaN.
    Raises `RuntimeError` with the output of a step that fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photosync.yaml").write_text(CONFIGURATION)
    before, after = Plan(items, months), Plan(items, months, revision=1)
    run_step("lake", folder, before)
    floors = [run_step("floor", folder, before)]
    runs = {"first": run_step("photos", folder, before)}
    right = [run_step("gate", folder, before)["as_planted"]]
    runs["rerun"] = run_step("photos", folder, before)
    runs["metadata_first"] = run_step("metadata", folder, before)
    run_step("edit", folder, before)
    runs["edited"] = run_step("photos", folder, before)
    runs["metadata_edited"] = run_step("metadata", folder, before)
    floors.append(run_step("floor", folder, before))
    run_step("lake", folder, after)
    runs["changed"] = run_step("photos", folder, after)
    right.append(run_step("gate", folder, after)["as_planted"])
    wrong = [*(["photos are not the planted ones"] if not all(right) else []), *faults(runs, after)]
    for fault in wrong:
        print(f"the ratios are void: {fault}", file=sys.stderr)
    return _figures(runs, min(floor["cpu_s"] for floor in floors), gate=not wrong)


def faults(runs: dict[str, dict[str, Any]], after: Plan) -> list[str]:
    """Return what is wrong with the runs' results, one phrase each; empty when nothing is."""
    before = Plan(after.items, after.months)
    first, rerun, edited, changed = (runs[name] for name in RUNS)
    expected = {
        "the first run has another number of photos": first["photos"] == before.photos,
        "the first run has another number of items": first["items"] == before.all_items,
        "the second run wrote keys": rerun["keys"] == 0,
        "the second run changed a table": not any(rerun["changed"]),
        "the second run has other digests": rerun["digests"] == first["digests"],
        "an edited caption joined items": edited["joined"] == 0 == edited["keys"],
        "an edited caption made all months of metadata again": 0
        < runs["metadata_edited"]["months"]
        < runs["metadata_first"]["months"],
        "the third run has another number of photos": changed["photos"] == after.photos,
        "the third run made other photos": changed["new"] == after.photos - before.photos,
        "the third run merged or split": changed["merged"] == changed["split"] == 0,
    }
    return [fault for fault, fine in expected.items() if not fine]


def _figures(runs: dict[str, dict[str, Any]], floor: float, *, gate: bool) -> dict[str, float]:
    figures: dict[str, float] = {"floor_s": floor, "photos_gate": float(gate)}
    for name, run in runs.items():
        named = name if name in METADATA else f"photos_{name}"
        figures[f"{named}_s"] = run["cpu_s"]
        figures[f"{named}_wall_s"] = run["wall_s"]
        figures[f"{named}_mib"] = run["peak_mib"]
        ratio = run["cpu_s"] / floor if gate and floor else math.nan
        figures[f"{named}_over_floor"] = round(ratio, 2)
    everyday = [figures[f"photos_{name}_over_floor"] for name in ("rerun", "changed")]
    figures["photos_over_floor"] = max(everyday)
    figures["photos_peak_mib"] = max(figures[f"photos_{name}_mib"] for name in RUNS)
    return figures


def run_step(step: str, folder: Path, plan: Plan) -> dict[str, Any]:
    """Run a step of `join_steps` in a process of its own. Raises `RuntimeError` if it fails."""
    numbers = [str(number) for number in (plan.items, plan.months, plan.revision)]
    module = "photo_assets_tests.bench.join_steps"
    environment = {k: v for k, v in os.environ.items() if k != "PHOTOSYNC_CONFIG"}
    done = subprocess.run(
        [sys.executable, "-m", module, step, str(folder), *numbers],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Read the arguments, measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("--folder", type=Path, help="a new folder for the lake and the ledger")
    parser.add_argument("--json", type=Path, help="where the figures go")
    asked = parser.parse_args()
    print(f"{asked.items:,} items, {platform.machine()}, {os.cpu_count()} cores, Python ", end="")
    print(platform.python_version(), flush=True)
    with tempfile.TemporaryDirectory(prefix="photo_assets-bench-") as scratch:
        figures = measure_photos(asked.items, (asked.folder or Path(scratch, "home")).absolute())
    for name, value in figures.items():
        print(f"{name:28} {value:12,.2f}")
    if asked.json:
        asked.json.write_text(json.dumps({"items": asked.items, **figures}, indent=2))


if __name__ == "__main__":
    main()
