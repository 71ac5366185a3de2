"""Running `ai/descriptions` for `photosync ai run`: in this process, on the UI's instance."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from photo_assets.defs import load
from photo_assets.defs.dead_runs import end_dead_runs, process_tags
from photo_assets.defs.failures import failure_of
from photo_assets.defs.in_process_runs import in_process_instance
from photo_assets.defs.jobs import DESCRIBE
from photo_assets.defs.resources import RunListener, listening
from photo_assets.defs.sync import Report
from photo_assets.defs.sync_result import SyncProgress
from photo_assets.defs.tags import RETRY_FAILED, range_tags


@dataclass(slots=True, kw_only=True)
class DescribeResult:
    """The result of one run. `months`: the metadata of each month; `reason`: why it failed."""

    run_id: str
    success: bool
    reason: str | None = None
    months: dict[str, dict[str, Any]] = field(default_factory=dict)


def describe(months: Sequence[str], report: Report, *, again: bool) -> DescribeResult:
    """Ask about the chosen photos from the first to the last of `months`.

    `again`: repeat calls that gave no usable reply. The run is recorded on the Dagster instance of
    $DAGSTER_HOME.
    """
    started = time.monotonic()

    def describing(month: str, done: int, total: int) -> None:
        elapsed = time.monotonic() - started
        stage = f"descriptions {month}"
        report(SyncProgress(stage=stage, done=done, total=total, unit="photos", elapsed_s=elapsed))

    tags = {**range_tags(months), **({RETRY_FAILED: "true"} if again else {}), **process_tags()}
    with in_process_instance() as instance, listening(RunListener(describing=describing)):
        end_dead_runs(instance)
        job = load().resolve_job_def(DESCRIBE["all"].name)
        outcome = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
    failure = None if outcome.success else failure_of(outcome)
    found = {
        event.partition or "": {
            n: value.value for n, value in event.materialization.metadata.items()
        }
        for event in outcome.get_asset_materialization_events()
    }
    return DescribeResult(
        run_id=outcome.run_id,
        success=outcome.success,
        reason=failure.reason if failure else None,
        months=found,
    )
