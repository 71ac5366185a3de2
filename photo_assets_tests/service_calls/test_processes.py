"""Real processes on one ledger. What is asserted is the schedule of slots in the ledger, which does
not depend on how busy the machine is; a slot that is missed is lost, which only costs."""

import multiprocessing
import multiprocessing.process
import queue
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from multiprocessing.queues import Queue
from typing import TypeVar

import pytest

from photo_assets.ledger import open_ledger
from photo_assets.service_calls import BusyServiceError, RateLimitedCaller
from photo_assets.service_calls.throttle import Throttle
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.service_calls import workers
from photo_assets_tests.service_calls.workers import RULES, Sent, Taken
from photo_assets_tests.time_limit import PATIENCE_S

T = TypeVar("T")


def drained(source: "Queue[T]", count: int) -> list[T]:
    return [source.get(timeout=PATIENCE_S) for _ in range(count)]


def run_all(processes: Sequence[multiprocessing.process.BaseProcess], said: "Queue[T]") -> list[T]:
    """Run the processes to completion and return all their output."""
    heard: list[T] = []
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes) or not said.empty():
        try:
            heard.append(said.get(timeout=0.2))
        except queue.Empty:
            continue
    assert [process.exitcode for process in processes] == [0] * len(processes)
    return heard


def test_four_processes_share_the_rate(ledger_url: str) -> None:
    open_ledger(ledger_url)
    calls, count = 12, 4
    said: Queue[Sent | Taken] = PROCESSES.Queue()
    start = PROCESSES.Barrier(count)
    heard = run_all(
        [
            PROCESSES.Process(target=workers.hammer, args=(ledger_url, n, start, calls, said))
            for n in range(count)
        ],
        said,
    )
    sent = [one for one in heard if isinstance(one, Sent)]
    slots = sorted((one for one in heard if isinstance(one, Taken)), key=lambda one: one.at)

    assert Counter(one.who for one in sent) == dict.fromkeys(range(count), calls)
    for one, following in pairwise(slots):
        assert following.at - one.at >= one.room * RULES.spacing_s - 1e-3
    for who in range(count):  # the nth call not before the nth slot
        own = sorted(slot.at for slot in slots if slot.who == who)
        went = sorted(call.at for call in sent if call.who == who)
        assert all(at >= slot - 2e-3 for at, slot in zip(went, own, strict=False))


def test_no_slot_is_left_out_and_none_given_twice(ledger_url: str) -> None:
    """Slots 5 s apart, taken at once: what lies between them is the rule's doing, not the clock's."""
    open_ledger(ledger_url)
    said: Queue[Taken] = PROCESSES.Queue()
    start = PROCESSES.Barrier(4)
    heard = run_all(
        [
            PROCESSES.Process(target=workers.takes, args=(ledger_url, n, start, 25, said))
            for n in range(4)
        ],
        said,
    )
    times = sorted(one.at for one in heard)
    assert len(times) == 100
    for one, following in pairwise(times):
        assert following - one == pytest.approx(workers.SLOW.spacing_s, abs=1e-3)
    assert workers.SLOW.spacing_s * workers.SLOW.requests_per_second <= 1 / 0.9


def test_a_killed_process_costs_its_slot_only(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    throttle = Throttle(ledger, "counter", RULES, time.time)
    throttle.take(600.0)
    holds = PROCESSES.Event()
    victim = PROCESSES.Process(target=workers.dies_with_a_slot, args=(ledger_url, holds))
    victim.start()
    assert holds.wait(PATIENCE_S)
    victim.join(PATIENCE_S)
    assert victim.exitcode == -9
    asked = time.time()
    slot = throttle.take(600.0)
    assert slot is not None
    assert slot.row_at <= max(asked, time.time()) + 2 * RULES.spacing_s


def test_a_wait_stated_to_one_process_holds_for_the_other(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    said: Queue[int] = PROCESSES.Queue()
    before = time.time()
    other = PROCESSES.Process(target=workers.is_limited, args=(ledger_url, 5000.0, said))
    other.start()
    drained(said, 1)
    other.join(PATIENCE_S)
    calls: list[int] = []
    with pytest.raises(BusyServiceError, match="requests a wait") as raised:
        RateLimitedCaller(ledger, "counter", RULES).call(
            "count", lambda: calls.append(1), classify=workers.out, repeatable=True
        )
    assert calls == []
    assert before + 5000 <= raised.value.until.timestamp() <= time.time() + 5000
    assert raised.value.fault.limited


def test_failures_of_all_processes_open_one_breaker(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    said: Queue[int] = PROCESSES.Queue()
    for number in range(2):  # two failures each, four open it
        other = PROCESSES.Process(target=workers.fails, args=(ledger_url, number, 2, said))
        other.start()
        drained(said, 1)
        other.join(PATIENCE_S)
    with pytest.raises(BusyServiceError, match="is unavailable") as raised:
        RateLimitedCaller(ledger, "counter", RULES).call(
            "count", int, classify=workers.out, repeatable=True
        )
    assert not raised.value.fault.limited
    assert not raised.value.budget
