"""A few threads that run jobs; all end when a job fails or the caller stops them.

The caller defines the jobs and handles their results. `concurrent.futures` is not used: importing
it takes as long as reading a small folder, and on an interrupt it waits for every running job.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

GRACE_S: Final = 3.0
"""How long running jobs may take to end after Ctrl-C; the next run does the remaining ones."""

_AHEAD: Final = 4  # jobs queued per thread
_POLL_S: Final = 0.1
_T = TypeVar("_T")
_Output = TypeVar("_Output")


class JobThreads(Generic[_T]):
    """Threads that call `do`. `stopped`: start no more jobs; `stop` sets it and ends waits."""

    def __init__(
        self,
        name: str,
        do: Callable[[_T], None],
        stopped: threading.Event,
        stop: Callable[[], None],
    ) -> None:
        self._name = name
        self._do = do
        self._stopped = stopped
        self._stop = stop
        self._waiting: queue.Queue[tuple[_T, ...]] = queue.Queue()
        self._threads: list[threading.Thread] = []
        self._failures: list[BaseException] = []

    def run_all(self, jobs: Iterable[_T], at_once: int) -> None:
        """Run all jobs, `at_once` at a time. Raises the exception of the first failed one."""
        self.start(at_once)
        try:
            for job in jobs:
                if self._stopped.is_set():
                    break
                self._put((job,))
            self.finish()
        except BaseException:  # Ctrl-C: running jobs may finish within `GRACE_S`
            self._stop()
            self.join(GRACE_S)
            raise
        self.raise_failed()

    def start(self, at_once: int, jobs: Sequence[_T] = ()) -> None:
        """Start `at_once` threads. `jobs`, if given, is the complete (short) list of jobs."""
        self._waiting = queue.Queue(maxsize=max(at_once * _AHEAD, len(jobs) + at_once))
        for job in [*((one,) for one in jobs), *([()] * at_once if jobs else [])]:
            self._waiting.put(job)
        self._threads = [
            threading.Thread(target=self._work, name=f"{self._name}-{n}", daemon=True)
            for n in range(at_once)
        ]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Accept no more jobs and wait for the running ones."""
        for _ in self._threads:
            self._put(())
        self.join()

    def join(self, seconds: float | None = None) -> None:
        """Wait for the threads, no longer than `seconds`."""
        over = None if seconds is None else time.monotonic() + seconds
        for thread in self._threads:
            thread.join(None if over is None else max(0.0, over - time.monotonic()))

    def raise_failed(self) -> None:
        """Raise the exception of the first failed job, if any."""
        if self._failures:
            raise self._failures[0]

    def _put(self, job: tuple[_T, ...]) -> None:
        while not self._stopped.is_set():
            try:
                self._waiting.put(job, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def _work(self) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    job = self._waiting.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if not job:
                    return
                self._do(job[0])
        except BaseException as error:
            self._failures.append(error)
            self._stop()


def in_parallel(
    work: Callable[[_T], Iterable[_Output]], inputs: Sequence[_T], threads: int
) -> Iterator[_Output]:
    """Yield the results of `work` for every input, in no fixed order. Raises what `work` raises.

    Results wait in a short queue; the threads block while it is full, and end when the caller
    closes the generator.
    """
    ahead = iter(inputs)
    taking = threading.Lock()
    ended = threading.Event()
    ready: queue.Queue[tuple[_Output, ...]] = queue.Queue(maxsize=2)

    def put(output: tuple[_Output, ...]) -> None:
        while not ended.is_set():
            try:
                ready.put(output, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def run_jobs(_number: int) -> None:
        while not ended.is_set():
            with taking:
                one = next(((found,) for found in ahead), None)
            if one is None:
                break
            for output in work(one[0]):
                put((output,))
                if ended.is_set():
                    break
        put(())

    count = max(1, min(threads, len(inputs)))
    running = JobThreads("parallel", run_jobs, ended, ended.set)
    running.start(count, range(count))
    try:
        while count and not ended.is_set():
            try:
                output = ready.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if output:
                yield output[0]
            else:
                count -= 1
    finally:
        ended.set()
        running.join()
    running.raise_failed()
