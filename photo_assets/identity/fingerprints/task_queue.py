"""Distributing the contents of a run to several threads, reading each archive only once."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import BinaryIO

from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.media.content import ContentError, iterate_contents

Take = Callable[[Task, BinaryIO | ContentError | None, Callable[[], None]], None]
"""Called with a task, the stream of an archive's entry (or its error; None for a plain file), and a
function to call when that stream is no longer needed."""


class TaskQueue:
    """Plain files in a queue, and archives, each read by one thread at a time."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._files: deque[Task] = deque()
        by_archive: dict[str, list[Task]] = {}
        for task in tasks:
            if task.ref.member is None:
                self._files.append(task)
            else:
                by_archive.setdefault(task.ref.path, []).append(task)
        self._archives = [_Archive(entries) for entries in by_archive.values()]

    def serve(self, take: Take, stopped: Callable[[], bool]) -> None:
        """Call `take` with each task until none is left for this thread."""
        while not stopped():
            if any(archive.advance(take, wait=False) for archive in self._archives):
                continue
            try:
                task = self._files.popleft()
            except IndexError:
                break
            take(task, None, lambda: None)
        while not stopped() and any(a.advance(take, wait=True) for a in self._archives):
            pass


class _Archive:
    """The needed entries of one archive, in the archive's order."""

    def __init__(self, entries: list[Task]) -> None:
        self._lock = threading.Lock()
        self._tasks = {task.ref: task for task in entries}
        self._contents = iterate_contents(list(self._tasks))
        self._exhausted = False

    def advance(self, take: Take, *, wait: bool) -> bool:
        """Process the next entry; False if there is none, or if it is locked and not `wait`."""
        if self._exhausted or not self._lock.acquire(blocking=wait):
            return False
        held = _Held(self._lock)
        try:
            if self._exhausted:
                return False
            ref, content = next(self._contents, (None, None))
            if ref is None:
                self._exhausted = True
                return False
            take(self._tasks[ref], content, held.release)
            return True
        finally:
            held.release()


class _Held:
    """A held lock that may be released more than once."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock: threading.Lock | None = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
