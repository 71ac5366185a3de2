"""Repeated kills while the network fails: in the end each row exists exactly once."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.sinks.supabase.tables import KEY_OF, TARGETS
from photo_assets_tests.services.faults import ALL_KINDS, Chance
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.lake import fill, item

_PROGRAM = "photo_assets_tests.sinks.supabase.applying"
_WAITS = {"429_seconds", "429_date", "429_text", "slow"}  # each of them a second


def _applied(file: Path, plan_id: str) -> bool:
    """Let somebody apply to the end of their patience; return whether all is done."""
    command = [sys.executable, "-m", _PROGRAM, str(file), plan_id]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600)
    return bool(done.stdout) and json.loads(done.stdout) == {"left": 0, "failed": 0}


@pytest.mark.parametrize(
    ("photos", "kills"),
    [(150, 3), pytest.param(10_000, 50, marks=pytest.mark.slow)],
)
def test_nothing_is_lost_or_doubled(
    supabase: Stack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    photos: int,
    kills: int,
) -> None:
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    file = tmp_path / "photosync.yaml"
    rows = max(photos // 200, 10)
    file.write_text(
        "data_dir: data\nsinks:\n  supabase:"
        f" {{requests_per_second: 40, rows_per_request: {rows}}}\n"
    )
    workspace = open_workspace(file)
    fill(workspace.lake.root, [item(n) for n in range(photos)])
    sink = SupabaseSink(workspace)
    plan = make_plan(workspace, sink, "x").plan
    kinds = tuple(kind for kind in ALL_KINDS if kind not in _WAITS)
    supabase.gateway.faults.chance(Chance(0.2, seed=photos, kinds=kinds))
    chance = random.Random(photos)
    hits = sum(
        _killed_at_work(supabase, file, plan.plan_id, chance.uniform(0.05, 0.6))
        for _ in range(kills)
    )
    assert hits >= kills // 3, f"{hits} of {kills} kills found it at work"
    assert any(_applied(file, plan.plan_id) for _ in range(20))
    supabase.gateway.faults.clear()
    found = verify_sink(workspace, sink)
    assert (found.rows, found.drifted, found.strangers) == (plan.rows, (), 0)
    counts = {
        target: supabase.execute(f"select count(*), count(distinct {KEY_OF[target]}) from {target}")
        for target in TARGETS
    }
    assert sum(count[0][0] for count in counts.values()) == plan.rows
    assert all(count[0][0] == count[0][1] for count in counts.values())
    assert make_plan(workspace, sink, "y").plan.rows == 0


def _killed_at_work(stack: Stack, file: Path, plan_id: str, after_s: float) -> bool:
    """Kill the applying process after its first request; return whether it was running."""
    before = len(stack.gateway.log.all())
    command = [sys.executable, "-m", _PROGRAM, str(file), plan_id]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while len(stack.gateway.log.all()) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(after_s)
        process.kill()
        return process.wait() == -signal.SIGKILL
