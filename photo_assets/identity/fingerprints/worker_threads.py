"""The threads of a run, each with a worker process; outcomes are returned as they are ready."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.same_bytes import SameBytes
from photo_assets.identity.fingerprints.supervisor import StoppedError, Supervisor, content_failure
from photo_assets.identity.fingerprints.task_queue import TaskQueue
from photo_assets.identity.fingerprints.tasks import Outcome, Setup, Task
from photo_assets.media.content import ContentError
from photo_assets.system.job_threads import JobThreads

_LAST_WORD_S = 30.0  # a thread whose worker was killed ends immediately


class WorkerThreads:
    """Threads that process `tasks`. Leaving `running_threads` stops them at any point."""

    def __init__(
        self,
        tasks: Sequence[Task],
        threads: int,
        setup: Setup,
        conditions: Conditions,
        same: SameBytes,
    ) -> None:
        self._left = len(tasks)
        self._queue = TaskQueue(tasks)
        self._results: queue.Queue[Outcome | BaseException] = queue.Queue()
        self._stop = threading.Event()
        count = max(1, min(threads, len(tasks)))
        self._supervisors = [Supervisor(setup, conditions, same) for _ in range(count)]
        self._threads = JobThreads("fingerprints", self._work, self._stop, self._stop.set)

    def start(self) -> None:
        """Start the threads."""
        self._threads.start(len(self._supervisors), self._supervisors)

    def next_outcome(self, timeout: float) -> Outcome | None:
        """Return the next outcome, None after `timeout` seconds without one.

        Raises the exception that stopped a thread.
        """
        try:
            result = self._results.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(result, BaseException):
            raise result
        self._left -= 1
        return result

    @property
    def busy(self) -> bool:
        """Whether more outcomes will follow."""
        return self._left > 0

    def end(self) -> None:
        """Kill unfinished workers and wait for the threads."""
        self._stop.set()
        if self.busy:
            for supervisor in self._supervisors:
                supervisor.stop()
        self._threads.join(_LAST_WORD_S)

    def _work(self, supervisor: Supervisor) -> None:
        def take(
            task: Task, content: BinaryIO | ContentError | None, release: Callable[[], None]
        ) -> None:
            if isinstance(content, ContentError):
                self._results.put(Outcome(task, failure=content_failure(content)))
            else:
                self._results.put(supervisor.process(task, content, release))

        try:
            self._queue.serve(take, self._stop.is_set)
        except StoppedError:
            pass
        except BaseException as error:  # passed to the run's own thread
            self._results.put(error)
        finally:
            supervisor.close()


@contextmanager
def running_threads(
    tasks: Sequence[Task], threads: int, setup: Setup, conditions: Conditions, same: SameBytes
) -> Iterator[WorkerThreads]:
    """Start threads on `tasks` and stop them after the block."""
    running = WorkerThreads(tasks, threads, setup, conditions, same)
    running.start()
    try:
        yield running
    finally:
        running.end()
