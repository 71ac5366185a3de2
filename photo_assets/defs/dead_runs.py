"""Ending runs whose process was killed: `photosync` runs jobs in its own process.

Dagster's run monitoring knows processes it launched. A killed `photosync` would leave its run
"started" and its pool slots taken for a day: the next one would wait for ever, and sensors would
believe that a run is under way.
"""

import os
import socket
from pathlib import Path

import dagster as dg

from photo_assets.defs.events import ACTIVE

PROCESS = "photo_assets/process"
"""Tag of a run executed in a process of ours: host, boot, process id and when it started."""


def process_tags() -> dict[str, str]:
    """Return the tags of a run that this process executes itself.

    No retry by the daemon: it could not start such a run, and the next discovery does its work.
    """
    pid = os.getpid()
    identity = (socket.gethostname(), _boot(), str(pid), _started(pid) or "")
    return {PROCESS: "|".join(identity), "dagster/max_retries": "0"}


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs of killed processes as failed and free what they held; return their ids."""
    dead = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=ACTIVE))
        if _is_gone(run.tags.get(PROCESS))
    ]
    for run in dead:
        instance.report_run_failed(
            run,
            "The process that executed this run was killed. Nothing was lost: what it had accepted "
            "stands, and the next run does the rest.",
        )
    _free_slots_of_ended_runs(instance)
    return [run.run_id for run in dead]


def _free_slots_of_ended_runs(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return
    holders: set[str] = set()
    for info in storage.get_concurrency_infos(list(storage.get_concurrency_keys())).values():
        holders |= info.active_run_ids | info.assigned_run_ids | info.pending_run_ids
    for run_id in holders:
        run = instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            storage.free_concurrency_slots_for_run(run_id)


def _is_gone(identity: str | None) -> bool:
    """Say whether a process is surely over. One on another machine never is, as far as we know."""
    if identity is None:
        return False
    host, boot, pid, started = identity.split("|")
    if host != socket.gethostname():
        return False
    if boot != _boot():
        return True
    if started:
        return _started(int(pid)) != started
    return not _exists(int(pid))


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
