"""The handling of one call: repeated, failed or postponed. Only sleeping advances the clock."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from photo_assets.ledger import Ledger
from photo_assets.model.errors import StorageError
from photo_assets.service_calls import (
    AmbiguousServiceError,
    BusyServiceError,
    ExhaustedServiceError,
    Fault,
    FaultKind,
    MalformedReplyError,
    PermanentServiceError,
)
from photo_assets.service_calls.throttle import Throttle
from photo_assets_tests.service_calls.world import (
    AMBIGUOUS,
    PERMANENT,
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


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return sqlite_ledger(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_reply_is_returned_and_counted(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock)
    assert polite.call("read", service, classify=classify, repeatable=True) == "done"
    assert polite.statistics.calls == 1
    assert not polite.statistics.faults


@pytest.mark.parametrize("repeatable", [True, False])
def test_calls_without_an_effect_are_repeated(
    ledger: Ledger, clock: Clock, repeatable: bool
) -> None:
    polite, service = caller(ledger, clock), Service(clock, TRANSIENT, TRANSIENT)
    assert polite.call("write", service, classify=classify, repeatable=repeatable) == "done"
    statistics = polite.statistics
    assert (statistics.calls, statistics.repeated) == (3, 2)
    assert statistics.faults == {"transient 409": 2}
    assert statistics.waited_for_repeat_s > 0
    first, second = service.called[1] - service.called[0], service.called[2] - service.called[1]
    assert first >= 0.5  # the rate, and half of the first backoff at least
    assert second >= 0.5


def test_ambiguous_calls_are_repeated_if_repeatable(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock, AMBIGUOUS)
    assert polite.call("upsert", service, classify=classify, repeatable=True) == "done"
    assert len(service.called) == 2


def test_ambiguous_calls_are_not_repeated_otherwise(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock, AMBIGUOUS)
    with pytest.raises(AmbiguousServiceError, match=r"notion \(create\): gateway") as raised:
        polite.call("create", service, classify=classify, repeatable=False)
    assert len(service.called) == 1
    assert raised.value.fault == AMBIGUOUS
    assert raised.value.service == "notion"


def test_permanent_failures_are_not_repeated(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock, PERMANENT)
    with pytest.raises(PermanentServiceError, match="no such page"):
        polite.call("read", service, classify=classify, repeatable=True)
    assert len(service.called) == 1


@pytest.mark.parametrize("fault", [TRANSIENT, AMBIGUOUS])
def test_tries_end(ledger: Ledger, clock: Clock, fault: Fault) -> None:
    polite, service = caller(ledger, clock, policy(tries=3)), Service(clock, *[fault] * 9)
    with pytest.raises(ExhaustedServiceError):
        polite.call("read", service, classify=classify, repeatable=True)
    assert len(service.called) == 3
    assert polite.statistics.repeated == 2


def test_an_unreadable_reply_is_ambiguous(ledger: Ledger, clock: Clock) -> None:
    def send() -> str:
        raise MalformedReplyError("a page of HTML")

    with pytest.raises(AmbiguousServiceError, match="a page of HTML"):
        caller(ledger, clock).call("create", send, classify=classify, repeatable=False)


def test_errors_of_this_program_are_not_the_services(ledger: Ledger, clock: Clock) -> None:
    def send() -> str:
        raise StorageError("disk full")

    polite = caller(ledger, clock)
    with pytest.raises(StorageError, match="disk full"):
        polite.call("read", send, classify=classify, repeatable=True)
    assert polite.statistics.calls == 1


def test_a_stated_wait_is_kept_in_full(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock, limited(90))
    polite.call("read", service, classify=classify, repeatable=False)
    assert service.called[1] - service.called[0] >= 90
    assert polite.statistics.waited_for_limit_s >= 90
    assert polite.statistics.waited_for_repeat_s == 0


def test_a_wait_that_is_too_long_frees_the_caller(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock), Service(clock, limited(3600))
    with pytest.raises(BusyServiceError) as raised:
        polite.call("read", service, classify=classify, repeatable=False)
    assert len(service.called) == 1
    assert not raised.value.budget
    assert raised.value.until.tzinfo is UTC
    assert abs(raised.value.until.timestamp() - (START + 3600)) < 1
    assert polite.statistics.calls == 1
    clock.now = raised.value.until.timestamp()
    assert polite.call("read", service, classify=classify, repeatable=False) == "done"


def test_a_limit_on_every_try_postpones_the_call(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock, policy(tries=2)), Service(clock, *[limited(7)] * 2)
    with pytest.raises(BusyServiceError) as raised:
        polite.call("read", service, classify=classify, repeatable=False)
    assert abs(raised.value.until.timestamp() - (clock.now + 7)) < 1


def test_a_limit_that_states_no_wait_is_waited_for_longer_each_time(
    ledger: Ledger, clock: Clock
) -> None:
    polite = caller(ledger, clock, policy(requests_per_second=1000.0))
    service = Service(clock, *[limited(None)] * 5)
    polite.call("read", service, classify=classify, repeatable=False)
    gaps = [b - a for a, b in zip(service.called, service.called[1:], strict=False)]
    for number, gap in enumerate(gaps):
        assert 0.25 * 2**number <= gap <= 0.5 * 2**number + 0.02


def test_a_run_has_a_limit_of_calls(ledger: Ledger, clock: Clock) -> None:
    polite, service = caller(ledger, clock, policy(calls_limit=2)), Service(clock, TRANSIENT)
    polite.call("read", service, classify=classify, repeatable=True)
    with pytest.raises(
        BusyServiceError, match="this run has reached its limit of 2 calls"
    ) as raised:
        polite.call("read", service, classify=classify, repeatable=True)
    assert raised.value.budget
    assert raised.value.until == datetime.fromtimestamp(clock.now, UTC)
    assert len(service.called) == 2


def test_a_repeat_is_logged_in_one_line_without_secrets(
    ledger: Ledger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    fault = Fault(FaultKind.TRANSIENT, "hunter2 is not\nwelcome, Bearer abcdefgh12345", 409)
    polite = caller(ledger, clock, secrets=["hunter2"])
    with caplog.at_level(logging.INFO, logger="photo_assets"):
        polite.call("read hunter2", Service(clock, fault), classify=classify, repeatable=True)
    (record,) = caplog.records
    line = record.getMessage()
    assert "\n" not in line
    assert "hunter2" not in line
    assert "abcdefgh12345" not in line
    assert "service=notion" in line
    assert "try=2 kind=transient status=409" in line


def test_an_error_carries_no_secret_and_not_the_clients_own_error(
    ledger: Ledger, clock: Clock
) -> None:
    """The client's error may show a header with the token, and tracebacks show chained errors."""
    fault = Fault(FaultKind.PERMANENT, "Illegal header value b'Bearer hunter2'", None)
    polite = caller(ledger, clock, secrets=["hunter2"])
    with pytest.raises(PermanentServiceError) as raised:
        polite.call("read hunter2", Service(clock, fault), classify=classify, repeatable=True)
    assert "hunter2" not in str(raised.value)
    assert "hunter2" not in raised.value.fault.message
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests_per_second": 0.0},
        {"timeout_s": 0.0},
        {"longest_wait_s": -1.0},
        {"tries": 0},
        {"breaker_failures": 0},
        {"calls_limit": -1},
    ],
)
def test_invalid_numbers_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Policy"):
        policy(**wrong)


