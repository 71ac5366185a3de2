"""What a sink's plan is made from, as one digest: tables, and settings that decide what is said."""

from photo_assets.configuration.sinks import Sinks
from photo_assets.lake import Lake
from photo_assets.lake.lake import DAMAGED
from photo_assets.model.errors import StorageError
from photo_assets.sinks.disclosing.kept_facts import facts_digest
from photo_assets.sinks.disclosing.table_digests import TABLES, TableDigests
from photo_assets.sinks.engine.places import DRIFT_NAME, outcome_asset
from photo_assets.sinks.registry import spec_of
from photo_assets.workspace import Workspace

PLAN_RECIPE = "4"
"""Raised when the sinks say something else of the same view."""


def sink_inputs(workspace: Workspace, sink: str) -> str:
    """Return one digest over everything a sink's plan is made from.

    What reading back found is part of it: it has to be put right.
    """
    lake = workspace.lake
    tables = TableDigests(lake, workspace.month_facts / TABLES)
    found = [
        (asset, name, tables.of(asset, name))
        for one in spec_of(sink).inputs
        for asset in one.stored(lake)
        for name in tables.names(asset)
    ]
    tables.keep()
    said = said_by_settings(workspace.settings.sinks, sink)
    return facts_digest(PLAN_RECIPE, said, _drift(lake, sink), found)


def said_by_settings(sinks: Sinks, sink: str) -> str:
    """Return the settings that decide what a sink is told."""
    return f"{sinks.of(sink).in_plan} {sinks.model_dump_json(include={'people_roots'})}"


def _drift(lake: Lake, sink: str) -> str:
    """Return what names what was found otherwise; found again after it was mended, it is new."""
    try:
        footer = lake.footer(outcome_asset(sink), DRIFT_NAME)
    except StorageError:
        return DAMAGED
    return footer.digest if footer and footer.rows else ""
