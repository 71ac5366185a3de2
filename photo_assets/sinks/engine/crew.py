"""Several threads that do a list of jobs, and all end when one breaks or somebody says so."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

GRACE_S: Final = 3.0
"""How long jobs under way may take to end after Ctrl-C; the next run looks up the others."""

_AHEAD = 4  # jobs read ahead of each thread
_T = TypeVar("_T")


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
        self._broken: list[BaseException] = []

    def work_off(self, jobs: Iterable[_T], at_once: int) -> None:
        """Do all jobs, `at_once` at a time. Raises what the first broken one raised."""
        waiting: queue.Queue[tuple[_T, ...]] = queue.Queue(maxsize=at_once * _AHEAD)
        workers = [
            threading.Thread(
                target=self._work, args=(waiting,), name=f"{self._name}-{n}", daemon=True
            )
            for n in range(at_once)
        ]
        for worker in workers:
            worker.start()
        try:
            for job in jobs:
                if self._stopped.is_set():
                    break
                self._put(waiting, (job,))
            for _ in workers:
                self._put(waiting, ())
            for worker in workers:
                worker.join()
        except BaseException:  # Ctrl-C: what is under way may end, but not keep the person waiting
            self._stop()
            over = time.monotonic() + GRACE_S
            for worker in workers:
                worker.join(max(0.0, over - time.monotonic()))
            raise
        if self._broken:
            raise self._broken[0]

    def _put(self, waiting: "queue.Queue[tuple[_T, ...]]", job: tuple[_T, ...]) -> None:
        while not self._stopped.is_set():
            try:
                waiting.put(job, timeout=0.2)
            except queue.Full:
                continue
            return

    def _work(self, waiting: "queue.Queue[tuple[_T, ...]]") -> None:
        try:
            while not self._stopped.is_set():
                try:
                    job = waiting.get(timeout=0.2)
                except queue.Empty:
                    continue
                if not job:
                    return
                self._do(job[0])
        except BaseException as error:
            self._broken.append(error)
            self._stop()
