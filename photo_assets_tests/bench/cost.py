"""What a call or a command cost: wall clock, and CPU time with that of children waited for."""

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float
    """User and system time, of child processes too."""


def cpu_seconds() -> float:
    """Return user and system time of this process and of the children it has waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, both))


def cost_of(work: Callable[[], _T]) -> tuple[Cost, _T]:
    """Do `work`; return what it cost and what it returned."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = work()
    return Cost(time.perf_counter() - wall, cpu_seconds() - cpu), result


def cost_of_command(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], seconds: float
) -> tuple[Cost, subprocess.CompletedProcess[bytes]]:
    """Run a program in `folder` and return its cost. Raises `subprocess.TimeoutExpired`."""
    return cost_of(
        lambda: subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
        )
    )
