"""The breaker from the callers' view: what opens it, how callers wait, what closes it."""

from pathlib import Path

import pytest

from photo_assets.ledger import Ledger
from photo_assets.service_calls import BusyServiceError, Fault, Policy, ServiceError
from photo_assets.service_calls.throttle import BREAKER, ServiceState, Throttle
from photo_assets_tests.service_calls.world import (
    AMBIGUOUS,
    PERMANENT,
    TRANSIENT,
    Clock,
    Service,
    caller,
    classify,
    limited,
    policy,
    sqlite_ledger,
)

RULES = policy(requests_per_second=100.0, tries=1, breaker_failures=3, breaker_open_s=30.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return sqlite_ledger(tmp_path)


def calls(ledger: Ledger, clock: Clock, *script: Fault | None, rules: Policy = RULES) -> Service:
    """Make one call per entry of the script, ignoring the outcome."""
    service = Service(clock, *script)
    for _ in script:
        try:
            caller(ledger, clock, rules).call("read", service, classify=classify, repeatable=True)
        except ServiceError:
            continue
    return service


def state(ledger: Ledger, clock: Clock) -> ServiceState:
    return Throttle(ledger, "notion", RULES, clock).state()


@pytest.mark.parametrize(
    "script",
    [
        (TRANSIENT, AMBIGUOUS, None, AMBIGUOUS, TRANSIENT),
        (TRANSIENT, AMBIGUOUS, PERMANENT, AMBIGUOUS, TRANSIENT),  # it responds, so it works
        (PERMANENT,) * 6,
        (limited(0.1),) * 6,
    ],
)
def test_what_does_not_open_it(ledger: Ledger, script: tuple[Fault | None, ...]) -> None:
    clock = Clock()
    calls(ledger, clock, *script)
    assert state(ledger, clock).failures < RULES.breaker_failures
    assert state(ledger, clock).reason != BREAKER


def test_failures_in_a_row_open_it_and_a_call_waits_for_its_chance(ledger: Ledger) -> None:
    clock = Clock()
    service = calls(ledger, clock, TRANSIENT, AMBIGUOUS, TRANSIENT, None, None)
    assert service.called[3] >= service.called[2] + 30
    assert service.called[4] <= service.called[3] + 1  # closed
    assert state(ledger, clock).reason is None


def test_a_refusal_closes_the_breaker(ledger: Ledger) -> None:
    clock = Clock()
    service = calls(ledger, clock, TRANSIENT, TRANSIENT, TRANSIENT, PERMANENT, None)
    assert service.called[4] <= service.called[3] + 1


def test_a_caller_with_a_short_limit_is_released(ledger: Ledger) -> None:
    clock, rules = Clock(), policy(tries=9, breaker_failures=3, longest_wait_s=20.0)
    service = Service(clock, *[TRANSIENT] * 9)
    with pytest.raises(BusyServiceError, match="is unavailable") as raised:
        caller(ledger, clock, rules).call("read", service, classify=classify, repeatable=True)
    assert len(service.called) == 3
    assert 20 < raised.value.until.timestamp() - clock.now <= 30


def test_a_wait_stated_with_an_outage_holds_for_everyone(ledger: Ledger) -> None:
    """Retry-After is not only for limits: a 503 may contain it."""
    clock = Clock()
    out = Fault(AMBIGUOUS.kind, "out", 503, retry_after_s=40.0)
    service = calls(ledger, clock, out, None)
    assert service.called[1] >= service.called[0] + 40


def test_a_wait_stated_with_a_refusal_holds_as_well(ledger: Ledger) -> None:
    clock = Clock()
    refused = Fault(PERMANENT.kind, "forbidden for now", 403, retry_after_s=40.0)
    service = calls(ledger, clock, refused, None)
    assert service.called[1] >= service.called[0] + 40


def around(ledger: Ledger, clock: Clock, failures: int) -> None:
    """Make a call that succeeds, during which others fail: its slot is from before they did."""
    polite = caller(ledger, clock, RULES)

    def send() -> str:
        service = Service(clock, *[TRANSIENT] * failures)
        for _ in range(failures):
            with pytest.raises(ServiceError):
                polite.call("read", service, classify=classify, repeatable=True)
        return "done"

    polite.call("read", send, classify=classify, repeatable=True)


def test_a_success_ends_a_row_of_failures_although_its_slot_is_older(ledger: Ledger) -> None:
    """Thirty threads at twenty percent faults opened it: each success had a slot from before."""
    clock = Clock()
    around(ledger, clock, 2)
    assert state(ledger, clock).failures == 0
    around(ledger, clock, 2)
    assert state(ledger, clock).reason != BREAKER


def test_a_success_from_before_it_opened_does_not_close_it(ledger: Ledger) -> None:
    clock = Clock()
    around(ledger, clock, 3)
    assert state(ledger, clock).failures == 3
    assert state(ledger, clock).reason == BREAKER
