"""One digest over the inputs of a sink's plan: tables, and the settings that affect content."""

from photo_assets.configuration.sinks import Sinks
from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.lake.stored import DAMAGED
from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine.sink_tables import DRIFT_NAME, outcome_asset
from photo_assets.sinks.registry import spec_of
from photo_assets.workspace import Workspace

PLAN_RECIPE = "5"
"""Raised when the sinks make other rows from the same view."""


def sink_inputs(workspace: Workspace, sink: str) -> str:
    """Return one digest over all inputs of a sink's plan.

    The differences found by verification are included, because the next plan corrects them.
    """
    lake = workspace.lake
    tables = Snapshot(lake)
    found = [
        (asset, name, tables.digest(asset, name))
        for one in spec_of(sink).inputs
        for asset in one.stored(lake)
        for name in tables.names(asset)
    ]
    said = content_settings(workspace.settings.sinks, sink)
    return facts_digest(PLAN_RECIPE, said, _drift(lake, sink), found)


def content_settings(sinks: Sinks, sink: str) -> str:
    """Return the settings that affect the content of a sink."""
    return f"{sinks.of(sink).in_plan} {sinks.model_dump_json(include={'people_roots'})}"


def _drift(lake: Lake, sink: str) -> str:
    """Return an identifier of the stored drift; drift found again after a correction is new."""
    try:
        footer = lake.footer(outcome_asset(sink), DRIFT_NAME)
    except StorageError:
        return DAMAGED
    return footer.digest if footer and footer.rows else ""
