"""Adaptation of the definitions to the library, repeated each time they are loaded.

Partitions start with the library's first month, settings are part of the code version of the assets
they affect, and a sink that is not set up is shown but cannot be run. Decisions made during a run
do not belong here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg

from photo_assets.defs.jobs import (
    COPY,
    DESCRIBE,
    EMBED,
    MIRROR,
    PLAN,
    PLAN_NAMES,
    RECORD,
    RENAME,
    VERIFY_SINK,
    VERIFY_STORES,
    WRITE,
)
from photo_assets.defs.keys import (
    ALBUM_NAMES,
    ALBUM_NAMES_PLAN,
    DESCRIPTIONS,
    EMBEDDINGS,
    HISTORY,
    MIRRORS,
    ORIGINALS,
    SINK_OUTCOMES,
    SINK_PLANS,
)
from photo_assets.defs.partitions import MONTHS, first_month, months_from
from photo_assets.defs.settings_digests import settings_digests
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.sinks.registry import enabled_sinks, open_sink, sinks
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LibraryState:
    """The state of the library. `stores`: whether the vault has any. `history`, `ai`: on or not.

    `off`: disabled sinks; `unset`: sinks not set up, and why. `renames`: whether albums of any
    catalog may be renamed. `embeddings`: whether a model is named.
    """

    first_month: str
    configuration: str
    versions: tuple[tuple[dg.AssetKey, str], ...]
    off: tuple[str, ...]
    unset: tuple[tuple[str, str], ...]
    stores: bool
    history: bool
    ai: bool
    renames: bool
    embeddings: bool


def read_library_state(workspace: Workspace) -> LibraryState:
    """Return the current state of the library. Calls no service."""
    settings = workspace.settings.model_dump_json().encode()
    enabled = enabled_sinks(workspace)
    return LibraryState(
        first_month(workspace),
        hashlib.sha256(settings).hexdigest(),
        tuple(settings_digests(workspace.settings).items()),
        tuple(sink for sink in sinks() if sink not in enabled),
        tuple((sink, why) for sink in enabled if (why := _why_unset(workspace, sink))),
        bool(workspace.stores),
        workspace.settings.vault.history.enabled,
        workspace.settings.ai.enabled,
        bool(workspace.settings.albums.rename),
        workspace.settings.ai.embeddings is not None,
    )


def adapt_definitions(found: dg.Definitions, state: LibraryState) -> dg.Definitions:
    """Return the definitions with the library's months, without jobs and checks that cannot run."""
    months = months_from(state.first_month)
    shown: dict[dg.AssetKey, str] = {}
    gone: set[str] = set()
    if not state.stores:
        shown[ORIGINALS] = "No store is configured in `vault.stores`."
        gone |= {COPY["all"].name, VERIFY_STORES.name, "follow_fingerprints_to_stores"}
    if not state.history:
        shown[HISTORY] = "vault.history.enabled is false."
        gone.add(RECORD["all"].name)
    if not state.ai:
        shown[DESCRIPTIONS] = "ai.enabled is false."
        gone.add(DESCRIBE["all"].name)
    if not state.renames:
        shown |= dict.fromkeys((ALBUM_NAMES_PLAN, ALBUM_NAMES), "albums.rename lists no catalog.")
        gone |= {PLAN_NAMES.name, RENAME.name}
    if not state.embeddings:
        shown[EMBEDDINGS] = "ai.embeddings names no model."
        gone |= {EMBED["all"].name, "follow_thumbnails"}
    for sink in state.off:
        shown[SINK_PLANS[sink]] = f"sinks.{sink}.enabled is false."
        gone.add(PLAN[sink].name)
    why_not = {sink: f"sinks.{sink}.enabled is false." for sink in state.off}
    for sink, why in (why_not | dict(state.unset)).items():
        shown[SINK_OUTCOMES[sink]] = why
        gone |= {WRITE[sink].name, VERIFY_SINK[sink].name, f"write_{sink}", f"freshness_{sink}"}
        if sink in MIRROR:
            shown[MIRRORS[sink]] = why
            gone.add(MIRROR[sink].name)
    return dg.Definitions(
        assets=[
            _adapt_asset(asset, months, dict(state.versions), shown) for asset in found.assets or ()
        ],
        asset_checks=[
            check
            for check in found.asset_checks or ()
            if not shown.keys() & {key.asset_key for key in check.check_keys}
        ],
        jobs=[job for job in found.jobs or () if job.name not in gone],
        schedules=[
            one
            for one in found.schedules or ()
            if not isinstance(one, dg.ScheduleDefinition) or one.job_name not in gone
        ],
        sensors=[one for one in found.sensors or () if one.name not in gone],
        resources=found.resources,
        executor=found.executor,
    )


def _adapt_asset(
    asset: object,
    months: dg.MonthlyPartitionsDefinition,
    versions: Mapping[dg.AssetKey, str],
    shown: Mapping[dg.AssetKey, str],
) -> dg.AssetsDefinition | dg.AssetSpec:
    if isinstance(asset, dg.AssetsDefinition):

        def fit(spec: dg.AssetSpec) -> dg.AssetSpec:
            if spec.partitions_def == MONTHS:
                spec = spec.replace_attributes(partitions_def=months)
            if spec.key in versions:
                version = f"{spec.code_version}-{versions[spec.key]}"
                spec = spec.replace_attributes(code_version=version)
            return spec

        here = asset.map_asset_specs(fit)
        if here.key not in shown:
            return here
        (spec,) = here.specs
        why = f"{shown[here.key]} This asset cannot be materialized until then."
        return spec.replace_attributes(
            description=f"{why}\n\n{spec.description}", automation_condition=None
        )
    assert isinstance(asset, dg.AssetSpec)
    return asset


def _why_unset(workspace: Workspace, sink: str) -> str | None:
    try:
        open_sink(workspace, sink).connect().close()
    except PhotoAssetsError as error:
        return str(error)
    return None
