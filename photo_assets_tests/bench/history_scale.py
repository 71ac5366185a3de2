"""Measures `vault/history` over a synthetic lake of any size: time, memory, and bytes written.

    python -m photo_assets_tests.bench.history_scale 1000000 FOLDER [--json FILE]

Three runs, each in a fresh process: the first one, of every photo; one with nothing changed; one
after one caption was edited, which may read no other month. FOLDER must be new.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.joins_scale import run_step
from photo_assets_tests.bench.lake.plan import Plan


class GateError(Exception):
    """The history is wrong, so what it costs says nothing."""


def measure_history(items: int, folder: Path, months: int = 300) -> dict[str, Any]:
    """Return each run's result by name. Raises `GateError`, or `RuntimeError` if a step fails."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photosync.yaml").write_text(CONFIGURATION)
    plan = Plan(items, months)
    for step in ("lake", "photos", "metadata"):
        run_step(step, folder, plan)
    runs = {"first": run_step("history", folder, plan), "rerun": run_step("history", folder, plan)}
    run_step("edit", folder, plan)
    for step in ("photos", "metadata"):
        run_step(step, folder, plan)
    runs["edited"] = run_step("history", folder, plan)
    first, rerun, edited = (runs[name] for name in ("first", "rerun", "edited"))
    if first["photos_new"] != plan.photos or rerun["written_bytes"] or rerun["photos_compared"]:
        raise GateError("The first run did not write every photo, or the second one wrote again.")
    # The edit gives all rows of its month the fields of keywords that older rows lack.
    if not 1 <= edited["photos_changed"] <= edited["photos_compared"] <= plan.photos // 20:
        raise GateError("An edit of one month changed others, or other months were read.")
    return runs


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    runs = measure_history(options.items, options.folder)
    for name, found in runs.items():
        print(name, json.dumps({k: v for k, v in found.items() if k != "stages"}))
    if options.json:
        options.json.write_text(json.dumps(runs, indent=2))


if __name__ == "__main__":
    main()
