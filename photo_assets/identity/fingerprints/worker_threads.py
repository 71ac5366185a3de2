"""The threads of a run, each with a worker process; finished tasks are returned as they are ready.

The first loss of a worker during a content may have another cause (memory used by an earlier file):
the content gets a second attempt, alone in a new process. A second loss is attributed to the
content.
"""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from photo_assets.identity.fingerprints.cache import SameBytes
from photo_assets.identity.fingerprints.options import Conditions, Remote
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError, absent
from photo_assets.identity.fingerprints.record import Part
from photo_assets.identity.fingerprints.tasks import Setup, Task, TaskQueue
from photo_assets.identity.fingerprints.worker_process import WorkerLostError, WorkerProcess
from photo_assets.media.content import ContentError, RemoteContentError, open_content
from photo_assets.model.names import to_text
from photo_assets.system.job_threads import JobThreads

_NOT_THERE = frozenset({"missing", "missing entry"})
_TRIES = 2
_LAST_WORD_S = 30.0  # a thread whose worker was killed ends immediately


class _StoppedError(Exception):
    """The run was stopped while this content was being processed."""


class _Supervisor:
    """The owner of one worker process, which is started when first needed."""

    def __init__(
        self,
        setup: Setup,
        conditions: Conditions,
        same: SameBytes,
        remote: Remote | None,
        ended: threading.Event,
    ) -> None:
        self._remote = remote
        self._ended = ended
        self._setup = setup
        self._conditions = conditions
        self._same = same
        self._worker: WorkerProcess | None = None
        self._stopped = False

    def process(self, task: Task, sent: BinaryIO | None, release: Callable[[], None]) -> None:
        """Process `task`; `sent` is the entry's stream if it is in an archive.

        `release` is called once, when `sent` is no longer needed.
        """
        try:
            with self._at_hand(task):
                try:
                    lost = self._try(task, sent, release)
                finally:
                    release()
                self._try_again(task, lost)
        except RemoteContentError as error:
            task.bytes_fetched = error.received
            task.failure = absent(error, preview=task.is_of_preview)
        except UnreadableError as error:  # itself it would keep the frames and their buffers
            task.failure = UnreadableError(error.reason, error.detail)
        except ContentError as error:
            task.failure = _content_failure(error)
        except OSError as error:
            task.failure = UnreadableError(Reason.READ_ERROR, f"{error.strerror or error}.")
        else:
            done = task.finish(self._conditions.picture, self._conditions.image_data_tool)
            self._same.add(task.ref, done)

    @contextmanager
    def _at_hand(self, task: Task) -> Iterator[None]:
        """Have the task's content on this machine for the block."""
        if task.content is None:
            yield
            return
        assert self._remote is not None
        with self._remote.fetched(task.content, self._ended) as (path, task.bytes_fetched):
            task.file = to_text(str(path))
            yield

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def stop(self) -> None:
        """Stop the work immediately, from another thread: the owner finds a closed pipe."""
        self._stopped = True
        worker = self._worker
        if worker is not None:
            worker.interrupt()

    def _try(
        self, task: Task, sent: BinaryIO | None, release: Callable[[], None]
    ) -> WorkerLostError | None:
        worker = self._ready()
        try:
            worker.send_job(task, sent)
            release()
            worker.receive_results(task, self._same.fill)
        except WorkerLostError as lost:
            self._discard()
            return lost
        except UnreadableError as error:
            if error.reason is Reason.CHANGED_WHILE_READING:
                self._discard()  # it may still be processing the file
            raise
        return None

    def _try_again(self, task: Task, lost: WorkerLostError | None) -> None:
        losses: Counter[Part] = Counter()
        while lost is not None:
            losses[lost.part] += 1
            if losses[lost.part] >= _TRIES:
                task.give_up(lost.part, lost.reason, lost.detail)
            if not task.left:
                return
            with _reopened(task) as stream:
                lost = self._try(task, stream, lambda: None)

    def _ready(self) -> WorkerProcess:
        if self._stopped:
            raise _StoppedError
        if self._worker is not None and self._worker.needs_replacement:
            self.close()
        if self._worker is None:
            self._worker = WorkerProcess(self._setup)
        return self._worker

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None


class WorkerThreads:
    """Threads that process `tasks`. Leaving `running_threads` stops them at any point."""

    def __init__(
        self,
        tasks: Sequence[Task],
        threads: int,
        setup: Setup,
        conditions: Conditions,
        same: SameBytes,
        remote: Remote | None,
    ) -> None:
        self._left = len(tasks)
        self._queue = TaskQueue(tasks)
        self._results: queue.Queue[Task | BaseException] = queue.Queue()
        self._stop = threading.Event()
        count = max(1, min(threads, len(tasks)))
        self._supervisors = [
            _Supervisor(setup, conditions, same, remote, self._stop) for _ in range(count)
        ]
        self._threads = JobThreads("fingerprints", self._work, self._stop, self._stop.set)

    def start(self) -> None:
        """Start the threads."""
        self._threads.start(len(self._supervisors), self._supervisors)

    def next_done(self, timeout: float) -> Task | None:
        """Return the next finished task, None after `timeout` seconds without one.

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
        """Whether more tasks will finish."""
        return self._left > 0

    def end(self) -> None:
        """Kill unfinished workers and wait for the threads."""
        self._stop.set()
        if self.busy:
            for supervisor in self._supervisors:
                supervisor.stop()
        self._threads.join(_LAST_WORD_S)

    def _work(self, supervisor: _Supervisor) -> None:
        def take(
            task: Task, content: BinaryIO | ContentError | None, release: Callable[[], None]
        ) -> None:
            if isinstance(content, ContentError):
                task.failure = _content_failure(content)
            else:
                supervisor.process(task, content, release)
            self._results.put(task)

        try:
            self._queue.serve(take, self._stop.is_set)
        except _StoppedError:
            pass
        except BaseException as error:  # passed to the run's own thread
            self._results.put(error)
        finally:
            supervisor.close()


@contextmanager
def running_threads(
    tasks: Sequence[Task],
    threads: int,
    setup: Setup,
    conditions: Conditions,
    same: SameBytes,
    remote: Remote | None = None,
) -> Iterator[WorkerThreads]:
    """Start threads on `tasks` and stop them after the block."""
    running = WorkerThreads(tasks, threads, setup, conditions, same, remote)
    running.start()
    try:
        yield running
    finally:
        running.end()


def _content_failure(error: ContentError) -> UnreadableError:
    """Return an archive's error as a failure."""
    reason = Reason.NOT_FOUND if error.reason in _NOT_THERE else Reason.READ_ERROR
    return UnreadableError(reason, f"{error.reason}: {error.detail}")


@contextmanager
def _reopened(task: Task) -> Iterator[BinaryIO | None]:
    if task.ref.member is None:
        yield None
        return
    with open_content(task.ref) as stream:
        yield stream
