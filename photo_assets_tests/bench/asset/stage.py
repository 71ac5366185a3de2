"""The asset stage: a real catalog and the real jobs against the engine alone, in turn."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from photo_assets_tests.bench.distinct import distinct_copies
from photo_assets_tests.bench.figures import Figures, GateError, ratio_of_medians
from photo_assets_tests.bench.make_collection import DAGSTER_YAML
from photo_assets_tests.bench.run import Run

ASSET_KEYS = ("asset_over_engine", "asset_over_engine_wall", "asset_photos")
_FREE = 0.5
"""The share of the free disk that copies may take."""


def measure_asset(run: Run) -> Figures:
    """Measure the fingerprint job over many photos against the engine over the same items."""
    figures = Figures()
    home = run.folder("asset")
    photos = run.corpus.originals
    count = _affordable(photos, run.amounts.asset_photos, home)
    if count < run.amounts.asset_photos:
        figures.notes.append(f"asset: only {count} photos, for want of disk space")
    run.say(f"asset: {count} distinct copies")
    distinct_copies(photos, count, home / "photos")
    prepared = _prepare(home, count)
    found: dict[str, list[dict[str, Any]]] = {"engine": [], "asset": []}
    for number in range(run.amounts.asset_rounds):
        for step in ("engine", "asset") if number % 2 == 0 else ("asset", "engine"):
            found[step].append(_in_a_copy(prepared, home / "collection", step, count))
            cost = found[step][-1]
            run.say(f"asset: {step}: CPU {cost['cpu']:.2f} s, wall {cost['wall']:.2f} s")
    if len({each["digest"] for each in found["engine"] + found["asset"]}) != 1:
        raise GateError("the asset's fingerprints are not the engine's")
    shutil.rmtree(home)
    figures.put(
        {
            "asset_over_engine": _ratio(found, "cpu"),
            "asset_over_engine_wall": _ratio(found, "wall"),
            "asset_photos": count,
        }
    )
    return figures


def _ratio(found: dict[str, list[dict[str, Any]]], clock: str) -> float:
    assets, engines = ([each[clock] for each in found[step]] for step in ("asset", "engine"))
    return ratio_of_medians(assets, engines)


def _affordable(photos: Sequence[Path], wanted: int, home: Path) -> int:
    size = sum(photo.stat().st_size for photo in photos) / len(photos)
    return min(wanted, int(_FREE * shutil.disk_usage(home).free / size))


def _prepare(home: Path, count: int) -> Path:
    """Return a collection whose catalog is read and whose months are written."""
    prepared = home / "prepared"
    prepared.mkdir()
    (prepared / "dagster.yaml").write_text(DAGSTER_YAML.read_text())
    place = json.dumps(str(home / "photos"))
    (prepared / "photosync.yaml").write_text(
        f"data_dir: data\ncatalogs:\n  folders:\n    nas: {{path: {place}, settle_seconds: 0}}\n"
    )
    found = _step(prepared, "prepare")
    if found["items"] != count:
        raise GateError(f"the catalog has {found['items']} items of {count} photos")
    return prepared


def _in_a_copy(prepared: Path, collection: Path, step: str, count: int) -> dict[str, Any]:
    """Run a step on a copy of the prepared collection, so that it finds nothing done."""
    shutil.copytree(prepared, collection)
    found = _step(collection, step)
    shutil.rmtree(collection)
    if (found["rows"], found["ok"]) != (count, count):
        raise GateError(f"{step}: {found['ok']} of {count} photos have a fingerprint")
    return found


def _step(home: Path, step: str) -> dict[str, Any]:
    environment = os.environ | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    for variable in ("PHOTOSYNC_CONFIG", "PHOTO_ASSETS_POSTGRES_URL", "PHOTO_ASSETS_LEDGER_URL"):
        environment.pop(variable, None)
    command = [sys.executable, "-m", "photo_assets_tests.bench.asset.program", step]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
