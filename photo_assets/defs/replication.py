"""Planning and writing for `photosync replicate`: in this process, on the UI's instance."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg

from photo_assets.defs import load
from photo_assets.defs.dead_runs import end_dead_runs, process_tags
from photo_assets.defs.failures import failure_of
from photo_assets.defs.in_process_runs import in_process_instance
from photo_assets.defs.jobs import PLAN, WRITE
from photo_assets.defs.resources import RunListener, listening
from photo_assets.defs.sink.status import sink_status
from photo_assets.defs.sync import Report
from photo_assets.defs.sync_result import SyncProgress
from photo_assets.defs.tags import ALLOW_RETIRING, PLAN_ID, RETRY_FAILED
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.plan_store import Plan, current_plan, find_plan
from photo_assets.sinks.engine.sink_status import SinkStatus
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import open_sink, sink_settings
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationRequest:
    """The sinks, and whether to write. `plan_id`: write exactly this plan, or nothing."""

    sinks: Sequence[str]
    execute: bool = False
    allow_retiring: bool = False
    plan_id: str | None = None


@dataclass(slots=True, kw_only=True)
class ReplicationResult:
    """The result, by sink. `missing`: in one line, why the sink was not written.

    `statuses`: the state of the sink before the write. `done`: sinks that were already up to date.
    `failed`: ids of failed runs; `reasons`: their reasons, where known; `refused`: a disk, memory
    or the ledger failed.
    """

    plans: dict[str, Plan] = field(default_factory=dict)
    statuses: dict[str, SinkStatus] = field(default_factory=dict)
    applied: dict[str, Applied] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    refused: bool = False
    done: set[str] = field(default_factory=set)
    runs: list[str] = field(default_factory=list)


def replicate(
    workspace: Workspace, request: ReplicationRequest, report: Report
) -> ReplicationResult:
    """Make plans that are out of date, and write them if requested.

    Runs are recorded on the Dagster instance of $DAGSTER_HOME. A failure affects only its sink.
    """
    result = ReplicationResult()
    with in_process_instance() as instance:
        end_dead_runs(instance)
        for sink in request.sinks:
            _Replication(workspace, request, report, instance, result).run(sink)
    return result


@dataclass(slots=True)
class _Replication:
    workspace: Workspace
    request: ReplicationRequest
    report: Report
    instance: dg.DagsterInstance
    result: ReplicationResult

    def run(self, sink: str) -> None:
        if not sink_settings(self.workspace, sink).enabled:
            why = f"sinks.{sink}.enabled is false in photosync.yaml: nothing is planned or written."
            self.result.missing[sink] = why
            return
        if not self._plan(sink):
            return
        wanted = self.request.plan_id
        plan = find_plan(self.workspace, wanted) if wanted else current_plan(self.workspace, sink)
        if plan is None:
            return
        self.result.plans[sink] = plan
        status = self.result.statuses[sink] = sink_status(self.workspace, sink)
        if status.followed and not status.failed and wanted is None:
            self.result.done.add(sink)
        elif not self.request.execute:
            self._look_what_is_missing(sink)
        elif plan.rows:
            self._write(sink, {PLAN_ID: plan.plan_id} if wanted else {})

    def _look_what_is_missing(self, sink: str) -> None:
        try:
            open_sink(self.workspace, sink).connect().close()
        except SinkNotReadyError as error:
            self.result.missing[sink] = str(error)

    def _plan(self, sink: str) -> bool:
        current = sink_status(self.workspace, sink).planned
        if self.request.plan_id is not None or (current and not self.request.allow_retiring):
            return True
        tags = {ALLOW_RETIRING: "true"} if self.request.allow_retiring else {}
        self._say_planned(sink, 0)
        made = self._execute(sink, PLAN[sink].name, tags)
        self._say_planned(sink, 1)
        return made

    def _say_planned(self, sink: str, done: int) -> None:
        stage = f"plan for {sink}"
        self.report(SyncProgress(stage=stage, done=done, total=1, unit="plans", elapsed_s=0))

    def _write(self, sink: str, tags: dict[str, str]) -> None:
        self._look_what_is_missing(sink)
        if sink in self.result.missing:
            return
        if self._execute(sink, WRITE[sink].name, {RETRY_FAILED: "true", **tags}):
            applied = self.result.applied.get(sink)
            if applied is None:
                self.result.missing.setdefault(sink, "Nothing was written.")

    def _execute(self, sink: str, job: str, tags: dict[str, str]) -> bool:
        def writing(name: str, done: int, total: int) -> None:
            self.report(
                SyncProgress(
                    stage=f"writing {name}", done=done, total=total, unit="rows", elapsed_s=0
                )
            )

        listener = RunListener(
            writing=writing,
            wrote=lambda applied: self.result.applied.__setitem__(sink, applied),
            not_written=lambda why: self.result.missing.__setitem__(sink, why),
        )
        with listening(listener):
            outcome = (
                load()
                .resolve_job_def(job)
                .execute_in_process(
                    instance=self.instance, tags={**tags, **process_tags()}, raise_on_error=False
                )
            )
        self.result.runs.append(outcome.run_id)
        if not outcome.success:
            self.result.failed[sink] = outcome.run_id
            failure = failure_of(outcome)
            if failure is not None:
                self.result.reasons[sink] = failure.reason
                self.result.refused = self.result.refused or failure.by_storage
        return outcome.success
