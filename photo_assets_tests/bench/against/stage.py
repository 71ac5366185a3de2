"""The stage `against`: what every layer costs after the catalogs, over an older commit of this.

Keys are `against_{size}_{scenario}_over_base` of CPU time (photos, look-alikes, metadata and both
plans; `scenarios` says what of the base is left out, and where it has no plan for Supabase in the
first run or with one percent changed ours does not count there either), `against_{size}_peak_mib` of our largest step, and
`against_{scenario}_exponent_{size}_{size}` of how our cost grows between two sizes. Every process
counts without its start, whose cost is in the notes.
"""

import math
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise
from statistics import median

from photo_assets_tests.bench.against.commit import ROOT, NoCommitError, take_out
from photo_assets_tests.bench.against.scenarios import SCENARIOS, Cost, play
from photo_assets_tests.bench.against.side import Side
from photo_assets_tests.bench.figures import Figures, Value, ratio
from photo_assets_tests.bench.growth import grown, label
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.run import Run

AGAINST_FIGURES = (*(f"{scenario}_over_base" for scenario in SCENARIOS), "peak_mib")


def measure_against(run: Run) -> Figures:
    """Compare at every size of the run; where there is no such commit, say so in its place."""
    try:
        code = take_out(run.base, run.scratch / "base")
    except NoCommitError as error:
        figures = Figures()
        sizes = [label(rows) for rows in run.amounts.rows]
        missed = [f"against_{size}_{figure}" for size in sizes for figure in AGAINST_FIGURES]
        figures.miss(missed, f"no commit to compare with: {error}")
        return figures
    notes: list[str] = []
    totals: dict[int, Mapping[str, float]] = {}

    def measure(items: int) -> Mapping[str, Value]:
        home = run.folder(f"against-{items}")
        months = min(300, max(items // 300, 6))
        sides = Side(ROOT, home / "ours"), Side(code, home / "base")
        costs = []
        for cost in play(*sides, home / "lake", Plan(items, months)):
            costs.append(cost)
            run.say(f"against: {items:,}: {_told(cost)}")
        totals[items] = _totals(costs, base=False)
        notes.extend(_notes(items, run.base, costs))
        return _figures(costs)

    figures = grown(run, "against", AGAINST_FIGURES, measure)
    figures.notes += notes
    for smaller, larger in pairwise(sorted(totals)):
        for scenario in SCENARIOS:
            key = f"against_{scenario}_exponent_{label(smaller)}_{label(larger)}"
            grew = ratio(totals[larger][scenario], totals[smaller][scenario])
            figures.put({key: math.log(grew) / math.log(larger / smaller)})
    return figures


def _figures(costs: Sequence[Cost]) -> dict[str, Value]:
    there = {(cost.scenario, cost.step) for cost in costs if cost.base}
    compared = [c for c in costs if not c.base and _counts(c, there)]
    ours, base = _totals(compared, base=False), _totals(costs, base=True)
    figures: dict[str, Value] = {
        f"{scenario}_over_base": ratio(ours[scenario], base[scenario]) for scenario in SCENARIOS
    }
    figures["peak_mib"] = max(cost.peak_mib for cost in costs if not cost.base)
    return figures


def _counts(cost: Cost, there: Container[tuple[str, str]]) -> bool:
    """Say whether our step counts: all do but a plan that the base cannot make at this size."""
    is_large = cost.scenario in {"first", "changed"}
    return cost.step != "supabase" or not is_large or (cost.scenario, cost.step) in there


def _totals(costs: Sequence[Cost], *, base: bool) -> dict[str, float]:
    return {
        scenario: sum(c.cpu_s for c in costs if (c.scenario, c.base) == (scenario, base))
        for scenario in SCENARIOS
    }


def _notes(items: int, commit: str, costs: Sequence[Cost]) -> list[str]:
    """Return one line a step: seconds of CPU and MiB, ours and the base's."""
    start = median(cost.startup_s for cost in costs)
    lines = [f"against {commit} at {items:,}: the start of a process, {start:.2f} s, is left out"]
    for scenario in SCENARIOS:
        steps = dict.fromkeys(cost.step for cost in costs if cost.scenario == scenario)
        for step in steps:
            found = {c.base: c for c in costs if (c.scenario, c.step) == (scenario, step)}
            sides = [
                f"{'base' if side else 'ours'} {c.cpu_s:.2f} s, {c.peak_mib:,.0f} MiB"
                for side, c in sorted(found.items())
            ]
            lines.append(f"against {commit} at {items:,}: {scenario} {step}: {'; '.join(sides)}")
    return lines


def _told(cost: Cost) -> str:
    side = "base" if cost.base else "ours"
    return (
        f"{cost.scenario} {cost.step} {side}: CPU {cost.cpu_s:.2f} s, wall {cost.wall_s:.2f} s, "
        f"peak {cost.peak_mib:,.0f} MiB, {cost.facts}"
    )
