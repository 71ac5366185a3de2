"""The progress of long commands: bars on a terminal, plain lines elsewhere.

Both are printed to standard error, so that standard output contains only the result.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from photo_assets.cli.terminal import make_console, shown
from photo_assets.model.wording import counted, duration, size

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINE_SECONDS = 5.0
"""The interval between plain lines of the same stage."""


class Step(Protocol):
    """The progress of a stage; `defs.sync.SyncProgress` is an implementation."""

    @property
    def stage(self) -> str:
        """The name of the stage."""

    @property
    def done(self) -> int:
        """The amount done, in `unit`."""

    @property
    def total(self) -> int | None:
        """The total amount; None if not known yet."""

    @property
    def unit(self) -> str:
        """The unit: items, months, files, bytes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A `Step` of a command that runs no asset."""

    stage: str
    done: int
    total: int | None
    unit: str


Report = Callable[[Step], None]


@contextmanager
def reporting(first_stage: str, stream: TextIO | None = None) -> Iterator[Report]:
    """Show progress on `stream` (default: standard error) until the block ends."""
    stream = stream or sys.stderr
    if stream.isatty():
        with _bars(stream, first_stage) as report:
            yield report
        return
    lines = PlainLines(stream)
    lines.begin(first_stage)
    try:
        yield lines.report
    finally:
        lines.end()


@dataclass(slots=True)
class PlainLines:
    """One line at the start of a stage, one about every five seconds, one at its end."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    _last: Step | None = None
    _stage: str | None = None
    _started: float = 0.0
    _printed: float = 0.0
    _written: str = ""

    def begin(self, stage: str) -> None:
        """Start a stage without any progress yet."""
        self._stage, self._last = stage, None
        self._started = self._printed = self.clock()
        self._print(f"{shown(stage)} ...")

    def report(self, step: Step) -> None:
        """Process one report."""
        if step.stage != self._stage:
            self.end()
            self.begin(step.stage)
        now = self.clock()
        if self._last is not None and step.done < self._last.done:
            self._started = now  # the same stage started again: measure its pace separately
        self._last = step
        if now - self._printed >= LINE_SECONDS:
            self._printed = now
            self._print(self._line(step, now))

    def end(self) -> None:
        """Print the final progress of the stage, unless the last line is the same."""
        if self._last is not None:
            self._print(self._line(self._last, self.clock()))
        self._last = None

    def _line(self, step: Step, now: float) -> str:
        spent = now - self._started
        text = f"{shown(step.stage)}: {amount(step)}, {duration(spent)}"
        left = remaining(step, spent)
        return text if left is None else f"{text}, about {duration(left)} left"

    def _print(self, line: str) -> None:
        if line != self._written:
            self._written = line
            self.stream.write(line + "\n")
            self.stream.flush()


def amount(step: Step) -> str:
    """Return "1,200 of 4,000 items (30 %)", or the part of it that is known."""
    if step.unit == "bytes":
        done, total = size(step.done), size(step.total) if step.total else None
        return done if total is None else f"{done} of {total} ({_percent(step)} %)"
    one = step.unit.removesuffix("s")
    if not step.total:
        return counted(step.done, one)
    total = counted(max(step.total, step.done), one)
    return f"{step.done:,} of {total} ({_percent(step)} %)"


def remaining(step: Step, spent: float) -> float | None:
    """Return the estimated remaining seconds of the stage, or None if there is no basis yet."""
    if not step.total or not 0 < step.done < step.total or spent < 1.0:
        return None
    return spent * (step.total - step.done) / step.done


def _percent(step: Step) -> int:
    return min(100, 100 * step.done // step.total) if step.total else 0


@dataclass(slots=True)
class _Bars:
    progress: "Progress"
    tasks: dict[str, "TaskID"] = field(default_factory=dict)
    current: str | None = None

    def begin(self, stage: str) -> None:
        self.current = stage
        self.tasks[stage] = self.progress.add_task(shown(stage), total=None, amount="")

    def report(self, step: Step) -> None:
        if step.stage != self.current:
            self.end()
            if step.stage not in self.tasks:
                self.begin(step.stage)
            self.current = step.stage
        total = max(step.total, step.done) if step.total else None
        self.progress.update(
            self.tasks[step.stage], completed=step.done, total=total, amount=amount(step)
        )

    def end(self) -> None:
        if self.current is not None:
            task = self.progress.tasks[self.tasks[self.current]]
            self.progress.update(task.id, total=task.completed or 1, completed=task.completed or 1)
        self.current = None


@contextmanager
def _bars(stream: TextIO, first_stage: str) -> Iterator[Report]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed
    from rich.progress import TimeRemainingColumn as Remaining

    progress = Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[amount]}", markup=False),
        Elapsed(),
        TextColumn("left"),
        Remaining(),
        console=make_console(stream),
        # Output of libraries between two frames is not changed, and output suppressed by `quiet`
        # must not reappear around the bars.
        redirect_stdout=False,
        redirect_stderr=sys.stderr.isatty(),
    )
    bars = _Bars(progress)
    with progress:
        bars.begin(first_stage)
        yield bars.report
        bars.end()
