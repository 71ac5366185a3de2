"""Identifying a process so that another process can determine later whether it has ended.

A process id alone is not enough: the system reuses it.
"""

import os
import socket
from pathlib import Path


def process_identity() -> str:
    """Return a permanent identity of this process: host, boot, process id and start time."""
    pid = os.getpid()
    return "|".join((socket.gethostname(), _boot(), str(pid), _started(pid) or ""))


def is_here(identity: str) -> bool:
    """Return whether a process belongs to this machine."""
    return identity.split("|", maxsplit=1)[0] == socket.gethostname()


def is_gone(identity: str) -> bool:
    """Return whether a process has certainly ended; unknown (False) on another machine."""
    host, boot, pid, started = identity.split("|")
    if host != socket.gethostname():
        return False
    if boot != _boot():
        return True
    if started:
        return _started(int(pid)) != started
    return not _exists(int(pid))


def describe_process(identity: str) -> str:
    """Return a readable description of a process."""
    host, _, pid, _ = identity.split("|")
    return f"process {pid} on {host}"


def _boot() -> str:
    """Return the id of the machine's current boot, "" where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when a process started, in ticks since boot; None without /proc or such a process.

    Field 22 of /proc/<pid>/stat, counted after the name, which may contain any character (proc(5)).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
