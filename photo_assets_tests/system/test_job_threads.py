"""Threads run every job once, end when one fails, and end promptly."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from photo_assets.system.job_threads import JobThreads, in_parallel
from photo_assets_tests.time_limit import PATIENCE_S


def threads_called(name: str) -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith(f"{name}-")]


@pytest.mark.parametrize("at_once", [1, 3])
def test_every_job_is_done_once(at_once: int) -> None:
    done: Counter[int] = Counter()
    stopped = threading.Event()

    def do(number: int) -> None:
        done[number] += 1

    JobThreads("once", do, stopped, stopped.set).run_all(range(200), at_once)
    assert done == Counter(range(200))
    assert not threads_called("once")


def test_one_failed_job_stops_all_and_is_raised() -> None:
    stopped = threading.Event()
    begun: list[int] = []

    def do(number: int) -> None:
        begun.append(number)
        if number == 5:
            raise ValueError("five")

    with pytest.raises(ValueError, match="five"):
        JobThreads("broken", do, stopped, stopped.set).run_all(range(100_000), 2)
    assert stopped.is_set()
    assert len(begun) < 100_000


def test_an_interrupt_between_jobs_ends_the_waits_of_running_jobs() -> None:
    stopped, waiting = threading.Event(), threading.Event()

    def do(_number: int) -> None:
        waiting.set()
        assert stopped.wait(PATIENCE_S)

    def jobs() -> Iterator[int]:
        yield 1
        assert waiting.wait(PATIENCE_S)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        JobThreads("interrupted", do, stopped, stopped.set).run_all(jobs(), 2)
    assert not threads_called("interrupted")


def test_stopped_threads_start_no_job() -> None:
    stopped = threading.Event()
    stopped.set()
    done: list[int] = []
    JobThreads("stopped", done.append, stopped, stopped.set).run_all(range(10), 2)
    assert done == []


@pytest.mark.parametrize(("inputs", "threads"), [(0, 4), (1, 4), (50, 1), (50, 4), (3, 50)])
def test_all_outputs_of_all_inputs_are_returned(inputs: int, threads: int) -> None:
    found = in_parallel(lambda n: (n * 10 + k for k in range(3)), range(inputs), threads)
    assert sorted(found) == sorted(n * 10 + k for n in range(inputs) for k in range(3))


def test_an_exception_reaches_the_caller_and_ends_the_threads() -> None:
    def work(number: int) -> Iterator[int]:
        yield number
        if number == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        list(in_parallel(work, range(100), 2))
    assert not threads_called("parallel")


def test_threads_end_when_the_caller_stops_reading() -> None:
    def work(number: int) -> Iterator[int]:
        yield from range(1000)

    taken = in_parallel(work, range(1000), 2)
    assert next(taken) == 0
    del taken
    assert not threads_called("parallel")
