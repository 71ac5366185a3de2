"""One of the two programs that are compared: its code, its workspace, and running a step of it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.join_steps import CONFIGURATION, GATE
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.lake.planted import planted

_PROGRAM = Path(__file__).with_name("program.py")
_INPUTS = ("catalog", "identity/fingerprints")


@dataclass(frozen=True, slots=True)
class Side:
    """`code` is the root of a checkout; `folder` its workspace."""

    code: Path
    folder: Path

    def run(self, step: str) -> dict[str, Any]:
        """Return what a step cost, in a process of its own. Raises `RuntimeError` if it fails."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PHOTOSYNC_")}
        done = subprocess.run(
            [sys.executable, "-P", str(_PROGRAM), step, str(self.folder)],
            env=kept | {"PYTHONPATH": str(self.code)},
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{step} of {self.folder.name} failed: {done.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if result["code"] != [str(self.code)]:
            raise GateError(f"{step} of {self.folder.name} ran the code in {result['code']}")
        return result

    def take_inputs(self, lake: Path) -> None:
        """Make catalogs and fingerprints those of `lake`; files that are the same stay."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "photosync.yaml").write_text(CONFIGURATION)
        mine = self.folder / "data" / "lake"
        for part in _INPUTS:
            for file in sorted((lake / part).rglob("*.parquet")):
                copy = mine / file.relative_to(lake)
                copy.parent.mkdir(parents=True, exist_ok=True)
                if not copy.exists() or copy.stat().st_mtime_ns != file.stat().st_mtime_ns:
                    shutil.copy2(file, copy)

    def is_as_planted(self, plan: Plan) -> bool:
        """Say whether the photos are those that were planted, wherever their members lie."""
        identity = self.folder / "data" / "lake" / "identity"
        whole = identity / "photos" / "members.parquet"
        files = [whole] if whole.exists() else sorted((identity / "members").glob("*.parquet"))
        with duckdb.connect() as connection:
            connection.register("planted", planted(plan))
            connection.read_parquet([str(file) for file in files]).create_view("members")
            items, found, there, pairs = connection.execute(GATE).fetchall()[0]
        return bool(items == plan.all_items and found == there == pairs == plan.photos)