def test_an_unclassified_error_is_raised(ledger: Ledger, clock: Clock) -> None:
    """An error of our own code is not a fault of the service."""

    def lets_out(error: Exception) -> Fault:
        raise error

    def send() -> str:
        raise KeyError("a bug")

    out: Callable[[Exception], Fault] = lets_out
    with pytest.raises(KeyError, match="a bug"):
        caller(ledger, clock).call("read", send, classify=out, repeatable=True)


@pytest.mark.parametrize("fails", [False, True])
def test_a_ledger_error_does_not_hide_the_outcome_of_a_call(
    ledger: Ledger, clock: Clock, fails: bool
) -> None:
    """A successful create must not be reported as failed, nor an ambiguous one."""
    Throttle(ledger, "notion", policy(), clock).take(1.0)
    Throttle(ledger, "notion", policy(), clock).failed(counts=True, wait_s=None)

    def send() -> str:
        with ledger.writing() as connection:
            connection.execute(text("ALTER TABLE api_throttles RENAME TO gone"))
        if fails:
            raise ServiceSaysError(AMBIGUOUS)
        return "done"

    polite = caller(ledger, clock)
    if fails:
        with pytest.raises(AmbiguousServiceError):
            polite.call("create", send, classify=classify, repeatable=False)
    else:
        assert polite.call("create", send, classify=classify, repeatable=False) == "done"
    with pytest.raises(StorageError):
        polite.call("create", send, classify=classify, repeatable=False)
