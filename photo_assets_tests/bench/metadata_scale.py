"""Measures `metadata/unified` and `metadata/conflicts` over a synthetic lake, against a floor.

    python -m photo_assets_tests.bench.metadata_scale 1000000 FOLDER [--json FILE]

The floor is pyarrow reading in full every file that they are made of. FOLDER is kept; a lake,
photos and decisions that it holds already are used again. Ratios are of CPU time, which depends
less than wall time on what else the machine does.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from photo_assets.configuration.settings import PhotosyncSettings

_ASSETS = ("unified", "conflicts")


class GateError(Exception):
    """The tables are wrong, so what they cost says nothing."""


def measure_metadata(items: int, folder: Path) -> dict[str, float]:
    """Return what both assets cost over `items` items in `folder/lake`, made if absent.

    Keys: `floor_s`, `floor_wall_s`, and for each asset `…_s`, `…_wall_s`, `…_peak_mib`, `…_rows`,
    `…_over_floor` (of CPU time) and `…_wall_over_floor`. Everything is run twice and the cheaper
    run counts. Raises `GateError` when the tables are wrong or the second run writes others, and
    `RuntimeError` when a step fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _run("make", folder, str(items))
    runs = [{step: _run(step, folder) for step in ("floor", *_ASSETS)} for _ in range(2)]
    faults: list[str] = _run("gate", folder)["faults"]
    faults += [
        f"the second run wrote another metadata/{asset}"
        for asset in _ASSETS
        if runs[1][asset]["changed"] or runs[0][asset]["digest"] != runs[1][asset]["digest"]
    ]
    if faults:
        raise GateError("; ".join(faults))
    return _figures(runs)


def _figures(runs: list[dict[str, dict[str, Any]]]) -> dict[str, float]:
    cost = {
        step: {name: min(_stage(run[step])[name] for run in runs) for name in ("cpu_s", "wall_s")}
        for step in runs[0]
    }
    figures = {"floor_s": cost["floor"]["cpu_s"], "floor_wall_s": cost["floor"]["wall_s"]}
    for asset in _ASSETS:
        figures |= {
            f"{asset}_s": cost[asset]["cpu_s"],
            f"{asset}_wall_s": cost[asset]["wall_s"],
            f"{asset}_peak_mib": max(run[asset]["peak_mib"] for run in runs),
            f"{asset}_rows": runs[0][asset]["rows"],
            f"{asset}_over_floor": cost[asset]["cpu_s"] / cost["floor"]["cpu_s"],
            f"{asset}_wall_over_floor": cost[asset]["wall_s"] / cost["floor"]["wall_s"],
        }
    return figures


def _stage(result: dict[str, Any]) -> dict[str, float]:
    (stage,) = result["stages"]
    return {name: max(float(stage[name]), 0.01) for name in ("cpu_s", "wall_s")}


def _run(step: str, folder: Path, *more: str) -> dict[str, Any]:
    environment = dict(os.environ)
    environment.pop(PhotosyncSettings().ledger_url_env, None)  # the ledger of the folder
    command = [sys.executable, "-m", "photo_assets_tests.bench.metadata_steps", step]
    done = subprocess.run(
        [*command, str(folder), *more], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed: {done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Read the arguments, measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path, help="a new folder, or one made before")
    parser.add_argument("--json", type=Path, help="where the figures go")
    asked = parser.parse_args()
    figures = measure_metadata(asked.items, asked.folder.absolute())
    print(f"{asked.items:,} items, {os.cpu_count()} cores\n")
    for name, value in figures.items():
        print(f"{name:26} {value:12,.2f}")
    if asked.json:
        asked.json.write_text(json.dumps({"items": asked.items, **figures}, indent=2))


if __name__ == "__main__":
    main()
