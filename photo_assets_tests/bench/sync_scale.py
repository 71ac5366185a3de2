"""Measures what keeping a collection in sync costs: each step in a fresh process, then a table.

    python -m photo_assets_tests.bench.sync_scale 100000 [--folder FOLDER] [--json FILE]
        [--until "fingerprints"]

Without `--folder` the collection is made in a temporary folder and removed at the end. Wall time
depends on what else the machine does; CPU time, which counts child processes too, depends less.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from photo_assets_tests.bench.make_collection import make_collection
from photo_assets_tests.bench.steps import STEPS

_HEAD = "| step | wall, s | CPU, s | peak memory, MiB | one worker's peak, MiB | |"


def measure(home: Path, step: str) -> dict[str, Any]:
    """Run one step over the collection in `home`. Raises `RuntimeError` with its output."""
    environment = os.environ | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    environment.pop("PHOTOSYNC_CONFIG", None)
    command = [sys.executable, "-m", "photo_assets_tests.bench.steps", step]
    log = home / "bench.log"
    with log.open("ab") as errors:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=errors)
    if done.returncode:
        raise RuntimeError(f"{step} failed; its messages are at the end of {log}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def row(step: str, result: dict[str, Any]) -> str:
    """Return the table row of one step."""
    known = {"wall_s", "cpu_s", "peak_mib", "child_peak_mib", "stages"}
    facts = ", ".join(
        f"{value:,} {name.replace('_', ' ')}" for name, value in result.items() if name not in known
    )
    return (
        f"| {step} | {result['wall_s']:.1f} | {result['cpu_s']:.1f} | {result['peak_mib']:,} "
        f"| {result['child_peak_mib']:,} | {facts} |"
    )


def run(home: Path, items: int, until: str) -> dict[str, Any]:
    """Measure all steps up to `until`, printing each as it is known."""
    if not (home / "photosync.yaml").exists():
        make_collection(home, items)
    print(f"{items:,} items, {platform.machine()}, {os.cpu_count()} cores, Python ", end="")
    print(f"{platform.python_version()}\n\n{_HEAD}\n|---|---:|---:|---:|---:|---|", flush=True)
    results: dict[str, Any] = {}
    for step in STEPS:
        results[step] = measure(home, step)
        print(row(step, results[step]), flush=True)
        if step == until:
            break
    print("\nStages of a second or more of CPU or wall time:\n")
    for step, result in results.items():
        for stage in result["stages"]:
            if max(stage["wall_s"], stage["cpu_s"]) >= 1:
                print(
                    f"- {step}: {stage['stage']}: {stage['wall_s']:.1f} s, "
                    f"CPU {stage['cpu_s']:.1f} s, peak so far {stage['peak_so_far_mib']:,} MiB"
                )
    return results


def main() -> None:
    """Read the arguments, measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int)
    parser.add_argument("--folder", type=Path, help="a new folder, or one made before")
    parser.add_argument("--json", type=Path, help="where all figures go")
    parser.add_argument("--until", choices=STEPS, default=list(STEPS)[-1], help="the last step")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="photo_assets-bench-") as scratch:
        home = (asked.folder or Path(scratch, "home")).absolute()
        results = run(home, asked.items, asked.until)
    if asked.json:
        asked.json.write_text(json.dumps({"items": asked.items, "steps": results}, indent=2))


if __name__ == "__main__":
    main()
