"""The body shared by all monthly assets: one event per month, and a failure affects one month.

`MaterializeResult` has one data version for a whole range run. Bodies are therefore generators that
yield one `AssetMaterialization` per month, with the tags from which Dagster computes staleness, and
finally the output for which downstream steps of the same run wait.
"""

import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

# A private name: dagster is pinned to an exact version, and a test checks the behavior.
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from photo_assets.catalogs.discovery.months import EMPTY
from photo_assets.defs.events import latest_storage_ids, latest_versions
from photo_assets.defs.partitions import month_keys
from photo_assets.defs.repeated_events import Event, repeat_events, with_state
from photo_assets.defs.row_totals import PARTITION_ROWS, RowTotals
from photo_assets.defs.tags import CHANGED_ONLY, NOTHING, VERIFY, range_tags, version_tags
from photo_assets.lake import Lake
from photo_assets.ledger import Attempts, PartitionAttempts
from photo_assets.model.errors import ProgramChangedError
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

BodyEvent = dg.AssetMaterialization | dg.AssetCheckResult | dg.Output[None]
"""The events that the body of a monthly asset yields."""

NO_VALUE: Any = dg.Nothing
"""The type of a monthly asset's output: its tables are in the lake, not in the output."""

MAX_ATTEMPTS = 2
"""How often automation tries one month with one input: once, and one retry."""


@dataclass(frozen=True, slots=True)
class MonthDone:
    """The result of one month."""

    version: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MonthlyAsset:
    """One monthly asset. `inputs`: its upstream keys, and whether each is observed."""

    key: dg.AssetKey
    inputs: Mapping[dg.AssetKey, bool] = field(default_factory=dict)

    def run(
        self,
        context: dg.AssetExecutionContext,
        months: Iterable[str],
        work: Callable[[str], MonthDone],
        attempts: PartitionAttempts,
        input_digest: Callable[[str], str],
        bare: Collection[str] = (),
    ) -> Generator[dg.AssetMaterialization, None, dict[str, str]]:
        """Do `work` for each month and yield its event; return the errors of months that failed.

        The versions of the inputs are read before the work, so a change during the work makes the
        month stale. A month in `bare` has nothing stored and nothing to store; it gets only its
        event.
        """
        instance = context.instance
        seen = {
            key: (
                latest_versions(instance, key, observed=observed),
                latest_storage_ids(instance, key, observed=observed),
            )
            for key, observed in self.inputs.items()
        }
        name = self.key.to_user_string()
        code_version = context.assets_def.get_asset_spec(self.key).code_version or ""
        failures: dict[str, str] = {}
        succeeded: str | None = None
        totals = RowTotals(context.resources.library.workspace.lake, self.key)

        def event(month: str, version: str, metadata: Mapping[str, Any]) -> dg.AssetMaterialization:
            inputs = {
                key: (versions.get(month, NOTHING), str(ids.get(month, NOTHING)))
                for key, (versions, ids) in seen.items()
            }
            return dg.AssetMaterialization(
                asset_key=self.key,
                partition=month,
                metadata={**metadata, **totals.with_month(month, metadata)},
                tags=version_tags(version, code_version, inputs),
            )

        for month in months:
            if month in bare:
                yield event(month, EMPTY, {PARTITION_ROWS: 0})
                continue
            attempts.started(name, month, input_digest(month), succeeded=succeeded)
            succeeded = None
            started = time.monotonic()
            try:
                done = work(month)
            except ProgramChangedError as error:  # no month can be done
                raise dg.Failure(str(error), allow_retries=False) from error
            except Exception as error:
                failures[month] = f"{type(error).__name__}: {error}"
                attempts.failed(name, month, input_digest(month), failures[month])
                context.log.error(f"{name} {month} failed: {failures[month]}")
                continue
            duration = round(time.monotonic() - started, 3)
            yield event(month, done.version, {**done.metadata, "duration_s": duration})
            succeeded = month
        if succeeded is not None:
            attempts.succeeded(name, succeeded)
        return failures

    def follow(
        self,
        context: dg.SensorEvaluationContext,
        workspace: Workspace,
        differ: Sequence[str],
        due: Sequence[str],
    ) -> dg.SensorResult:
        """Return a sensor's result: a request for one run over the `due` months, if there are any.

        A month whose inputs have new versions but that is not in `differ` would have the same
        result. Its last event is repeated with the new inputs, without a run.
        """
        if due:
            tags = due_tags(workspace, context.instance, self.key, due)
            return dg.SensorResult(run_requests=[dg.RunRequest(tags=tags)])
        same, cursor = self.restate(context, workspace.lake, differ, context.cursor)
        return result_without_run(same, cursor)

    def restate(
        self,
        context: dg.SensorEvaluationContext,
        lake: Lake,
        differ: Sequence[str],
        cursor: str | None,
    ) -> tuple[list[Event], str]:
        """Return repeated events for months whose result would be the same, and the next cursor."""
        assert context.repository_def is not None
        node = context.repository_def.asset_graph.get(self.key)
        version = node.code_version or ""
        same, cursor = repeat_events(
            context.instance, self.key, self.inputs, differ, version, cursor
        )
        totals = RowTotals(lake, self.key)
        return [*with_state(same, context.instance, node.check_keys, totals)], cursor


