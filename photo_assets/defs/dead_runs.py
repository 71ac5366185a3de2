"""Marking runs as failed whose `photosync` process was killed.

`photosync` runs jobs in its own process, but Dagster's run monitoring covers only processes that
Dagster launched. Without this, the run of a killed `photosync` would stay "started" and keep its
pool slots for a day: the next run would wait for them, and sensors would wait for the dead run.
"""

import dagster as dg

from photo_assets.defs.events import ACTIVE
from photo_assets.system.processes import is_gone, process_identity

PROCESS = "photo_assets/process"
"""Tag of a run executed by `photosync` itself: host, boot, process id and start time."""


def process_tags() -> dict[str, str]:
    """Return the tags of a run that this process executes itself.

    The daemon does not retry it: it could not start such a run, and the next discovery does the
    work.
    """
    return {PROCESS: process_identity(), "dagster/max_retries": "0"}


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs of killed processes as failed and free their pool slots; return their ids."""
    dead = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=ACTIVE))
        if PROCESS in run.tags and is_gone(run.tags[PROCESS])
    ]
    for run in dead:
        instance.report_run_failed(
            run,
            "The process that executed this run was killed. Nothing was lost: completed work is "
            "kept, and the next run does the rest.",
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
