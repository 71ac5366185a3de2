"""The limits that a worker process sets on itself. Monitoring from outside is in `supervisor`."""

import math
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CPU_GRACE_S = 5


def limit_memory(max_memory_bytes: int) -> None:
    """Allow the process `max_memory_bytes` of additional address space; disable core dumps.

    If the current size is unknown (no /proc), memory is not limited.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return
    total = pages * resource.getpagesize() + max_memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or total <= hard:
        resource.setrlimit(resource.RLIMIT_AS, (total, total))


@contextmanager
def cpu_seconds(limit: float) -> Iterator[None]:
    """End the process if the block uses more than `limit` seconds of processor time.

    The run monitors elapsed time; this is for a worker whose run is gone.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(usage.ru_utime + usage.ru_stime + limit) + _CPU_GRACE_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        allowed = min(allowed, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
