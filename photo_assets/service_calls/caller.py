"""Call a service within its rate limit, with a bounded number of safe retries."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt

from photo_assets.configuration.redaction import redact
from photo_assets.ledger import Ledger
from photo_assets.model.errors import PhotoAssetsError, StorageError
from photo_assets.model.wording import counted
from photo_assets.service_calls.errors import (
    AmbiguousServiceError,
    BusyServiceError,
    ExhaustedServiceError,
    MalformedReplyError,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.service_calls.faults import Fault, FaultKind
from photo_assets.service_calls.http import classify_http
from photo_assets.service_calls.pace import Pace, TooLongError
from photo_assets.service_calls.policy import Policy
from photo_assets.service_calls.statistics import CallStatistics, Tally
from photo_assets.service_calls.throttle import LIMIT, Slot, Throttle
from photo_assets.service_calls.wait_log import WaitLog

_LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Try(Generic[T]):
    """The result of one try: a reply, or a fault. `pushed`: the wait given to all callers."""

    answers: tuple[T, ...] = ()
    fault: Fault | None = None
    again: bool = False
    pushed: float | None = None


class RateLimitedCaller:
    """A rate-limited caller of one service, shared by all threads of a run.

    The rate, requested waits and the state of the breaker are stored in the ledger, so they apply
    to all processes that use the same `ledger` and `service`. `secrets` are removed from messages.
    `clock` (s since 1970), `sleep` and `chance` are for tests.
    """

    def __init__(
        self,
        ledger: Ledger,
        service: str,
        policy: Policy,
        *,
        secrets: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.service = service
        self.policy = policy
        self._secrets = tuple(secrets)
        self._clock = clock
        self._stopped = threading.Event()
        self._waits = WaitLog(service, policy, clock)
        self._sleep = sleep or self._wait_or_stop
        self._chance = chance or random.Random()  # noqa: S311
        self._throttle = Throttle(ledger, service, policy, clock)
        self._pace = Pace(self._throttle, policy, clock, self._sleep, self._waits.turn)
        self._tally = Tally(clock)
        self._counted = (
            False  # whether a failure was counted since this object last recorded a success
        )

    @property
    def statistics(self) -> CallStatistics:
        """The statistics of the calls so far."""
        return self._tally.statistics

    def stop(self) -> None:
        """Make all current and future waiting calls raise `StoppedError`."""
        self._stopped.set()

    def call(
        self,
        what: str,
        send: Callable[[], T],
        *,
        classify: Callable[[Exception], Fault],
        repeatable: bool,
    ) -> T:
        """Return the result of `send`, called in its slot and repeated if that is safe.

        `what` names the call in messages. `send` makes one request and raises if it fails;
        `classify` classifies that error, except for `MalformedReplyError`, which is always
        ambiguous. `repeatable`: the call is idempotent. Errors of this program (`PhotoAssetsError`)
        are raised unchanged.

        Raises `PermanentServiceError`; `AmbiguousServiceError` if the outcome of a call that is not
        repeatable is unknown; `ExhaustedServiceError` after the last try; `BusyServiceError` if the
        requested wait is too long or this run has no calls left; `StoppedError` after `stop`.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self.policy.tries),
            wait=self._wait,
            retry=retry_if_result(lambda tried: tried.again),
            sleep=self._sleep_before_repeat,
            before_sleep=lambda state: self._log_repeat(what, state),
            retry_error_callback=_last_try,
        )
        tries = 0

        def attempt() -> _Try[T]:
            nonlocal tries
            tries += 1
            return self._try(what, send, classify, repeatable, tries)

        tried: _Try[T] = retrying(attempt)
        if tried.fault is not None:
            raise self._final_error(what, tried)
        return tried.answers[0]

    def _wait_or_stop(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise StoppedError(f"{self.service}: stopped before the call was made")

    def _sleep_before_repeat(self, seconds: float) -> None:
        self._waits.repeat(seconds)
        with self._tally.waiting_for_repeat():
            self._sleep(seconds)

    def _try(
        self,
        what: str,
        send: Callable[[], T],
        classify: Callable[[Exception], Fault],
        repeatable: bool,
        number: int,
    ) -> _Try[T]:
        slot = self._turn(what)
        try:
            answer = send()
        except PhotoAssetsError:
            raise
        except Exception as error:
            fault = self._fault(error, classify)
        else:
            self._record_success(slot)
            return _Try((answer,))
        pushed = self._record(fault, slot, number)
        safe = fault.kind is FaultKind.TRANSIENT or (
            fault.kind is FaultKind.AMBIGUOUS and repeatable
        )
        return _Try(fault=fault, again=safe, pushed=pushed)

    def _turn(self, what: str) -> Slot:
        if not self._tally.take_call(self.policy.calls_limit):
            fault = Fault(
                FaultKind.TRANSIENT,
                f"this run has reached its limit of {counted(self.policy.calls_limit, 'call')}",
            )
            raise self._busy(what, fault, self._clock(), budget=True)
        try:
            with self._tally.waiting_for_turn():
                return self._pace.turn()
        except TooLongError as error:
            wait, reason = error.state.wait_s, error.state.reason
        except BaseException:
            self._tally.uncount_call()
            raise
        self._tally.uncount_call()
        why = "the service requests a wait" if reason == LIMIT else "the service is unavailable"
        raise self._busy(
            what,
            Fault(FaultKind.TRANSIENT, why, retry_after_s=wait, limited=reason == LIMIT),
            self._clock() + wait,
        )

    def _fault(self, error: Exception, classify: Callable[[Exception], Fault]) -> Fault:
        malformed = classify_http(error) if isinstance(error, MalformedReplyError) else None
        fault = malformed or classify(error)
        return replace(fault, message=redact(fault.message, self._secrets))

    def _record(self, fault: Fault, slot: Slot, number: int) -> float | None:
        """Record the fault for all processes; return the wait given to them, seconds, if any."""
        self._tally.failed(fault)
        self._waits.why = fault.message.rstrip(".")
        wait = fault.retry_after_s
        if wait is None and fault.limited:
            wait = self.policy.backoff(number, self._chance)
        if fault.kind is FaultKind.PERMANENT:
            self._record_success(slot)
            if wait is None:
                return None
        # A rate limit is not an outage: the service responded.
        counts = fault.kind is not FaultKind.PERMANENT and not fault.limited
        with _ignoring_ledger_errors():
            self._throttle.failed(counts=counts, wait_s=wait)
            self._counted = self._counted or counts
            state = self._throttle.state()
            self._waits.turn(state.wait_s, state.reason)
        return wait

    def _record_success(self, slot: Slot) -> None:
        """Close the breaker if failures were counted when the slot was taken.

        Slots are taken in advance: with many threads, most slots date from before the last
        failures, but a success ends a series of failures all the same.
        """
        with _ignoring_ledger_errors():
            if slot.failures:
                self._throttle.succeeded()
            elif self._counted:
                self._throttle.reset_failures()
            else:
                return
            self._counted = False

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next try; 0 if the wait applies to all callers already."""
        tried = _last_try(state)
        return (
            0.0
            if tried.pushed is not None
            else self.policy.backoff(state.attempt_number, self._chance)
        )

    def _log_repeat(self, what: str, state: RetryCallState) -> None:
        tried = _last_try(state)
        wait = state.next_action.sleep if state.next_action else 0.0
        self._tally.repeats()
        fault = tried.fault
        assert fault is not None
        _LOG.info(
            "repeat service=%s call=%r try=%d kind=%s status=%s code=%s wait_s=%.2f why=%r",
            self.service,
            redact(what, self._secrets),
            state.attempt_number + 1,
            fault.kind,
            fault.status,
            fault.code,
            tried.pushed or wait,
            fault.message,
        )

    def _final_error(self, what: str, tried: _Try[T]) -> ServiceError:
        fault = tried.fault
        assert fault is not None
        if tried.again and fault.limited and tried.pushed is not None:
            return self._busy(what, fault, self._clock() + tried.pushed)
        kind: type[ServiceError] = ExhaustedServiceError
        if not tried.again:
            permanent = fault.kind is FaultKind.PERMANENT
            kind = PermanentServiceError if permanent else AmbiguousServiceError
        return kind(self.service, fault, what=redact(what, self._secrets))

    def _busy(
        self, what: str, fault: Fault, until: float, *, budget: bool = False
    ) -> BusyServiceError:
        return BusyServiceError(
            self.service,
            fault,
            until=datetime.fromtimestamp(until, UTC),
            what=redact(what, self._secrets),
            budget=budget,
        )


@contextmanager
def _ignoring_ledger_errors() -> Iterator[None]:
    """Keep the outcome of a call if the ledger fails; the next slot reports the failure."""
    try:
        yield
    except StorageError as error:
        _LOG.warning("the outcome of a call was not recorded: %s", redact(str(error)))


def _last_try(state: RetryCallState) -> _Try[Any]:
    assert state.outcome is not None
    tried: _Try[Any] = state.outcome.result()
    return tried
