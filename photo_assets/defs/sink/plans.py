"""`sink/*_plan`: the planned writes, as a table with before and after. Nothing is sent."""

import time

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import SINK_PLANS, input_keys
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.sink.plan_rendering import describe_current, describe_plan
from photo_assets.defs.sink.status import sink_status, web_link
from photo_assets.defs.tags import ALLOW_RETIRING
from photo_assets.model.plans import PLAN, PLAN_FIELDS
from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.registry import open_sink, sink_settings, spec_of


def build_plan_asset(sink: str) -> dg.AssetsDefinition:
    """Return the plan of one sink."""
    spec = spec_of(sink)

    @dg.asset(
        key=SINK_PLANS[sink],
        deps=input_keys(spec.inputs),
        group_name="sink",
        kinds={"parquet", spec.icon},
        pool=f"{sink}_plan",
        code_version=f"{PLAN.name}-{PLAN.version}",
        retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
        automation_condition=follows(*input_keys(spec.started_by)),
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(PLAN_FIELDS)},
        description=f"One row per write needed to bring {sink} up to date with the unified view: "
        "before, after, reason. Making a plan needs no credentials; nothing is sent.",
    )
    def plan(
        context: dg.AssetExecutionContext, library: PhotoLibrary
    ) -> dg.MaterializeResult[None]:
        started = time.monotonic()
        workspace = library.workspace
        if not sink_settings(workspace, sink).enabled:
            return dg.MaterializeResult(metadata={"disabled": f"sinks.{sink}.enabled is false"})
        allowed = ALLOW_RETIRING in context.run.tags
        status = sink_status(workspace, sink)
        if status.planned and status.plan is not None and not allowed:
            # If rebuilt after it was written, it would be empty and appear to need another write.
            return dg.MaterializeResult(
                data_version=dg.DataVersion(status.plan.plan_id),
                metadata={**describe_current(status), **web_link(workspace, sink)},
            )
        planned = make_plan(
            workspace,
            open_sink(workspace, sink),
            sink_inputs(workspace, sink),
            allow_retiring=allowed,
        )
        return dg.MaterializeResult(
            data_version=dg.DataVersion(planned.plan.plan_id),
            metadata={
                **describe_plan(planned, time.monotonic() - started),
                **web_link(workspace, sink),
            },
        )

    return plan


@dg.definitions
def plans() -> dg.Definitions:
    """Return the plans of all sinks."""
    return dg.Definitions(assets=[build_plan_asset(sink) for sink in SINK_PLANS])
