"""Waits as seen at the terminal: they are logged, and Ctrl-C ends them."""

import logging
import threading
import time
from pathlib import Path

import pytest

from photo_assets.service_calls import RateLimitedCaller, ServiceError, StoppedError
from photo_assets_tests.service_calls.simulation import Simulation
from photo_assets_tests.service_calls.world import (
    START,
    TRANSIENT,
    Clock,
    Service,
    ServiceSaysError,
    caller,
    classify,
    limited,
    policy,
    sqlite_ledger,
)
from photo_assets_tests.time_limit import PATIENCE_S


def test_waiting_callers_are_released(tmp_path: Path) -> None:
    """An interrupted run used to wait until every thread had had its turn."""
    slow = RateLimitedCaller(sqlite_ledger(tmp_path), "notion", policy(requests_per_second=0.01))
    slow.call("read", lambda: "done", classify=classify, repeatable=True)
    ends: list[BaseException] = []

    def wait() -> None:
        try:
            slow.call("read", lambda: "done", classify=classify, repeatable=True)
        except StoppedError as error:
            ends.append(error)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    slow.stop()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(ends) == len(threads)
    assert slow.statistics.calls == 1


def test_waits_of_many_threads_at_once_are_no_longer_than_the_run(tmp_path: Path) -> None:
    """Summed over threads, a run of three minutes had waited for twelve."""
    world, faults = Simulation(), iter([TRANSIENT] * 8)
    rules = policy(requests_per_second=2.0, breaker_failures=99)
    busy = RateLimitedCaller(
        sqlite_ledger(tmp_path), "notion", rules, clock=world.clock, sleep=world.sleep
    )

    def send() -> None:
        if (fault := next(faults, None)) is not None:
            raise ServiceSaysError(fault)

    def one() -> None:
        for _ in range(5):
            busy.call("read", send, classify=classify, repeatable=True)

    world.run([one] * 4)
    lasted, spent = world.now - START, busy.statistics
    assert (spent.calls, spent.repeated) == (28, 8)
    assert 0.8 * lasted <= spent.waited_for_limit_s <= lasted
    assert 0 < spent.waited_for_repeat_s <= lasted


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([limited(90.0)], "notion requests a wait of 90 s ("),
        ([TRANSIENT] * 2, "notion is unavailable; no calls for 30 s ("),
    ],
)
def test_a_long_wait_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, script: list[None], words: str
) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    clock = Clock()
    rules = policy(breaker_failures=2, breaker_open_s=30.0)
    one = caller(sqlite_ledger(tmp_path), clock, rules)
    one.call("read", Service(clock, *script), classify=classify, repeatable=True)
    assert [record.getMessage().startswith(words) for record in caplog.records] == [True]


def test_a_short_wait_is_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    clock = Clock()
    one = caller(sqlite_ledger(tmp_path), clock, policy(tries=1))
    with pytest.raises(ServiceError):
        one.call("read", Service(clock, TRANSIENT), classify=classify, repeatable=True)
    assert not caplog.records
