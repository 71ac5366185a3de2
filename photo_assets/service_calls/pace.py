"""Wait for a call's turn: from its slot in the ledger until the call may start."""

from collections.abc import Callable
from typing import Final

from photo_assets.service_calls.policy import Policy
from photo_assets.service_calls.throttle import ServiceState, Slot, Throttle

_LOOK_AGAIN_S: Final = 1.0  # while the breaker is open: a probe may close it at any time
_BEFORE_S: Final = (
    0.025  # the row is read this long before the slot, plus the time that reading takes
)
_SAME_S: Final = 0.001
_LONG_S: Final = 1.0  # only the reason of longer waits is looked up


class TooLongError(Exception):
    """No call is allowed for longer than this caller may wait."""

    def __init__(self, state: ServiceState) -> None:
        super().__init__(state.reason)
        self.state = state


class Pace:
    """Releases calls one by one. Used from several threads at once.

    `tell` is given every wait before it begins: its seconds, and the throttle's reason, if any.

    A late caller waits longer but never loses its turn, at any rate and any lateness. A try that
    takes `room` slots, s seconds apart, may start (room - 1) s late, and each missed try doubles
    the room. If a caller is at most L late, a try is missed only if room < 1 + L / s, so at most k
    = ceil(log2(1 + L / s)) tries are missed, none without lateness. The last of them had 2^(k - 1)
    slots, so all k + 1 take 2^(k + 1) - 1 < 4 L / s + 3: others wait at most 4 L + 3 s.
    """

    def __init__(
        self,
        throttle: Throttle,
        policy: Policy,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        tell: Callable[[float, str | None], None] = lambda _seconds, _reason: None,
    ) -> None:
        self._throttle = throttle
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._tell = tell
        self._look_s = 0.0

    def turn(self) -> Slot:
        """Return when the call may start: not before its slot, and shortly after it at most.

        Slots are taken in advance, so that writing the ledger delays no call. A missed slot is
        lost: a late call would be too close to the next one. A caller that misses its slot takes
        more slots, so that a slow machine makes progress too, at a lower rate.

        Raises `TooLongError` if the service or the breaker require more than the longest wait.
        """
        deadline = self._clock() + self._policy.longest_wait_s
        missed = 0
        while True:
            room = 1 << missed
            slot = self._throttle.take(max(0.0, deadline - self._clock()), room)
            if slot is None:
                self._wait_until_open(deadline)
                continue
            if not self._is_usable(slot):
                continue
            self._sleep_until(slot.at)
            late = self._policy.lateness_s + (room - 1) * self._policy.spacing_s
            if self._clock() - slot.at <= late:
                return slot
            if slot.probes(self._policy):
                self._throttle.give_up_probe(slot)
            missed += 1

    def _wait_until_open(self, deadline: float) -> None:
        """Sleep briefly while no call is allowed, or raise."""
        state = self._throttle.state()
        if state.wait_s > max(0.0, deadline - self._clock()):
            raise TooLongError(state)
        if state.wait_s > 0:
            self._tell(state.wait_s, state.reason)
            self._sleep(min(state.wait_s, _LOOK_AGAIN_S))

    def _is_usable(self, slot: Slot) -> bool:
        """Sleep until shortly before the slot; return whether it may still be used."""
        before = _BEFORE_S + 2 * self._look_s
        if slot.probes(self._policy) or slot.at - self._clock() <= before:
            return True  # the row was just read
        if (wait := slot.at - self._clock()) >= _LONG_S:
            state = self._throttle.state()
            self._tell(wait, state.reason if state.wait_s > 0 else None)
        self._sleep_until(slot.at - before)
        began = self._clock()
        state = self._throttle.state()
        self._look_s = self._clock() - began
        broken = state.failures >= self._policy.breaker_failures
        return not broken and state.open_until <= slot.row_at + _SAME_S

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._clock()) > 0:
            self._sleep(left)
