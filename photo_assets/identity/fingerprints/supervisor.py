"""The work of one thread: pass contents to a worker, monitor it, and attribute its failures.

The first loss of a worker during a content may have another cause (memory used by an earlier file):
the content gets a second attempt, alone in a new process. A second loss is attributed to the
content.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from photo_assets.identity.fingerprints.conditions import Conditions
from photo_assets.identity.fingerprints.findings import Findings
from photo_assets.identity.fingerprints.parts import Part
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.same_bytes import SameBytes
from photo_assets.identity.fingerprints.tasks import Failure, Outcome, Setup, Task
from photo_assets.identity.fingerprints.worker_process import WorkerProcess
from photo_assets.identity.fingerprints.worker_session import WorkerLostError, WorkerSession
from photo_assets.media.content import ContentError, open_content

_NOT_THERE = frozenset({"missing", "missing entry"})
_TRIES = 2


class StoppedError(Exception):
    """The run was stopped while this content was being processed."""


class Supervisor:
    """The owner of one worker process, which is started when first needed."""

    def __init__(self, setup: Setup, conditions: Conditions, same: SameBytes) -> None:
        self._setup = setup
        self._conditions = conditions
        self._same = same
        self._worker: WorkerProcess | None = None
        self._stopped = False

    def process(self, task: Task, sent: BinaryIO | None, release: Callable[[], None]) -> Outcome:
        """Process `task`; `sent` is the entry's stream if it is in an archive.

        `release` is called once, when `sent` is no longer needed.
        """
        findings = Findings(task)
        try:
            try:
                lost = self._try(findings, sent, release)
            finally:
                release()
            self._try_again(findings, lost)
        except UnreadableError as error:
            return Outcome(task, failure=Failure(error.reason, error.detail))
        except ContentError as error:
            return Outcome(task, failure=content_failure(error))
        except OSError as error:
            detail = f"{error.strerror or error}."
            return Outcome(task, failure=Failure(Reason.READ_ERROR, detail))
        conditions = self._conditions
        fingerprint = findings.fingerprint(conditions.picture, conditions.image_data_tool)
        self._same.note(task.ref, fingerprint)
        return Outcome(task, findings.key, fingerprint, bytes_read=findings.bytes_read)

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
        self, findings: Findings, sent: BinaryIO | None, release: Callable[[], None]
    ) -> WorkerLostError | None:
        session = WorkerSession(self._ready(), findings, self._setup.max_seconds, self._same)
        try:
            session.send_job(sent)
            release()
            session.receive_results()
        except WorkerLostError as lost:
            self._discard()
            return lost
        except UnreadableError as error:
            if error.reason is Reason.CHANGED_WHILE_READING:
                self._discard()  # it may still be processing the file
            raise
        return None

    def _try_again(self, findings: Findings, lost: WorkerLostError | None) -> None:
        losses: Counter[Part] = Counter()
        while lost is not None:
            losses[lost.part] += 1
            if losses[lost.part] >= _TRIES:
                findings.give_up(lost.part, lost.reason, lost.detail)
            if not findings.left:
                return
            with _reopened(findings.task) as stream:
                lost = self._try(findings, stream, lambda: None)

    def _ready(self) -> WorkerProcess:
        if self._stopped:
            raise StoppedError
        if self._worker is not None and self._worker.needs_replacement:
            self.close()
        if self._worker is None:
            self._worker = WorkerProcess(self._setup)
        return self._worker

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None


def content_failure(error: ContentError) -> Failure:
    """Return an archive's error as a failure."""
    reason = Reason.NOT_FOUND if error.reason in _NOT_THERE else Reason.READ_ERROR
    return Failure(reason, f"{error.reason}: {error.detail}")


@contextmanager
def _reopened(task: Task) -> Iterator[BinaryIO | None]:
    if task.ref.member is None:
        yield None
        return
    with open_content(task.ref) as stream:
        yield stream
