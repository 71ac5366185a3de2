"""The threads of a run, each with a worker process; outcomes are returned as they are ready."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from photo_assets.identity.fingerprints.attendant import Attendant, StoppedError, content_failure
from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.same_bytes import SameBytes
from photo_assets.identity.fingerprints.supply import Supply
from photo_assets.identity.fingerprints.tasks import Outcome, Setup, Task
from photo_assets.media.content import ContentError
from photo_assets.system.crew import Crew

_LAST_WORD_S = 30.0  # a thread whose worker was killed ends immediately


class Attendants:
    """Threads that process `tasks`. Leaving `crew_at_work` stops them at any point."""

    def __init__(
        self,
        tasks: Sequence[Task],
        threads: int,
        setup: Setup,
        conditions: Conditions,
        same: SameBytes,
    ) -> None:
        self._left = len(tasks)
        self._supply = Supply(tasks)
        self._results: queue.Queue[Outcome | BaseException] = queue.Queue()
        self._stop = threading.Event()
        count = max(1, min(threads, len(tasks)))
        self._attendants = [Attendant(setup, conditions, same) for _ in range(count)]
        self._threads = Crew("fingerprints", self._work, self._stop, self._stop.set)

    def start(self) -> None:
        """Start the threads."""
        self._threads.start(len(self._attendants), self._attendants)

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
            for attendant in self._attendants:
                attendant.stop()
        self._threads.join(_LAST_WORD_S)

    def _work(self, attendant: Attendant) -> None:
        def take(
            task: Task, content: BinaryIO | ContentError | None, given: Callable[[], None]
        ) -> None:
            if isinstance(content, ContentError):
                self._results.put(Outcome(task, failure=content_failure(content)))
            else:
                self._results.put(attendant.attend(task, content, given))

        try:
            self._supply.serve(take, self._stop.is_set)
        except StoppedError:
            pass
        except BaseException as error:  # passed to the run's own thread
            self._results.put(error)
        finally:
            attendant.close()


@contextmanager
def crew_at_work(
    tasks: Sequence[Task], threads: int, setup: Setup, conditions: Conditions, same: SameBytes
) -> Iterator[Attendants]:
    """Start threads on `tasks` and stop them after the block."""
    crew = Attendants(tasks, threads, setup, conditions, same)
    crew.start()
    try:
        yield crew
    finally:
        crew.end()
