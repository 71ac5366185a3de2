"""Reliable Ctrl-C while Dagster runs in this process.

Dagster turns a signal during a step into a failed run and drops a signal between steps; in both
cases, the next run would start. The interpreter also writes every signal to a descriptor
(`signal.set_wakeup_fd`), regardless of its handler. The descriptor is read whenever progress is
reported.
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
    """A progress callback that raises `KeyboardInterrupt` on every call after the first signal."""

    show: Callable[[_Step], None]
    descriptor: int
    signalled: bool = False

    def report(self, step: _Step) -> None:
        """Pass `step` on, unless a signal arrived."""
        self.raise_if_signalled()
        self.show(step)

    def raise_if_signalled(self) -> None:
        """Raise `KeyboardInterrupt` if a signal arrived since the start."""
        with contextlib.suppress(BlockingIOError):
            self.signalled |= bool(_ENDING & set(os.read(self.descriptor, 4096)))
        if self.signalled:
            raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible(show: Callable[[_Step], None]) -> Iterator[Interruptible[_Step]]:
    """Watch for signals while the block runs. Main thread only."""
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
