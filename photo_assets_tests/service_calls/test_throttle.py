"""The row in the ledger, on both databases: slots, waits, and the breaker."""

import threading
import time

import pytest
from sqlalchemy import update

from photo_assets.ledger import Ledger
from photo_assets.ledger.tables import API_THROTTLES
from photo_assets.service_calls import Policy
from photo_assets.service_calls.throttle import BREAKER, LIMIT, PROBE, Throttle
from photo_assets_tests.service_calls.world import policy
from photo_assets_tests.time_limit import PATIENCE_S

RULES = policy(requests_per_second=4.0, breaker_failures=3, breaker_open_s=300.0)


def throttle(ledger: Ledger, rules: Policy = RULES) -> Throttle:
    return Throttle(ledger, "notion", rules, time.time)


def let_pass(ledger: Ledger, seconds: float) -> None:
    """Make the row look as if this much time had passed."""
    c = API_THROTTLES.c
    with ledger.writing() as connection:
        connection.execute(
            update(API_THROTTLES).values(
                next_at=c.next_at - seconds, open_until=c.open_until - seconds
            )
        )


def assert_open_for(one: Throttle, seconds: float, since: float) -> None:
    """Check that no call is allowed for `seconds` from a moment between `since` and now."""
    until = one.state().open_until
    assert since + seconds - 0.01 <= until <= time.time() + seconds + 0.01


def fail(one: Throttle, times: int = 1) -> None:
    for _ in range(times):
        one.failed(counts=True, wait_s=None)


def test_slots_are_spaced_and_not_in_the_past(ledger: Ledger) -> None:
    slow = policy(requests_per_second=0.01)  # the next slot is not past before it is asked for
    one, other = throttle(ledger, slow), throttle(ledger, slow)
    before = time.time()
    slots = [t.take(10.0) for t in (one, other, one, other)]
    times = [slot.row_at for slot in slots if slot is not None]
    assert len(times) == 4
    assert times[0] >= before - 1e-3
    for number, at in enumerate(times):
        assert at - times[0] == pytest.approx(number * slow.spacing_s, abs=1e-4)


def test_services_do_not_wait_for_each_other(ledger: Ledger) -> None:
    one, other = throttle(ledger), Throttle(ledger, "supabase", RULES, time.time)
    one.take(10.0)
    one.failed(counts=False, wait_s=500.0)
    assert other.take(10.0) is not None
    assert one.take(10.0) is None


def test_the_longest_stated_wait_applies(ledger: Ledger) -> None:
    one, other = throttle(ledger), throttle(ledger)
    one.take(10.0)
    since = time.time()
    one.failed(counts=False, wait_s=100.0)
    other.failed(counts=False, wait_s=5.0)
    assert_open_for(other, 100.0, since)
    assert other.state().reason == LIMIT
    slot = other.take(101.0)
    assert slot is not None
    assert slot.row_at >= other.state().open_until - 1e-4


def test_failures_in_a_row_open_the_breaker_for_everyone(ledger: Ledger) -> None:
    one, other = throttle(ledger), throttle(ledger)
    one.take(10.0)
    fail(one)
    fail(other)
    assert one.state().reason is None
    assert one.take(1000.0) is not None
    since = time.time()
    fail(one)
    assert other.state().reason == BREAKER
    assert_open_for(other, RULES.breaker_open_s, since)
    assert one.take(1000.0) is None
    assert other.take(1000.0) is None


def test_a_success_resets_the_count(ledger: Ledger) -> None:
    one = throttle(ledger)
    one.take(10.0)
    for _ in range(4):
        fail(one, 2)
        one.succeeded()
    assert one.state().failures == 0
    assert one.state().reason is None


def test_calls_that_were_out_when_it_opened_do_not_prolong_it(ledger: Ledger) -> None:
    one = throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    opened = one.state()
    fail(one, 5)
    assert one.state().failures == opened.failures
    assert one.state().open_until == opened.open_until


def test_one_call_is_let_through_and_its_success_closes(ledger: Ledger) -> None:
    one, other = throttle(ledger), throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    let_pass(ledger, 301.0)
    probe = one.take(10.0)
    assert probe is not None
    assert probe.probes(RULES)
    assert other.state().reason == PROBE
    assert other.take(1000.0) is None
    one.succeeded()
    slot = other.take(10.0)
    assert slot is not None
    assert not slot.probes(RULES)


def test_it_opens_for_longer_each_time_the_probe_fails(ledger: Ledger) -> None:
    one = throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    for expected in (600, 1200, 2400, 4800, 9600, 19200, 19200):
        let_pass(ledger, one.state().wait_s + 1)
        assert one.take(10.0) is not None
        since = time.time()
        fail(one)
        assert one.state().reason == BREAKER
        assert_open_for(one, expected, since)


def test_a_probe_that_is_killed_blocks_for_a_timeout_only(ledger: Ledger) -> None:
    one, other = throttle(ledger), throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    let_pass(ledger, 301.0)
    assert one.take(10.0) is not None
    assert other.take(1000.0) is None
    let_pass(ledger, RULES.timeout_s + 1)
    slot = other.take(10.0)
    assert slot is not None
    assert slot.probes(RULES)


def test_a_probe_that_is_not_made_leaves_it_to_the_next_caller_and_ends_no_others_hold(
    ledger: Ledger,
) -> None:
    one, other = throttle(ledger), throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    let_pass(ledger, 301.0)
    given_up = one.take(10.0)
    assert given_up is not None
    one.give_up_probe(given_up)
    probe = other.take(10.0)
    assert probe is not None
    assert probe.probes(RULES)
    assert probe.row_at >= given_up.row_at + RULES.spacing_s - 1e-4
    one.give_up_probe(given_up)
    assert one.state().reason == PROBE
    assert one.take(10.0) is None


def test_closing_the_breaker_does_not_shorten_a_stated_wait(ledger: Ledger) -> None:
    one = throttle(ledger)
    one.take(10.0)
    since = time.time()
    one.failed(counts=False, wait_s=1000.0)
    fail(one, 3)
    one.succeeded()
    assert_open_for(one, 1000.0, since)


def test_a_limit_ends_a_probes_hold_with_its_own_wait(ledger: Ledger) -> None:
    one = throttle(ledger)
    one.take(10.0)
    fail(one, 3)
    let_pass(ledger, 301.0)
    assert one.take(10.0) is not None
    since = time.time()
    one.failed(counts=False, wait_s=7.0)
    assert_open_for(one, 7.0, since)
    assert one.state().reason == LIMIT


def test_a_long_ledger_write_stops_no_call_where_the_database_can_lock_a_row(
    ledger: Ledger,
) -> None:
    taken = threading.Event()

    def take() -> None:
        throttle(ledger).take(10.0)
        taken.set()

    throttle(ledger).take(10.0)
    other = threading.Thread(target=take)
    with ledger.writing():
        other.start()
        if ledger.dialect == "postgresql":
            assert taken.wait(PATIENCE_S)
        else:  # one lock for the whole file: the call waits, and is not refused
            assert not taken.wait(0.3)
    other.join(PATIENCE_S)
    assert taken.is_set()
