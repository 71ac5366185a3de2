"""Several programs over one folder, in turn: what each cost and found, and that none wrote there."""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from photo_assets_tests.bench.cost import Cost, cost_of_command
from photo_assets_tests.bench.figures import GateError

_SECONDS = 1800.0

State = dict[Path, tuple[int, int, int]]
Command = Callable[[Path, Path], list[str]]
Scratch = Callable[[str], Path]


@dataclass(slots=True)
class Performance:
    """Every go of one program."""

    costs: list[Cost] = field(default_factory=list)
    output: str = ""
    """Standard output of the last go."""
    scratch: Path = Path()
    """What it wrote in the last go."""
    failure: str | None = None
    """Why it was not run again."""

    @property
    def wall(self) -> float:
        """The median, seconds; 0 before the first go."""
        return median(cost.wall for cost in self.costs) if self.costs else 0.0

    @property
    def cpu(self) -> float:
        """The median, seconds; 0 before the first go."""
        return median(cost.cpu for cost in self.costs) if self.costs else 0.0


def race(
    commands: Sequence[tuple[str, Command]],
    folder: Path,
    rounds: int,
    new_scratch: Scratch,
    say: Callable[[str], None] = lambda _line: None,
) -> dict[str, Performance]:
    """Run every command so often, a command that is named twice twice a round.

    Each go has a home and a temporary folder of its own, so that nobody finds what it kept. One
    that fails is not run again. Raises `GateError` when anything in `folder` is not as it was.
    """
    before = state_of(folder)
    found: dict[str, Performance] = {}
    for _ in range(rounds):
        for name, command in commands:
            performance = found.setdefault(name, Performance())
            if performance.failure is None:
                _go(performance, command, folder, new_scratch(name))
                if state_of(folder) != before:
                    raise GateError(f"{name} changed the corpus")
                say(f"{name}: {_said(performance)}")
    return found


def _said(performance: Performance) -> str:
    if performance.failure is not None:
        return performance.failure
    last = performance.costs[-1]
    return f"CPU {last.cpu:.2f} s, wall {last.wall:.2f} s"


def _go(performance: Performance, command: Command, folder: Path, scratch: Path) -> None:
    try:
        cost, done = cost_of_command(
            command(folder, scratch),
            folder=scratch,
            environment=_environment(scratch),
            seconds=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        performance.failure = f"{type(error).__name__}: {error}"
        return
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        performance.failure = f"ended with {done.returncode}: {' '.join(said)}"
    performance.costs.append(cost)
    performance.output = done.stdout.decode(errors="surrogateescape")
    performance.scratch = scratch


def state_of(folder: Path) -> State:
    """Return size, time and inode of everything below `folder`."""
    states = {path: path.lstat() for path in folder.rglob("*")}
    return {path: (s.st_size, s.st_mtime_ns, s.st_ino) for path, s in states.items()}


def _environment(scratch: Path) -> dict[str, str]:
    temporary = scratch / "tmp"
    temporary.mkdir()
    own = {"HOME": str(scratch), "TMPDIR": str(temporary)}
    own |= {f"XDG_{kind}_HOME": str(scratch / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    # Started in its scratch folder, a program still finds this package.
    own["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[3]), *_python_path()])
    return dict(os.environ) | own


def _python_path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
