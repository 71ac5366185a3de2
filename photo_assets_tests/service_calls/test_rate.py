"""The rate: never exceeded by late, killed or delayed callers, and used while work waits."""

import math
import uuid
from collections.abc import Callable
from functools import partial
from itertools import combinations, count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from photo_assets.ledger import Ledger
from photo_assets.service_calls import Policy
from photo_assets.service_calls.pace import Pace, TooLongError
from photo_assets.service_calls.throttle import Slot, Throttle
from photo_assets_tests.service_calls.simulation import Simulation
from photo_assets_tests.service_calls.world import Clock, policy, sqlite_ledger

LATE = st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.004, 0.02, 0.3]), min_size=1, max_size=20)


def most_tries(rules: Policy, late_s: float) -> int:
    """The maximum number of slots for one turn of a caller that is at most `late_s` late."""
    return 1 + math.ceil(math.log2(1 + late_s / rules.spacing_s))


def callers(
    ledger: Ledger, world: Simulation, rules: Policy, count: int, calls: int, takes_s: float
) -> list[float]:
    """Let `count` processes make `calls` calls each, each of `takes_s`; return when they went out."""
    sent: list[float] = []

    def one() -> None:
        throttle = Throttle(ledger, "notion", rules, world.clock)
        pace = Pace(throttle, rules, world.clock, world.sleep)
        for _ in range(calls):
            slot = pace.turn()
            assert world.clock() >= slot.at, "before its slot"
            sent.append(world.clock())
            world.sleep(takes_s)

    world.run([one] * count)
    return sent


def most_over(sent: list[float], rate: float, window_s: float = 0.0) -> float:
    """How many calls more than `rate` * W + 1 the worst window W of at least `window_s` held."""
    numbered = list(enumerate(sorted(sent)))
    spans = ((j - i, b - a) for (i, a), (j, b) in combinations(numbered, 2))
    return max((n - rate * span for n, span in spans if span >= window_s), default=0.0)


@settings(max_examples=10, deadline=None)
@given(
    rate=st.sampled_from([0.2, 1.0, 2.5, 6.0]),
    count=st.integers(1, 5),
    takes_s=st.sampled_from([0.0, 0.05, 0.7]),
    late=LATE,
)
def test_no_window_holds_more_calls_than_the_rate_allows(
    rate: float, count: int, takes_s: float, late: list[float]
) -> None:
    world = Simulation(lambda n: late[n % len(late)])
    rules = policy(requests_per_second=rate)
    with TemporaryDirectory() as folder:
        sent = callers(sqlite_ledger(Path(folder)), world, rules, count, 5, takes_s)
    assert len(sent) == 5 * count
    assert most_over(sent, rate) <= 1e-6


@settings(max_examples=5, deadline=None)
@given(rate=st.sampled_from([20.0, 100.0, 1000.0]), late=LATE)
@example(rate=1000.0, late=[0.3])
def test_fast_services_are_not_hurt_in_windows_they_could_measure(
    rate: float, late: list[float]
) -> None:
    """Closer than a scheduler can wake, two calls may come; a tenth of a second never shows it."""
    rules = policy(requests_per_second=rate)
    # Before each try a caller sleeps twice at most, and once after its call.
    sleeps = 4 + 4 * 8 * (2 * most_tries(rules, max(late)) + 1)
    world = Simulation(lambda n: late[n % len(late)], sleeps)
    with TemporaryDirectory() as folder:
        sent = callers(sqlite_ledger(Path(folder)), world, rules, 4, 8, 0.0)
    assert len(sent) == 32
    assert most_over(sent, rate, window_s=0.1) <= 1e-6


@pytest.mark.parametrize(("rate", "late"), [(2.5, 0.0), (2.5, 0.01), (20.0, 0.002)])
def test_nine_tenths_of_the_rate_are_used_while_work_waits(
    tmp_path: Path, rate: float, late: float
) -> None:
    world = Simulation(lambda n: late * (n % 2))
    sent = callers(
        sqlite_ledger(tmp_path), world, policy(requests_per_second=rate), 4, 25, 1 / rate
    )
    assert (len(sent) - 1) / (max(sent) - min(sent)) >= 0.9 * rate


def test_a_machine_that_is_always_late_makes_progress(tmp_path: Path) -> None:
    world = Simulation(lambda _: 1.0)
    sent = callers(sqlite_ledger(tmp_path), world, policy(requests_per_second=10.0), 2, 5, 0.0)
    assert len(sent) == 10
    assert most_over(sent, 10.0) <= 1e-6


