"""One tick for all that looks around: own cursors, the order of the graph, and no one's fault."""

import json
from collections.abc import Callable

import dagster as dg
import pytest

from photo_assets.defs.combined_sensor import NAME, SECONDS, combine_sensors
from photo_assets.defs.tags import LAYER
from photo_assets_tests.defs.in_memory import instance_in_memory

Look = Callable[[dg.SensorEvaluationContext], dg.SensorResult | dg.SkipReason | dg.RunRequest]


@dg.asset
def number() -> int:
    return 1


def job(name: str, layer: str) -> dg.JobDefinition:
    made = dg.define_asset_job(name, selection=[number], tags={LAYER: layer})
    return dg.Definitions([number], jobs=[made]).resolve_job_def(name)


def part(name: str, layer: str, look: Look, seconds: int = SECONDS) -> dg.SensorDefinition:
    return dg.SensorDefinition(
        name=name,
        evaluation_fn=look,
        jobs=[job(f"{name}_job", layer)],
        minimum_interval_seconds=seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )


def tick(parts: list[dg.SensorDefinition], cursor: str | None = None) -> dg.SensorResult:
    (whole,) = combine_sensors(parts)
    with instance_in_memory() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        found = whole(context)
    assert isinstance(found, dg.SensorResult)
    return found


def asks(_context: dg.SensorEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(tags={"months": "all"})


def rests(_context: dg.SensorEvaluationContext) -> dg.SkipReason:
    return dg.SkipReason("Nothing changed.")


def counts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    number = int(context.cursor or 0) + 1
    return dg.SensorResult(cursor=str(number), skip_reason=dg.SkipReason(f"{number}."))


def fails(_context: dg.SensorEvaluationContext) -> dg.SkipReason:
    raise OSError("the disk is away")


def test_each_part_keeps_its_own_cursor() -> None:
    parts = [part("a", "source", counts), part("b", "source", counts), part("c", "plans", rests)]
    first = tick(parts)
    assert json.loads(first.cursor or "") == {"a": "1", "b": "1"}
    second = tick(parts[1:], first.cursor)
    assert json.loads(second.cursor or "") == {"b": "2"}


def test_a_request_names_its_job_and_keeps_its_tags() -> None:
    found = tick([part("a", "source", asks), part("b", "source", rests)])
    (request,) = found.run_requests or ()
    assert request.job_name == "a_job"
    assert request.tags["months"] == "all"
    assert found.skip_reason is None


def test_later_layers_wait_after_a_request_and_keep_their_cursors() -> None:
    parts = [
        part("late", "plans", counts),
        part("same", "source", asks),
        part("early", "source", asks),
    ]
    found = tick(parts, json.dumps({"late": "7"}))
    assert [request.job_name for request in found.run_requests or ()] == ["same_job", "early_job"]
    assert json.loads(found.cursor or "") == {"late": "7"}
    assert json.loads(tick(parts[:1], found.cursor).cursor or "") == {"late": "8"}


def test_a_failed_part_does_not_affect_others() -> None:
    parts = [part("a", "source", fails), part("b", "source", counts), part("c", "catalog", asks)]
    found = tick(parts, json.dumps({"a": "3"}))
    assert [request.job_name for request in found.run_requests or ()] == ["c_job"]
    assert json.loads(found.cursor or "") == {"a": "3", "b": "1"}


def test_a_failure_is_raised_if_nothing_else_happened() -> None:
    with pytest.raises(OSError, match="the disk is away"):
        tick([part("a", "source", fails), part("b", "source", rests)])


def test_each_idle_part_gives_its_skip_reason() -> None:
    found = tick([part("a", "source", rests), part("b", "source", rests)])
    assert found.skip_reason is not None
    assert found.skip_reason.skip_message == "a: Nothing changed. b: Nothing changed."


@pytest.mark.parametrize("cursor", ["no JSON", "null", "[1]", "3"])
def test_a_foreign_cursor_is_ignored(cursor: str) -> None:
    assert json.loads(tick([part("a", "source", counts)], cursor).cursor or "") == {"a": "1"}


def test_sensors_with_another_interval_stay_separate() -> None:
    slow = part("slow", "sinks", rests, seconds=300)
    assert [one.name for one in combine_sensors([slow])] == ["slow"]
    both = combine_sensors([slow, part("a", "source", rests)])
    assert [one.name for one in both] == ["slow", NAME]
