"""What both sides go through, in one order and in turn: four states of one lake, step by step.

A side is given the changed files and then does what its assets do. The base is spared what it does
not do (a sensor that asks which months are due), and its plan for Supabase where nothing or one
caption changed, or where the lake is too large for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photo_assets_tests.bench.against.side import Side
from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.joins_scale import run_step
from photo_assets_tests.bench.lake.plan import Plan

SCENARIOS = ("first", "unchanged", "edited", "changed")
"""The first run; nothing changed; one caption edited; one percent of the items changed or new."""

OURS = ("tick", "photos", "lookalikes", "unified", "conflicts", "notion", "supabase")

_LARGE = frozenset({"first", "changed"})
"""Where the base searches for look-alikes; its condition starts none where no photo changed."""
_SUPABASE_MOST = 200_000
"""Items with which the base plans for Supabase; with a million it ran out of memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step of one side cost: seconds of CPU without its start, and MiB."""

    scenario: str
    step: str
    base: bool
    cpu_s: float
    wall_s: float
    startup_s: float
    peak_mib: float
    facts: dict[str, Any]


def play(ours: Side, base: Side, home: Path, plan: Plan) -> Iterator[Cost]:
    """Yield the cost of each step, as it is known. Raises `GateError` when photos are wrong."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "photosync.yaml").write_text(CONFIGURATION)
    after = Plan(plan.items, plan.months, revision=1)
    for number, scenario in enumerate(SCENARIOS):
        now = after if scenario == "changed" else plan
        if scenario in {"first", "changed"}:
            run_step("lake", home, now)
        elif scenario == "edited":
            run_step("edit", home, now)
        for side in (ours, base):
            side.take_inputs(home / "data" / "lake")
        left_out = _not_of_base(scenario, plan.items)
        for step in OURS:
            for side in (ours, base) if number % 2 else (base, ours):
                if side is ours or step not in left_out:
                    yield _cost(scenario, step, side.run(step), base=side is base)
        for side in (ours, base):
            if not side.is_as_planted(now):
                raise GateError(
                    f"{scenario}: photos of {side.folder.name} are not the planted ones"
                )


def _not_of_base(scenario: str, items: int) -> set[str]:
    left_out = {"tick"}
    if scenario not in _LARGE:
        left_out |= {"lookalikes", "supabase"}
    elif items > _SUPABASE_MOST:
        left_out.add("supabase")
    return left_out


def _cost(scenario: str, step: str, result: dict[str, Any], *, base: bool) -> Cost:
    known = ("cpu_s", "wall_s", "startup_s", "peak_mib")
    facts = {k: v for k, v in result.items() if k not in {*known, "stages", "child_peak_mib"}}
    cpu, wall, startup, peak = (float(result[name]) for name in known)
    return Cost(scenario, step, base, cpu, wall, startup, peak, facts)
