"""Measuring one step in this process: wall clock, CPU and peak memory, stage by stage."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Meter:
    """Collects what a step cost. Sizes are MiB, times seconds."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = _cpu()
        self.stages: list[dict[str, Any]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside as a stage of the step."""
        wall, cpu = time.perf_counter(), _cpu()
        yield
        self.stages.append(
            {
                "stage": name,
                "wall_s": round(time.perf_counter() - wall, 2),
                "cpu_s": round(_cpu() - cpu, 2),
                "peak_so_far_mib": round(_peak_mib()),
            }
        )

    def result(self, **facts: object) -> dict[str, Any]:
        """Return the whole step's cost since the meter was made, and `facts` beside it."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return {
            "wall_s": round(time.perf_counter() - self._wall, 2),
            "cpu_s": round(_cpu() - self._cpu, 2),
            "peak_mib": round(_peak_mib()),
            "child_peak_mib": round(children),
            "stages": self.stages,
            **facts,
        }


def _cpu() -> float:
    """Return user and system time of this process and the children it has waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, both))


def _peak_mib() -> float:
    """Return the peak resident set of this program.

    VmHWM starts again at exec; `ru_maxrss` would inherit the parent's from before it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
