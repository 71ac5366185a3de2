"""Waits as seen at the terminal: they are logged, and Ctrl-C ends them."""

import logging
import threading
import time
from pathlib import Path

import pytest

from photo_assets.ledger import Ledger
from photo_assets.service_calls import RateLimitedCaller, ServiceError, StoppedError
from photo_assets.service_calls.faults import Fault
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


def _told_of(ledger: Ledger, clock: Clock, **changed: float) -> RateLimitedCaller:
    """Return a caller as a second process makes one: it was not told of the wait itself."""
    return caller(ledger, clock, policy(breaker_failures=2, breaker_open_s=30.0, **changed))


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([limited(90.0)], "notion requests a wait of 90 s. The run then continues by itself;"),
        ([TRANSIENT] * 2, "notion is unavailable; no calls for 30 s. The run then continues"),
    ],
)
def test_a_wait_that_another_process_was_told_of_is_logged_before_it_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, script: list[Fault], words: str
) -> None:
    clock, ledger = Clock(), sqlite_ledger(tmp_path)
    for fault in script:
        other = caller(ledger, clock, policy(breaker_failures=2, breaker_open_s=30.0, tries=1))
        with pytest.raises(ServiceError):
            other.call("read", Service(clock, fault), classify=classify, repeatable=True)
    caplog.clear()
    caplog.set_level(logging.WARNING, "photo_assets")
    one, began = _told_of(ledger, clock), clock()
    at: list[float] = []

    def note(_record: logging.LogRecord) -> bool:
        at.append(clock())
        return True

    caplog.handler.addFilter(note)
    one.call("read", Service(clock), classify=classify, repeatable=True)
    assert [record.getMessage().startswith(words) for record in caplog.records] == [True]
    assert at[0] - began < 2.0 < clock() - began


def test_a_wait_that_is_too_long_for_the_run_is_not_said_to_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    clock = Clock()
    one = caller(sqlite_ledger(tmp_path), clock, policy(longest_wait_s=60.0))
    with pytest.raises(ServiceError):
        one.call("read", Service(clock, limited(90.0)), classify=classify, repeatable=True)
    (record,) = caplog.records
    assert "continues" not in record.getMessage()


def test_a_long_wait_before_a_repeat_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    clock = Clock()
    one = caller(sqlite_ledger(tmp_path), clock, policy(backoff_s=(10.0, 10.0)))
    one.call("read", Service(clock, TRANSIENT), classify=classify, repeatable=True)
    (record,) = caplog.records
    assert "notion did not answer as expected; it is asked again in" in record.getMessage()


def test_a_long_wait_for_the_rate_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    clock, ledger = Clock(), sqlite_ledger(tmp_path)
    for _ in range(2):
        one = caller(ledger, clock, policy(requests_per_second=0.05))
        one.call("read", Service(clock), classify=classify, repeatable=True)
    (record,) = caplog.records
    assert (
        "notion is called as often as its limit allows; the next call is in" in record.getMessage()
    )
