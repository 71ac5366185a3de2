"""The bodies of the processes of `test_processes`. Each process opens the ledger itself."""

import os
import signal
import threading
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from typing import NamedTuple

from photo_assets.ledger import open_ledger
from photo_assets.service_calls import Fault, FaultKind, Policy, RateLimitedCaller
from photo_assets.service_calls.throttle import Slot, Throttle
from photo_assets_tests.time_limit import PATIENCE_S

RULES = Policy(requests_per_second=10.0, timeout_s=60.0, longest_wait_s=600.0, breaker_failures=4)

SLOW = Policy(requests_per_second=0.2, timeout_s=60.0, longest_wait_s=600.0)


class Taken(NamedTuple):
    """Process `who` took `room` slots from `at` on."""

    who: int
    at: float
    room: int


class Sent(NamedTuple):
    """A call of process `who` started."""

    who: int
    at: float


class OutageError(Exception):
    """The service does not work."""


def out(_: Exception) -> Fault:
    return Fault(FaultKind.TRANSIENT, "out", 503)


def hammer(url: str, number: int, start: Barrier, calls: int, said: "Queue[Sent | Taken]") -> None:
    """Make `calls` calls from four threads; print the slots and the start times of the calls."""
    caller = RateLimitedCaller(open_ledger(url), "counter", RULES)
    left = threading.Semaphore(calls)
    record_slots(caller, number, said)

    def send() -> None:
        said.put(Sent(number, time.time()))

    def one() -> None:
        while left.acquire(blocking=False):
            caller.call("count", send, classify=out, repeatable=False)

    threads = [threading.Thread(target=one) for _ in range(4)]
    start.wait(PATIENCE_S)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def record_slots(caller: RateLimitedCaller, number: int, said: "Queue[Sent | Taken]") -> None:
    real: Throttle = caller._throttle
    take = real.take

    def recorded(longest_wait_s: float, slots: int = 1) -> Slot | None:
        slot = take(longest_wait_s, slots)
        if slot is not None:
            said.put(Taken(number, slot.row_at, slots))
        return slot

    real.take = recorded  # type: ignore[method-assign]


def takes(url: str, number: int, start: Barrier, slots: int, said: "Queue[Taken]") -> None:
    """Take slots of a slow service as fast as the ledger allows."""
    throttle = Throttle(open_ledger(url), "counter", SLOW, time.time)
    start.wait(PATIENCE_S)
    for _ in range(slots):
        slot = throttle.take(0.0)
        assert slot is not None
        said.put(Taken(number, slot.row_at, 1))


def dies_with_a_slot(url: str, holds: Event) -> None:
    """Take a slot and be killed before the call starts."""
    throttle = Throttle(open_ledger(url), "counter", RULES, time.time)
    assert throttle.take(600.0) is not None
    holds.set()
    os.kill(os.getpid(), signal.SIGKILL)


def fails(url: str, number: int, failures: int, said: "Queue[int]") -> None:
    """Call a service that is out, `failures` times."""
    rules = Policy(1000.0, 60.0, 600.0, tries=1, breaker_failures=4, breaker_open_s=3000.0)
    caller = RateLimitedCaller(open_ledger(url), "counter", rules)

    def send() -> None:
        raise OutageError

    for _ in range(failures):
        try:
            caller.call("count", send, classify=out, repeatable=True)
        except Exception as error:
            assert type(error).__name__ == "ExhaustedServiceError", error
    said.put(number)


def is_limited(url: str, wait_s: float, said: "Queue[int]") -> None:
    """Call a service that requests a wait of this length."""
    caller = RateLimitedCaller(open_ledger(url), "counter", RULES)
    fault = Fault(FaultKind.TRANSIENT, "slower", 429, retry_after_s=wait_s, limited=True)

    def send() -> None:
        raise OutageError

    try:
        caller.call("count", send, classify=lambda _: fault, repeatable=True)
    except Exception as error:
        assert type(error).__name__ == "BusyServiceError", error
    said.put(0)
