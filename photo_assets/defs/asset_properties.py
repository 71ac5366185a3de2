"""Properties that every asset shows in the UI: owner, tags, table, column lineage, code.

One function adds them to all definitions, so no asset lacks them. The metadata of runs is made by
the `rendering` modules.
"""

import inspect
import warnings
from collections.abc import Callable
from typing import Any, Final

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.keys import (
    SINK_OUTCOMES,
    SINK_PLANS,
    catalog_key,
    further_keys,
    source_key,
)
from photo_assets.defs.lineage import column_lineage
from photo_assets.defs.tags import LAYER, SINK, SOURCE

OWNER = "team:photo_assets"
"""Dagster requires a team or an email address; the library's owner must not be in events."""

_CODE: Final = "dagster/code_references"
_OF_SOURCE = {
    key: source
    for source in SOURCES
    for key in (source_key(source), catalog_key(source), *further_keys(source))
}
_OF_SINK = {key: sink for keys in (SINK_PLANS, SINK_OUTCOMES) for sink, key in keys.items()}
_WRITTEN_TO = {key: sink for sink, key in SINK_OUTCOMES.items()}


def with_properties(found: dg.Definitions) -> dg.Definitions:
    """Return the definitions with these properties on every asset."""
    with warnings.catch_warnings():
        # A preview API, and the only public one.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        shown = found.map_resolved_asset_specs(func=_present)
    return dg.Definitions(
        assets=[_with_code(asset) for asset in shown.assets or ()],
        asset_checks=shown.asset_checks,
        jobs=shown.jobs,
        schedules=shown.schedules,
        sensors=shown.sensors,
        resources=shown.resources,
        executor=shown.executor,
    )


def code_of(function: Callable[..., Any]) -> dict[str, dg.CodeReferencesMetadataValue]:
    """Return the installed location of a function's code, as metadata."""
    path = inspect.getsourcefile(function) or ""
    line = inspect.getsourcelines(function)[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=path, line_number=line)
        return {_CODE: dg.CodeReferencesMetadataValue(code_references=[reference])}


def _with_code(asset: object) -> dg.AssetsDefinition | dg.AssetSpec:
    assert isinstance(asset, dg.AssetsDefinition | dg.AssetSpec)
    if isinstance(asset, dg.AssetSpec) or any(_CODE in spec.metadata for spec in asset.specs):
        return asset
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        (found,) = dg.with_source_code_references([asset])
    assert isinstance(found, dg.AssetsDefinition)
    return found


def _present(spec: dg.AssetSpec) -> dg.AssetSpec:
    layer = spec.key.path[0]
    tags = {LAYER: layer}
    if spec.key in _OF_SOURCE:
        tags[SOURCE] = _OF_SOURCE[spec.key]
    if spec.key in _OF_SINK:
        tags[SINK] = _OF_SINK[spec.key]
    return spec.merge_attributes(owners=[OWNER], tags=tags, metadata=_metadata(spec.key, layer))


def _metadata(key: dg.AssetKey, layer: str) -> dict[str, object]:
    if layer == "source":  # an external source, without a table
        return {}
    if key in _WRITTEN_TO:  # several tables, or pages, in the service
        return {"dagster/storage_kind": _WRITTEN_TO[key]}
    lineage = column_lineage(key)
    return {
        "dagster/table_name": ".".join(key.path),
        "dagster/storage_kind": "parquet",
        **({"dagster/column_lineage": lineage} if lineage else {}),
    }
