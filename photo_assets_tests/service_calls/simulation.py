"""Many callers in virtual time: they run one at a time, and sleeping advances the clock.

The callers and the ledger are real; only `clock` and `sleep` are simulated, so a test of hours takes seconds and has the same result on a busy machine.
"""

import heapq
import threading
from collections.abc import Callable, Sequence

from photo_assets_tests.service_calls.world import START
from photo_assets_tests.time_limit import PATIENCE_S


class Simulation:
    """A clock, and the order in which sleepers wake. `late(n)` is how much too late the nth one
    does, seconds. After `most_sleeps` sleeps in all, it fails instead of continuing forever."""

    def __init__(
        self, late: Callable[[int], float] = lambda _: 0.0, most_sleeps: int = 10_000
    ) -> None:
        self.now = START
        self._most_sleeps = most_sleeps
        self._late = late
        self._sleeps = 0
        self._asleep: list[tuple[float, int, threading.Event]] = []
        self._resting = threading.Event()
        self._errors: list[BaseException] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self._wait_until(self.now + seconds + self._late(self._sleeps))

    def run(self, bodies: Sequence[Callable[[], None]]) -> None:
        """Run all bodies to completion; raises the error of one of them."""
        for body in bodies:
            threading.Thread(target=self._body, args=(body,), daemon=True).start()
            self._resting.wait(PATIENCE_S)
            self._resting.clear()
        while self._asleep:
            assert self._sleeps <= self._most_sleeps, "the callers make no progress"
            moment, _, alarm = heapq.heappop(self._asleep)
            self.now = max(self.now, moment)
            alarm.set()
            assert self._resting.wait(PATIENCE_S), "a caller neither sleeps nor ends"
            self._resting.clear()
        if self._errors:
            raise self._errors[0]

    def _wait_until(self, moment: float) -> None:
        alarm = threading.Event()
        self._sleeps += 1
        heapq.heappush(self._asleep, (moment, self._sleeps, alarm))
        self._resting.set()
        alarm.wait()

    def _body(self, body: Callable[[], None]) -> None:
        self._wait_until(self.now)  # none runs before all are ready
        try:
            body()
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._resting.set()