def result_without_run(events: Sequence[Event], cursor: str) -> dg.SensorResult:
    """Return the result of a sensor that starts no run."""
    if events:
        return dg.SensorResult(asset_events=events, cursor=cursor)
    reason = "All months are up to date."
    return dg.SensorResult(skip_reason=reason, cursor=cursor)


def finish(failures: Mapping[str, str], months: int) -> Iterator[dg.Output[None]]:
    """Yield the output of a body, or fail the run if any of its months failed, naming each.

    Without an output, Dagster skips downstream steps. For an output, it writes its own event for
    each partition, all with one version. The metadata key marks an output whose events the body
    has already written, as Dagster's observable source assets do.
    """
    if failures:
        raise dg.Failure(
            description=f"{len(failures)} of {counted(months, 'month')} failed; the others are "
            "complete. Automation retries a failed month once, then waits for a change or for you.",
            metadata={month: dg.MetadataValue.text(text) for month, text in failures.items()},
            allow_retries=False,
        )
    yield dg.Output(None, metadata={SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True})


def requested_months(context: dg.AssetExecutionContext) -> list[str]:
    """Return the partitions of the run, oldest first."""
    return sorted(context.partition_keys)


def months_to_make(
    context: dg.AssetExecutionContext,
    key: dg.AssetKey,
    due: Callable[[], Iterable[str]],
    incomplete: Callable[[], Iterable[str]],
) -> list[str]:
    """Return the partitions of the run that have to be made, oldest first.

    All of them if a person started the run. Otherwise those that are `due` or have no event yet;
    at night, also those in which something `incomplete` returns is missing; and the newest.
    """
    months = requested_months(context)
    if not only_changed(context):
        return months
    chosen = {*due(), *months_without_event(context, key)}
    if VERIFY in context.run.tags:
        chosen |= {*incomplete()}
    return [month for month in months if month in chosen or month == max(months)]


def only_changed(context: dg.AssetExecutionContext) -> bool:
    """Return whether automation started the run, so that unchanged months are skipped."""
    return CHANGED_ONLY in context.run.tags


def due_tags(
    workspace: Workspace, instance: dg.DagsterInstance, key: dg.AssetKey, due: Sequence[str]
) -> dict[str, str]:
    """Return the tags of one run over the due months and the months without any event.

    Months without photos thus also get an event, and a complete library is shown as complete.
    """
    unsaid = set(month_keys(workspace)) - instance.get_materialized_partitions(key)
    return range_tags([*due, *unsaid])


def months_without_event(context: dg.AssetExecutionContext, key: dg.AssetKey) -> set[str]:
    """Return the run's months for which `key` has no event yet."""
    stated: set[str] = context.instance.get_materialized_partitions(key)
    return {*context.partition_keys} - stated


def still_to_try(
    workspace: Workspace,
    key: dg.AssetKey,
    months: Iterable[str],
    input_digest: Callable[[str], str],
) -> list[str]:
    """Return those of `months` that automation may still try with their current inputs."""
    attempts = PartitionAttempts(workspace.ledger).attempts(key.to_user_string())
    return [month for month in months if not exhausted(attempts, month, input_digest(month))]


def exhausted(attempts: Mapping[str, Attempts], partition: str, input_digest: str) -> bool:
    """Return whether automation has used up its attempts for `partition` with this input."""
    tried = attempts.get(partition)
    return (
        tried is not None and tried.input_digest == input_digest and tried.attempts >= MAX_ATTEMPTS
    )