def test_nobody_waits_while_others_have_several_turns(tmp_path: Path) -> None:
    """In simulated time, because the scheduling of a busy machine is not part of the rate."""
    ledger, world = sqlite_ledger(tmp_path), Simulation()
    rules = policy(requests_per_second=10.0)
    turns: list[int] = []

    def caller(who: int) -> None:
        pace = Pace(Throttle(ledger, "s", rules, world.clock), rules, world.clock, world.sleep)
        for _ in range(12):
            pace.turn()
            turns.append(who)

    world.run([partial(caller, who) for who in range(4)])
    for begin in range(0, 48, 4):
        assert sorted(turns[begin : begin + 4]) == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def shared_ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger for many examples, each with its own service."""
    return sqlite_ledger(tmp_path_factory.mktemp("shared"))


def late_turns(
    ledger: Ledger, rules: Policy, late: list[float], failed: bool
) -> tuple[list[list[int]], float]:
    """Wait for three turns, the nth sleep `late[n]` s too long.

    Returns the slots that each try of each turn took, and how long it all lasted, s. `failed`: the
    breaker is open, and the first turn is the one that finds out whether it may close.
    """
    sleeps = count()
    clock = Clock(lambda: late[next(sleeps) % len(late)])
    turns: list[list[int]] = []
    throttle = Throttle(ledger, str(uuid.uuid4()), rules, clock)
    take = throttle.take

    def recorded(longest_wait_s: float, slots: int = 1) -> Slot | None:
        turns[-1].append(slots)
        assert len(turns[-1]) < 100, "no progress"
        return take(longest_wait_s, slots)

    take(0.0)
    for _ in range(rules.breaker_failures if failed else 0):
        throttle.failed(counts=True, wait_s=None)
    throttle.take = recorded  # type: ignore[method-assign]
    clock.now += rules.breaker_open_s + rules.spacing_s
    began = clock.now
    for _ in range(3):
        turns.append([])
        Pace(throttle, rules, clock, clock.sleep).turn()
        throttle.succeeded()
    return turns, clock.now - began


LATENESS_S = st.one_of(st.just(0.3), st.floats(0.0, 0.01), st.floats(0.0, 10.0))


@settings(max_examples=60, deadline=None)
@given(
    rate=st.one_of(st.sampled_from([0.2, 1000.0]), st.floats(0.05, 20_000.0)),
    late=st.lists(LATENESS_S, min_size=1, max_size=5),
    failed=st.booleans(),
)
def test_lateness_costs_a_wait_and_never_a_turn(
    shared_ledger: Ledger, rate: float, late: list[float], failed: bool
) -> None:
    """Late by 0.3 s at 1,000 calls a second, a caller used to miss every slot it took, forever.

    The one that was to find out whether the breaker may close held it for a timeout each time.
    """
    rules, most = policy(requests_per_second=rate), max(late)
    turns, lasted = late_turns(shared_ledger, rules, late, failed)
    for slots in turns:
        assert len(slots) <= most_tries(rules, most)
        assert sum(slots) * rules.spacing_s <= 4 * most + 3 * rules.spacing_s + 1e-6
    tries, taken = sum(map(len, turns)), sum(map(sum, turns))
    assert lasted <= tries * (most + rules.lateness_s) + taken * rules.spacing_s + 1e-3


def test_a_killed_caller_loses_only_its_slot(tmp_path: Path) -> None:
    ledger, world, rules = sqlite_ledger(tmp_path), Simulation(), policy(requests_per_second=2.0)
    sent: list[float] = []

    def survivor() -> None:
        pace = Pace(Throttle(ledger, "s", rules, world.clock), rules, world.clock, world.sleep)
        for _ in range(4):
            pace.turn()
            sent.append(world.now)

    def dies() -> None:
        world.sleep(0.6)  # between two calls of the other one
        Throttle(ledger, "s", rules, world.clock).take(100.0)

    world.run([survivor, dies])
    gaps = [b - a for a, b in pairwise(sent)]
    assert sorted(round(gap / rules.spacing_s) for gap in gaps) == [1, 1, 2]


def waiting_callers(
    ledger: Ledger, world: Simulation, rules: Policy, tell: Callable[[Throttle], None]
) -> list[float]:
    """Let 3 callers wait for a slow service, which at 0.5 s tells all to wait; return the turns."""
    turns: list[float] = []

    def caller() -> None:
        pace = Pace(Throttle(ledger, "s", rules, world.clock), rules, world.clock, world.sleep)
        pace.turn()
        turns.append(world.now)

    def told() -> None:
        world.sleep(0.5)
        tell(Throttle(ledger, "s", rules, world.clock))

    began = world.now
    world.run([caller, caller, caller, told])
    return [turn - began for turn in turns]


def test_those_who_already_have_a_slot_wait_as_well(tmp_path: Path) -> None:
    rules = policy(requests_per_second=1.0)
    turns = waiting_callers(
        sqlite_ledger(tmp_path), Simulation(), rules, lambda t: t.failed(counts=False, wait_s=60.0)
    )
    assert turns[0] < 0.5
    assert turns[1] >= 60.5
    assert turns[2] >= turns[1] + 1.0


def test_those_who_already_have_a_slot_stop_at_an_open_breaker(tmp_path: Path) -> None:
    """The breaker is shorter than the queue: a slot after it would still not be a probe."""
    rules = policy(requests_per_second=0.5, breaker_failures=1, breaker_open_s=1.0)
    ledger, world = sqlite_ledger(tmp_path), Simulation()
    turns = waiting_callers(ledger, world, rules, lambda t: t.failed(counts=True, wait_s=None))
    assert turns[1] >= 1.5
    # The probe said nothing (it is this test's), so the next one waits for a timeout at least.
    assert turns[2] >= turns[1] + rules.timeout_s


def test_a_wait_that_grows_too_long_while_waiting_frees_the_caller(tmp_path: Path) -> None:
    rules = policy(requests_per_second=1.0, longest_wait_s=30.0)
    with pytest.raises(TooLongError) as raised:
        waiting_callers(
            sqlite_ledger(tmp_path),
            Simulation(),
            rules,
            lambda t: t.failed(counts=False, wait_s=60.0),
        )
    assert 0 < raised.value.state.wait_s <= 60


def test_the_rates_own_queue_is_not_a_wait_the_service_asks_for(tmp_path: Path) -> None:
    clock, rules = Clock(), policy(requests_per_second=0.1, longest_wait_s=0.0)
    throttle = Throttle(sqlite_ledger(tmp_path), "s", rules, clock)
    pace = Pace(throttle, rules, clock, clock.sleep)
    began = clock.now
    for _ in range(3):
        pace.turn()
    assert clock.now - began == pytest.approx(2 * rules.spacing_s, abs=rules.lateness_s)
