"""Waiting for one's turn: from a slot in the ledger to the moment at which the call goes out."""

from collections.abc import Callable
from typing import Final

from photo_assets.service_calls.policy import Policy
from photo_assets.service_calls.throttle import Slot, Standing, Throttle

_LOOK_AGAIN_S: Final = 1.0  # while the breaker is open: a probe may close it at any moment
_BEFORE_S: Final = 0.025  # a look at the row is begun so long before the slot, and as it takes
_SAME_S: Final = 0.001


class TooLongError(Exception):
    """Nobody may call for longer than this caller may be kept."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.reason)
        self.standing = standing


class Pace:
    """Lets calls out one by one. Used from several threads at once.

    Being late costs a wait and never the turn, at every rate and for every lateness. A try that
    takes `room` slots, s seconds apart, may go out (room - 1) s late, and each missed try doubles
    the room. Of a caller that is at most L late a try is missed only where room < 1 + L / s, so
    k = ceil(log2(1 + L / s)) tries at most are missed, none without lateness. The last of them had
    2^(k - 1) slots, so all k + 1 take 2^(k + 1) - 1 < 4 L / s + 3: others wait 4 L + 3 s at most.
    """

    def __init__(
        self,
        throttle: Throttle,
        policy: Policy,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._throttle = throttle
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._look_s = 0.0

    def turn(self) -> Slot:
        """Return when the call may go out: not before its slot, and hardly after it.

        Slots are taken ahead, so that the ledger's disk costs no call. One that is missed is lost:
        a call made late would come too close to the next. Who misses one takes more room, so that
        a machine that is never punctual continues too, only slower.

        Raises `TooLongError` when the service or the breaker ask for more than the longest wait.
        """
        deadline = self._clock() + self._policy.longest_wait_s
        missed = 0
        while True:
            room = 1 << missed
            slot = self._throttle.take(max(0.0, deadline - self._clock()), room)
            if slot is None:
                self._stand_by(deadline)
                continue
            if not self._stands(slot):
                continue
            self._sleep_until(slot.at)
            late = self._policy.lateness_s + (room - 1) * self._policy.spacing_s
            if self._clock() - slot.at <= late:
                return slot
            if slot.probes(self._policy):
                self._throttle.give_up_probe(slot)
            missed += 1

    def _stand_by(self, deadline: float) -> None:
        """Sleep a little while nobody may call, or raise."""
        standing = self._throttle.standing()
        if standing.wait_s > max(0.0, deadline - self._clock()):
            raise TooLongError(standing)
        if standing.wait_s > 0:
            self._sleep(min(standing.wait_s, _LOOK_AGAIN_S))

    def _stands(self, slot: Slot) -> bool:
        """Sleep until shortly before the slot; return whether it still may be used."""
        before = _BEFORE_S + 2 * self._look_s
        if slot.probes(self._policy) or slot.at - self._clock() <= before:
            return True  # the row was read just now
        self._sleep_until(slot.at - before)
        began = self._clock()
        standing = self._throttle.standing()
        self._look_s = self._clock() - began
        broken = standing.failures >= self._policy.breaker_failures
        return not broken and standing.open_until <= slot.row_at + _SAME_S

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._clock()) > 0:
            self._sleep(left)
