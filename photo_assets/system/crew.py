"""A few threads that do jobs, and all end when one breaks or somebody says so.

What a job is, and where what it makes goes, is the business of whoever hands it in. Not
`concurrent.futures`, which takes as long to import as a small folder to read, and waits for every
job under way when a person interrupts.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

GRACE_S: Final = 3.0
"""How long jobs under way may take to end after Ctrl-C, where the next run looks up the others."""

_AHEAD: Final = 4  # jobs read ahead of each thread
_POLL_S: Final = 0.1
_T = TypeVar("_T")
_Output = TypeVar("_Output")


class Crew(Generic[_T]):
    """Threads that call `do`. `stopped`: begin nothing more; `stop` sets it and ends waits."""

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
        self._broken: list[BaseException] = []

    def work_off(self, jobs: Iterable[_T], at_once: int) -> None:
        """Do all jobs, `at_once` at a time. Raises what the first broken one raised."""
        self.start(at_once)
        try:
            for job in jobs:
                if self._stopped.is_set():
                    break
                self._put((job,))
            self.finish()
        except BaseException:  # Ctrl-C: what is under way may end, but not keep the person waiting
            self._stop()
            self.join(GRACE_S)
            raise
        self.raise_broken()

    def start(self, at_once: int, jobs: Sequence[_T] = ()) -> None:
        """Begin with `at_once` threads; with `jobs`, a few, these are all there is to do."""
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
        """Hand in no more jobs and wait for those under way."""
        for _ in self._threads:
            self._put(())
        self.join()

    def join(self, seconds: float | None = None) -> None:
        """Wait for the threads, no longer than `seconds`."""
        over = None if seconds is None else time.monotonic() + seconds
        for thread in self._threads:
            thread.join(None if over is None else max(0.0, over - time.monotonic()))

    def raise_broken(self) -> None:
        """Raise what the first broken job raised, if there is one."""
        if self._broken:
            raise self._broken[0]

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
            self._broken.append(error)
            self._stop()


def in_parallel(
    work: Callable[[_T], Iterable[_Output]], inputs: Sequence[_T], threads: int
) -> Iterator[_Output]:
    """Yield what `work` yields for every input, in no fixed order. Raises what `work` raises.

    What threads yield waits in a short queue: when nobody takes it, they wait too. They end when
    the caller takes no more.
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

    def labour(_number: int) -> None:
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
    crew = Crew("parallel", labour, ended, ended.set)
    crew.start(count, range(count))
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
        crew.join()
    crew.raise_broken()
