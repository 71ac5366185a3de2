"""Ending runs whose process was killed: `photosync` runs jobs in its own process.

Dagster's run monitoring knows processes it launched. A killed `photosync` would leave its run
"started" and its pool slots taken for a day: the next one would wait forever, and sensors would
believe that a run is under way.
"""

import dagster as dg

from photo_assets.defs.events import ACTIVE
from photo_assets.system.processes import is_gone, process_identity

PROCESS = "photo_assets/process"
"""Tag of a run executed in a process of ours: host, boot, process id and when it started."""


def process_tags() -> dict[str, str]:
    """Return the tags of a run that this process executes itself.

    No retry by the daemon: it could not start such a run, and the next discovery does its work.
    """
    return {PROCESS: process_identity(), "dagster/max_retries": "0"}


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs of killed processes as failed and free what they held; return their ids."""
    dead = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=ACTIVE))
        if PROCESS in run.tags and is_gone(run.tags[PROCESS])
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
