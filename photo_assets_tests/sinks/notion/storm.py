"""Many photos through a failing service, by processes that are killed at any time."""

import json
import math
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from photo_assets_tests.services.arrivals import Arrival, most_in_window
from photo_assets_tests.services.faults import ALL_KINDS, FaultKind
from photo_assets_tests.services.notion.control import NotionControl

_PROGRAM = "photo_assets_tests.sinks.notion.applying_process"
_LIMITED = tuple(kind for kind in FaultKind if kind.value.startswith("429"))
RETRY_AFTER_S = 1.0
_LATE_STAMP_S = 0.1

#: How long everybody is told to wait by a reply of each kind; without a word, a polite client's
#: shortest guess.
_CLOSED_S = {
    **dict.fromkeys(_LIMITED, float(math.ceil(RETRY_AFTER_S))),
    FaultKind.LIMITED_MISSING: 0.25,
    FaultKind.OVERLOADED: 0.25,
}

#: All kinds; those that make everybody wait come seldom, or the storm is nothing but waiting.
KINDS = tuple(kind for kind in ALL_KINDS for _ in range(1 if kind in _CLOSED_S else 16))


@dataclass
class Storm:
    """What became of the processes: when each was under way (s since 1970), how many were killed."""

    killed: int = 0
    ended: int = 0
    spans: list[tuple[float, float]] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)


def let_loose(control: NotionControl, share: float, seed: int) -> None:
    """Let a share of all requests meet a fault of any kind."""
    kinds = [kind.value for kind in KINDS]
    control.chance(share, seed=seed, kinds=kinds, retry_after=RETRY_AFTER_S, delay=0.3)


def apply_through(
    configuration: str,
    plan_id: str,
    *,
    kills: int,
    alive_s: tuple[float, float],
    at_once: int,
    seed: int,
    meanwhile: Callable[[], None] = lambda: None,
) -> Storm:
    """Apply the plan by processes of which `kills` are killed; continue until nothing is left.

    Each lives for a time drawn from `alive_s`, seconds. `meanwhile` is called after each death.
    """
    chance = random.Random(seed)
    storm = Storm()
    while storm.last.get("left") != 0:
        assert storm.ended < 200, storm.last
        command = [sys.executable, "-m", _PROGRAM, configuration, plan_id, str(at_once)]
        began = time.time()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                limit = chance.uniform(*alive_s) if storm.killed < kills else None
                output, _ = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                output, _ = process.communicate()
                storm.killed += 1
            else:
                storm.ended += 1
                assert process.returncode == 0, output
                storm.last = json.loads(output.splitlines()[-1])
        storm.spans.append((began, time.time()))
        meanwhile()
    return storm


def share_used(arrivals: Sequence[Arrival], storm: Storm, rate: float, at_once: int) -> float:
    """Return how much of the rate was used while work waited and calling was allowed.

    Work waits from a process's first write on, until fewer rows are left than there are threads.
    After a reply that asks to wait nobody is allowed to call.
    """
    allowed = 0.0
    counted = 0
    for began, ended in storm.spans:
        mine = _while_work_waits(
            sorted(
                (one for one in arrivals if began <= one.wall <= ended), key=lambda one: one.wall
            ),
            at_once if ended == storm.spans[-1][1] else 0,
        )
        if len(mine) < 2:
            continue
        closed_until = first = mine[0].wall
        closed = 0.0
        last = mine[-1].wall
        for one in mine:
            if one.fault in _CLOSED_S:
                until = one.wall + _CLOSED_S[FaultKind(one.fault)]
                closed += max(0.0, min(until, last) - max(one.wall, closed_until))
                closed_until = max(closed_until, min(until, last))
        allowed += last - first - closed
        counted += len(mine) - 1
    return counted / (allowed * rate)


def _while_work_waits(mine: list[Arrival], last_rows: int) -> list[Arrival]:
    """Return the requests from the first write on, without those around the last rows."""
    writes = [n for n, one in enumerate(mine) if one.method != "GET" and "query" not in one.path]
    pages = [n for n in writes if mine[n].path.endswith("/pages")]
    end = pages[-last_rows] if last_rows and len(pages) >= last_rows else len(mine)
    return mine[writes[0] : end] if writes else []


def too_many_in_any_window(arrivals: Sequence[Arrival], rate: float) -> dict[float, int]:
    """Return the windows (seconds) that saw more requests than the rate allows, and how many.

    A request is stamped when the stand-in gets to it: by a tenth of a second late on a busy
    machine, which gathers what came meanwhile.
    """
    found = {seconds: most_in_window(arrivals, seconds) for seconds in (0.5, 1.0, 5.0, 20.0)}
    return {
        seconds: most
        for seconds, most in found.items()
        if most > math.ceil(rate * (seconds + _LATE_STAMP_S)) + 1
    }
