"""Count calls, repeats, faults and waiting times."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from photo_assets.service_calls.faults import Fault


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """The statistics of the calls of one `RateLimitedCaller` so far.

    `calls` counts all calls including repeats; `repeated` counts only repeats. Waits are the
    seconds in which at least one thread waited, for the rate, a limit or the breaker, or before
    repeats; neither is longer than the run. `faults` counts by kind and HTTP status, such as
    `transient 429`, or by kind alone.
    """

    calls: int = 0
    repeated: int = 0
    waited_for_limit_s: float = 0.0
    waited_for_repeat_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)


class Tally:
    """Collects statistics from any thread. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._now = CallStatistics()
        self._limit, self._repeat = _Waits(clock), _Waits(clock)

    @property
    def statistics(self) -> CallStatistics:
        """Return an immutable snapshot."""
        with self._lock:
            return replace(
                self._now,
                waited_for_limit_s=self._limit.seconds,
                waited_for_repeat_s=self._repeat.seconds,
                faults=Counter(self._now.faults),
            )

    def take_call(self, limit: int) -> bool:
        """Count a call, unless `limit` (0: none) is reached; return whether it may be made."""
        with self._lock:
            if limit and self._now.calls >= limit:
                return False
            self._now = replace(self._now, calls=self._now.calls + 1)
            return True

    def uncount_call(self) -> None:
        """Uncount a call that was counted but not made."""
        with self._lock:
            self._now = replace(self._now, calls=self._now.calls - 1)

    def waiting_for_turn(self) -> AbstractContextManager[None]:
        """Count the time in the block as a wait for the rate, a limit or the breaker."""
        return self._counted(self._limit)

    def waiting_for_repeat(self) -> AbstractContextManager[None]:
        """Count the time in the block as a wait before a repeat."""
        return self._counted(self._repeat)

    def repeats(self) -> None:
        """Count a repeat."""
        with self._lock:
            self._now = replace(self._now, repeated=self._now.repeated + 1)

    def failed(self, fault: Fault) -> None:
        """Count a fault."""
        name = fault.kind.value if fault.status is None else f"{fault.kind} {fault.status}"
        with self._lock:
            self._now.faults[name] += 1

    @contextmanager
    def _counted(self, waits: "_Waits") -> Iterator[None]:
        with self._lock:
            waits.begin()
        try:
            yield
        finally:
            with self._lock:
                waits.end()


class _Waits:
    """How long at least one thread waited. Not thread-safe: `Tally` holds its lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting = 0
        self._since = 0.0
        self._ended_s = 0.0

    @property
    def seconds(self) -> float:
        """The seconds so far, including the current wait."""
        return self._ended_s + (self._clock() - self._since if self._waiting else 0.0)

    def begin(self) -> None:
        """Add a waiting thread."""
        if not self._waiting:
            self._since = self._clock()
        self._waiting += 1

    def end(self) -> None:
        """Remove a waiting thread."""
        now = self._clock()
        self._ended_s += now - self._since
        self._since = now
        self._waiting -= 1
