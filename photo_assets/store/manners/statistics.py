"""Counting of what calls cost: how many, how often repeated, how long waited."""

import threading
from collections import Counter
from dataclasses import dataclass, field, replace

from photo_assets.store.manners.faults import Fault


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """What the calls of one `Manners` came to so far.

    `calls` counts what was sent, repeats included; `repeated` only these. Waits are summed over all
    threads, seconds: for the rate, a limit or the breaker, and before repeats. `faults` counts by
    kind and HTTP status, `transient 429`, or by kind alone.
    """

    calls: int = 0
    repeated: int = 0
    waited_for_limit_s: float = 0.0
    waited_for_repeat_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)


class Tally:
    """Statistics under way; any thread may add to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = CallStatistics()

    @property
    def statistics(self) -> CallStatistics:
        """Return the state of this moment; it does not change any more."""
        with self._lock:
            return replace(self._now, faults=Counter(self._now.faults))

    def take_call(self, limit: int) -> bool:
        """Count a call, unless `limit` (0: none) is reached; return whether it may be made."""
        with self._lock:
            if limit and self._now.calls >= limit:
                return False
            self._now = replace(self._now, calls=self._now.calls + 1)
            return True

    def give_call_back(self) -> None:
        """Take back a call that was counted and not made."""
        with self._lock:
            self._now = replace(self._now, calls=self._now.calls - 1)

    def waited(self, seconds: float) -> None:
        """Add a wait for the rate, a limit or the breaker."""
        with self._lock:
            total = self._now.waited_for_limit_s + seconds
            self._now = replace(self._now, waited_for_limit_s=total)

    def repeats(self, seconds: float) -> None:
        """Count a repeat, and the wait before it."""
        with self._lock:
            self._now = replace(
                self._now,
                repeated=self._now.repeated + 1,
                waited_for_repeat_s=self._now.waited_for_repeat_s + seconds,
            )

    def failed(self, fault: Fault) -> None:
        """Count a fault."""
        name = fault.kind.value if fault.status is None else f"{fault.kind} {fault.status}"
        with self._lock:
            self._now.faults[name] += 1
