"""One sensor that evaluates all others that run every `SECONDS`, its parts, in sequence.

A tick costs the daemon and the code server more than any of these evaluations: twenty ticks per
minute were most of the load of an idle `photosync ui`. The evaluation itself is in each part.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.definitions.target import ExecutableDefinition
from dagster._core.instance.ref import InstanceRef

from photo_assets.defs.dead_runs import end_dead_runs
from photo_assets.defs.events import ACTIVE
from photo_assets.defs.tags import LAYER
from photo_assets.model.canonical import canonical

NAME = "keep_up"
SECONDS = 30
_LAYERS = (
    "source",
    "catalog",
    "fingerprints",
    "thumbnails",
    "originals",
    "joins",
    "embeddings",
    "lookalikes",
    "metadata",
    "plans",
    "sinks",
)


def combine_sensors(found: Sequence[dg.SensorDefinition]) -> list[dg.SensorDefinition]:
    """Return the sensors, with those that run every `SECONDS` combined into one.

    Parts are evaluated in the order of the graph. Once one requests a run, parts of later layers
    wait for the next tick, because their inputs are about to change. If a part fails, the others
    still request their runs, and the tick names the failed part.
    """
    parts = sorted((one for one in found if _is_part(one)), key=_place)
    if not parts:
        return list(found)
    jobs = {job.name: job for part in parts for job in _jobs(part)}

    @dg.sensor(
        name=NAME,
        jobs=[jobs[name] for name in sorted(jobs)],
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Determines the next pending work, and starts it:\n\n"
        + "\n".join(f"- {part.name}: {part.description}" for part in parts),
    )
    def keep_up(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        with _opened(context) as opened:
            if opened.instance.get_runs_count(dg.RunsFilter(statuses=ACTIVE)):
                end_dead_runs(opened.instance)
            return _Tick(opened).evaluate(parts)

    return [*(one for one in found if not _is_part(one)), keep_up]


def _is_part(sensor: dg.SensorDefinition) -> bool:
    return (
        type(sensor) is dg.SensorDefinition
        and sensor.minimum_interval_seconds == SECONDS
        and sensor.default_status is dg.DefaultSensorStatus.RUNNING
    )


def _jobs(sensor: dg.SensorDefinition) -> list[ExecutableDefinition]:
    return sensor.jobs if sensor.has_jobs else []


def _place(sensor: dg.SensorDefinition) -> int:
    """Return the first layer whose runs a sensor starts; -1 for a sensor that starts none."""
    layers = ((job.tags or {})[LAYER] for job in _jobs(sensor))
    return min(map(_LAYERS.index, layers), default=-1)


@contextmanager
def _opened(whole: dg.SensorEvaluationContext) -> Iterator[dg.SensorEvaluationContext]:
    """Yield a context that opens resources once per tick and the instance once per process.

    Opening an instance reads all of Dagster's migrations, which takes longer than the evaluations.
    """
    ref = whole.instance_ref
    instance = whole.instance if ref is None else _held(ref)
    # The sensor itself requires no resources: for these, Dagster would open another instance.
    code = whole.repository_def
    resources = whole.resource_defs or (code.get_top_level_resources() if code else None)
    with _context(whole, "", whole.cursor, instance, resources) as context:
        yield context


_HELD: list[tuple[InstanceRef, dg.DagsterInstance]] = []


def _held(ref: InstanceRef) -> dg.DagsterInstance:
    if not _HELD or _HELD[0][0] != ref:
        _HELD[:] = [(ref, dg.DagsterInstance.from_ref(ref))]
    return _HELD[0][1]


def _context(
    whole: dg.SensorEvaluationContext,
    name: str,
    cursor: str | None,
    instance: dg.DagsterInstance,
    resources: Mapping[str, dg.ResourceDefinition] | None,
) -> dg.SensorEvaluationContext:
    return dg.SensorEvaluationContext(
        instance_ref=whole.instance_ref,
        last_tick_completion_time=whole.last_tick_completion_time,
        last_run_key=None,
        cursor=cursor,
        repository_name=whole.repository_name,
        repository_def=whole.repository_def,
        instance=instance,
        sensor_name=name,
        resources=resources,
        last_sensor_start_time=whole.last_sensor_start_time,
        code_location_origin=whole.code_location_origin,
    )


@dataclass(slots=True)
class _Tick:
    context: dg.SensorEvaluationContext
    requests: list[dg.RunRequest] = field(default_factory=list)
    events: list[dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckEvaluation] = field(
        default_factory=list
    )
    messages: list[str] = field(default_factory=list)

    def evaluate(self, parts: Sequence[dg.SensorDefinition]) -> dg.SensorResult:
        before = _cursors(self.context.cursor)
        after: dict[str, str] = {}
        failures: list[Exception] = []
        requested: int | None = None
        for part in parts:
            cursor = before.get(part.name)
            if requested is not None and _place(part) > requested:
                after |= {part.name: cursor} if cursor is not None else {}
                continue
            try:
                cursor = self._evaluate(part, cursor)
                requested = _place(part) if self.requests and requested is None else requested
            except Exception as error:
                failures.append(error)
                self.context.log.exception("%s failed.", part.name)
                self.messages.append(f"{part.name} failed: {type(error).__name__}.")
            if cursor is not None:
                after[part.name] = cursor
        if failures and not (self.requests or self.events):
            raise failures[0]  # no request is lost, and the UI shows that the tick failed
        return dg.SensorResult(
            run_requests=self.requests,
            asset_events=self.events,
            cursor=canonical(after),
            skip_reason=None if self.requests else dg.SkipReason(" ".join(self.messages)),
        )

    def _evaluate(self, part: dg.SensorDefinition, cursor: str | None) -> str | None:
        found = part.evaluate_tick(self._context_of(part, cursor))
        only = part.job_name if len(part.targets) == 1 else None
        self.requests += [
            request.with_replaced_attrs(job_name=request.job_name or only)
            for request in found.run_requests or ()
        ]
        self.events += found.asset_events
        if found.skip_message:
            self.messages.append(f"{part.name}: {found.skip_message}")
        return found.cursor

    def _context_of(
        self, part: dg.SensorDefinition, cursor: str | None
    ) -> dg.SensorEvaluationContext:
        """Return a context with the part's own cursor and the resources already opened."""
        opened = self.context.resources
        resources = {
            name: dg.ResourceDefinition.hardcoded_resource(getattr(opened, name))
            for name in part.required_resource_keys
        }
        return _context(self.context, part.name, cursor, self.context.instance, resources)


def _cursors(text: str | None) -> dict[str, str]:
    """Return the cursors of the parts; empty if `text` is not a cursor of this sensor."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): str(cursor) for name, cursor in found.items()}
