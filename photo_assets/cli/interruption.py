"""Ctrl-C that is not lost while Dagster runs in this process.

Dagster turns a signal within a step into a failed run, and forgets one that comes between steps;
either way the next run would start. The interpreter also writes every signal to a descriptor
(`signal.set_wakeup_fd`), whoever handles it; that is looked at whenever progress is reported.
"""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
_Step = TypeVar("_Step")


@dataclass(slots=True)
class Interruptible(Generic[_Step]):
    """A report that raises `KeyboardInterrupt` from the first signal on, each time it is called."""

    show: Callable[[_Step], None]
    descriptor: int
    signalled: bool = False

    def report(self, step: _Step) -> None:
        """Pass `step` on, unless a signal came."""
        self.raise_if_signalled()
        self.show(step)

    def raise_if_signalled(self) -> None:
        """Raise `KeyboardInterrupt` if a signal came since the beginning."""
        with contextlib.suppress(BlockingIOError):
            self.signalled |= bool(_ENDING & set(os.read(self.descriptor, 4096)))
        if self.signalled:
            raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible(show: Callable[[_Step], None]) -> Iterator[Interruptible[_Step]]:
    """Listen for signals while the block runs. Main thread only."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    try:
        yield Interruptible(show, read)
    finally:
        signal.set_wakeup_fd(before)
        os.close(read)
        os.close(write)
