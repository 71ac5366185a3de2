"""The sensors that start the writing of plans, and that report how far a sink is behind."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.definitions.metadata import normalize_metadata

from photo_assets.defs.events import is_active, is_active_over
from photo_assets.defs.jobs import PLAN, WRITE
from photo_assets.defs.keys import SINK_OUTCOMES, SINK_PLANS, follows_check, input_keys
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.sink.checks import evaluate_lag
from photo_assets.defs.sink.status import sink_status
from photo_assets.defs.tags import LAYER, SINK
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.canonical import canonical
from photo_assets.model.wording import counted
from photo_assets.sinks.engine.sink_status import SinkStatus
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import open_sink, sink_settings, sinks, spec_of
from photo_assets.workspace import Workspace

_ATTEMPTS = 5
_THEN_EVERY = timedelta(hours=1)  # nothing reports that the service is back or the token was fixed
_BEFORE = ["source", "catalog", "fingerprints", "thumbnails", "joins", "metadata", "plans"]


def build_write_sensor(sink: str) -> dg.SensorDefinition:
    """Return the sensor that starts the writing of a sink's current plan."""
    inputs = input_keys(spec_of(sink).inputs)

    @dg.sensor(
        name=f"write_{sink}",
        jobs=[PLAN[sink], WRITE[sink]],
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Starts writing the current plan to {sink} once no layer before it is "
        "running, or "
        "continues an interrupted plan. Starts nothing while credentials are missing, `automatic` "
        "is off, or the service has asked for a pause.",
    )
    def write(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.RunRequest | dg.SkipReason:
        workspace = library.workspace
        settings = sink_settings(workspace, sink)
        if not settings.enabled or not settings.automatic:
            return dg.SkipReason(f"sinks.{sink}.enabled or sinks.{sink}.automatic is false.")
        if (
            is_active(context.instance, {LAYER: _BEFORE})
            or is_active(context.instance, {SINK: sink})
            or is_active_over(context.instance, {*inputs, SINK_PLANS[sink], SINK_OUTCOMES[sink]})
        ):
            return dg.SkipReason("A run over this sink or a layer before it is in progress.")
        status = sink_status(workspace, sink)
        if status.followed and _looks_unsynced(context.instance, sink):
            return dg.RunRequest(job_name=WRITE[sink].name)
        reason = _why_not(workspace, sink, status)
        if reason is not None:
            return dg.SkipReason(reason)
        job = WRITE[sink] if status.planned else PLAN[sink]
        return dg.RunRequest(job_name=job.name)

    return write


def _looks_unsynced(instance: dg.DagsterInstance, sink: str) -> bool:
    """Return whether a plan newer than the written one exists that has nothing to write.

    Its run sends nothing; without it, the UI would show the sink as out of date.
    """
    found = [
        instance.get_latest_materialization_event(key)
        for key in (SINK_PLANS[sink], SINK_OUTCOMES[sink])
    ]
    plan, outcome = (event.asset_materialization if event else None for event in found)
    if plan is None or outcome is None:
        return False
    seen = (outcome.tags or {}).get(f"dagster/input_data_version/sink/{sink}_plan")
    return (plan.tags or {}).get("dagster/data_version") != seen


def _why_not(workspace: Workspace, sink: str, status: SinkStatus) -> str | None:
    if status.plan is None:
        return "There is no plan yet."
    if status.followed:
        return status.sentence(datetime.now(UTC))
    if status.paused:
        return f"Plan {status.paused} was undone. To resume: photosync replicate --execute"
    if status.not_before and status.not_before > datetime.now(UTC):
        return f"{sink} is paused until {status.not_before:%Y-%m-%d %H:%M:%S} UTC."
    try:
        open_sink(workspace, sink).connect().close()
    except SinkNotReadyError as error:
        return str(error)
    asset, plan_id = SINK_OUTCOMES[sink].to_user_string(), status.plan.plan_id
    inputs = f"{plan_id} {status.planned} {status.waiting}"
    attempts = PartitionAttempts(workspace.ledger)
    tried = attempts.attempts(asset).get(sink)
    if tried and tried.input_digest == inputs and tried.attempts >= _ATTEMPTS:
        again = datetime.fromisoformat(tried.at) + _THEN_EVERY
        if datetime.now(UTC) < again:
            return (
                f"Plan {plan_id} made no progress in {counted(tried.attempts, 'attempt')}; "
                f"the next one is at {again:%Y-%m-%d %H:%M:%S} UTC."
            )
    attempts.started(asset, sink, inputs)
    return None


def build_freshness_sensor(sink: str) -> dg.SensorDefinition:
    """Return the sensor that reports whether a sink follows the view within its window."""

    @dg.sensor(
        name=f"freshness_{sink}",
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Updates {sink}'s check follows_the_view with the number of rows it is "
        "behind the "
        "unified view, whenever that number changes.",
    )
    def freshness(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.SensorResult | dg.SkipReason:
        workspace = library.workspace
        if not workspace.lake.names(("metadata", "unified")):
            return dg.SkipReason("There is no unified view yet.")
        passed, metadata = evaluate_lag(workspace, sink)
        compared = {key: value for key, value in metadata.items() if key != "state"}
        cursor = canonical([passed, compared])
        if cursor == context.cursor:
            return dg.SkipReason(str(metadata["state"]))
        key = follows_check(sink)
        evaluation = dg.AssetCheckEvaluation(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=passed,
            severity=dg.AssetCheckSeverity.WARN,
            metadata=dict(normalize_metadata(metadata)),
        )
        return dg.SensorResult(asset_events=[evaluation], cursor=cursor)

    return freshness


@dg.definitions
def sink_sensors() -> dg.Definitions:
    """Return the sensors of all sinks."""
    return dg.Definitions(
        sensors=[
            *(build_write_sensor(sink) for sink in sinks()),
            *(build_freshness_sensor(sink) for sink in sinks()),
        ]
    )
