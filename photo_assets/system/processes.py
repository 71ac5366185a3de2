"""Naming a process so that another one can tell, later, whether it is over.

A process id alone is given again to somebody else.
"""

import os
import socket
from pathlib import Path


def process_identity() -> str:
    """Return what names this process forever: host, boot, process id and when it started."""
    pid = os.getpid()
    return "|".join((socket.gethostname(), _boot(), str(pid), _started(pid) or ""))


def is_here(identity: str) -> bool:
    """Say whether a process belongs to this machine."""
    return identity.split("|", maxsplit=1)[0] == socket.gethostname()


def is_gone(identity: str) -> bool:
    """Say whether a process is surely over. One on another machine never is, as far as we know."""
    host, boot, pid, started = identity.split("|")
    if host != socket.gethostname():
        return False
    if boot != _boot():
        return True
    if started:
        return _started(int(pid)) != started
    return not _exists(int(pid))


def spoken(identity: str) -> str:
    """Return a process for people."""
    host, _, pid, _ = identity.split("|")
    return f"process {pid} on {host}"


def _boot() -> str:
    """Return what identifies this boot of the machine, "" where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when a process began, in ticks since boot; None without /proc or such a process.

    Field 22 of /proc/<pid>/stat, counted behind the name, which may hold anything (proc(5)).
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
