"""Telling people of a long wait, once, before it begins. Its length is decided elsewhere."""

import logging
from collections.abc import Callable
from typing import Final

from photo_assets.service_calls.policy import Policy
from photo_assets.service_calls.throttle import LIMIT

_LONG_WAIT_S: Final = 2.0
_LONG_TURN_S: Final = 10.0  # many threads at a low rate always wait for seconds
_SAME_WAIT_S: Final = 5.0
_THEN: Final = " The run then continues by itself; if you end it, a later one continues it."

_LOG = logging.getLogger(__name__)


class WaitLog:
    """The long waits of one caller, as warnings. `clock`: seconds."""

    def __init__(self, service: str, policy: Policy, clock: Callable[[], float]) -> None:
        self.why = ""
        """What the service said last, without secrets."""
        self._service = service
        self._policy = policy
        self._clock = clock
        self._told_until = 0.0

    def turn(self, seconds: float, reason: str | None) -> None:
        """Tell of a wait for the next call, with the throttle's reason, if there is one."""
        if reason is None:
            what = "is called as often as its limit allows; the next call is in"
            self._tell(seconds, what, least=_LONG_TURN_S)
        elif reason == LIMIT:
            self._tell(seconds, "requests a wait of")
        else:
            self._tell(seconds, "is unavailable; no calls for")

    def repeat(self, seconds: float) -> None:
        """Tell of a wait before a call is repeated."""
        self._tell(seconds, "did not answer as expected; it is asked again in")

    def _tell(self, seconds: float, what: str, *, least: float = _LONG_WAIT_S) -> None:
        until = self._clock() + seconds
        if seconds < least or until <= self._told_until:
            return
        self._told_until = until + _SAME_WAIT_S
        said = f" ({self.why})" if self.why else ""
        # Where the wait is too long for the run, its error says what to do.
        then = _THEN if seconds <= self._policy.longest_wait_s else ""
        _LOG.warning("%s %s %.0f s%s.%s", self._service, what, seconds, said, then)
