"""The assets of `sink/*` that write the current plan, exactly once."""

from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import SINK_OUTCOMES, SINK_PLANS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.sink.outcome_rendering import describe_outcome
from photo_assets.defs.sink.status import web_link
from photo_assets.defs.tags import PLAN_ID, RETRY_FAILED
from photo_assets.lake.footer import read_footer
from photo_assets.lake.inputs import files_digest
from photo_assets.ledger import PlanRefusedError, SinkHeldError, SinkStates
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.plan_store import current_plan, find_plan
from photo_assets.sinks.engine.sink_tables import written_files
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import open_sink, requests_at_once, sink_settings, spec_of
from photo_assets.workspace import Workspace


def build_outcome_asset(sink: str) -> dg.AssetsDefinition:
    """Return the asset that writes one sink's plan."""
    spec = spec_of(sink)

    @dg.asset(
        key=SINK_OUTCOMES[sink],
        deps=[SINK_PLANS[sink]],
        group_name="sink",
        kinds={spec.icon},
        pool=sink,
        code_version="1",
        freshness_policy=NIGHTLY,
        description=f"{spec.summary} After an interruption, the next run continues the plan.",
    )
    def outcome(
        context: dg.AssetExecutionContext, library: PhotoLibrary
    ) -> dg.MaterializeResult[None]:
        workspace = library.workspace
        metadata = _write(context, library, sink) | web_link(workspace, sink)
        if "missing" in metadata:
            context.log.warning(metadata["missing"])
            library.listener.not_written(metadata["missing"])
        version = files_digest(workspace.lake, _written(workspace, sink))
        return dg.MaterializeResult(data_version=dg.DataVersion(version), metadata=metadata)

    return outcome


def _write(context: dg.AssetExecutionContext, library: PhotoLibrary, sink: str) -> dict[str, Any]:
    workspace = library.workspace
    settings = sink_settings(workspace, sink)
    if not settings.enabled:
        return {"missing": f"Nothing is written: sinks.{sink}.enabled is false."}
    if not settings.automatic and SINK_PLANS[sink] in (context.run.asset_selection or ()):
        return {
            "missing": f"Nothing is written: sinks.{sink}.automatic is false, and this run made "
            "the plan, which nobody has reviewed. Materialize this asset alone to write it."
        }
    current = current_plan(workspace, sink)
    plan_id = context.run.tags.get(PLAN_ID, current.plan_id if current else None)
    if plan_id is None:
        return {"missing": f"Nothing is written: materialize sink/{sink}_plan first."}
    try:
        plan = find_plan(workspace, plan_id)
        applied = apply_plan(
            workspace,
            open_sink(workspace, sink),
            plan.plan_id,
            at_once=requests_at_once(workspace, sink),
            retry_failed=RETRY_FAILED in context.run.tags,
            report=partial(library.listener.writing, sink),
        )
    except (SinkNotReadyError, SinkHeldError) as error:
        return {"missing": str(error), "plan_id": plan.plan_id, "waiting_rows": plan.rows}
    except PlanRefusedError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    library.listener.wrote(applied)
    return describe_outcome(applied, _written_rows(workspace, sink))


def _written_rows(workspace: Workspace, sink: str) -> int:
    footers = map(read_footer, _written(workspace, sink))
    return sum(footer.rows for footer in footers if footer is not None)


def _written(workspace: Workspace, sink: str) -> list[Path]:
    state = SinkStates(workspace.ledger).get(sink)
    return written_files(workspace.lake, sink, state.destination) if state else []


@dg.definitions
def outcomes() -> dg.Definitions:
    """Return the assets that write the plans of all sinks."""
    return dg.Definitions(assets=[build_outcome_asset(sink) for sink in SINK_OUTCOMES])
