"""Observing this process's fingerprint workers from outside, through /proc."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_MODULE = b"photo_assets.identity.fingerprints.worker"


def workers(parent: int | None = None) -> list[int]:
    """The worker processes of a process, by default of this one."""
    parent = parent or os.getpid()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(status[1]) == parent and _MODULE in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def has_open(pid: int, path: Path) -> bool:
    try:
        return any(os.readlink(fd) == os.fspath(path) for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def holds(pid: int, size: int) -> bool:
    """Whether a process uses at least this many bytes of memory."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return pages * resource.getpagesize() >= size


@contextmanager
def signalling(
    path: Path, number: signal.Signals, times: int, size: int
) -> Iterator[Callable[[], int]]:
    """Send a signal to the first `times` workers that decode `path`; yields the number so far.

    A worker is decoding once it uses `size` bytes of memory, which reading does not.
    """
    hit: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set() and len(hit) < times:
            for pid in workers():
                if pid not in hit and has_open(pid, path) and holds(pid, size):
                    os.kill(pid, number)
                    hit.append(pid)
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: len(hit)
    finally:
        done.set()
        watcher.join()
