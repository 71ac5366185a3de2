"""One observable asset per source; observing it reads the source's catalogs."""

import warnings

import dagster as dg
from dagster import DataVersionsByPartition

# A private name: dagster is pinned to an exact version. Dagster does the same when it loads the
# asset; before that, the asset can have neither an owner nor a code reference.
from dagster._core.definitions.external_asset import create_external_asset_from_source_asset

from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.defs.asset_properties import code_of
from photo_assets.defs.keys import source_key
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.source.observing import observe, raise_for
from photo_assets.defs.tags import FULL_SCAN


def build_source_asset(source: str) -> dg.AssetsDefinition:
    """Return the observable asset of one source."""

    def observe_source(
        context: dg.OpExecutionContext, library: PhotoLibrary
    ) -> DataVersionsByPartition:
        full = FULL_SCAN in context.run.tags
        _, errors = observe(context, library, source, full=full)
        raise_for(errors)
        # `observe` has logged the changed months with their row counts; no others are left.
        with warnings.catch_warnings():
            # The class is beta; a partitioned observation must return it.
            warnings.simplefilter("ignore", dg.BetaWarning)
            return DataVersionsByPartition({})

    spec = spec_of(source)
    asset = dg.observable_source_asset(
        key=source_key(source),
        partitions_def=MONTHS,
        group_name="source",
        description=f"The {spec.title} catalogs of photosync.yaml, by month. They are never "
        "changed. "
        "Observing reads the catalogs and reports the months that changed.",
        tags={f"dagster/kind/{spec.icon}": ""},
        metadata=code_of(observe_source),
    )(observe_source)
    return create_external_asset_from_source_asset(asset)


@dg.definitions
def sources() -> dg.Definitions:
    """Return all sources."""
    return dg.Definitions(assets=[build_source_asset(source) for source in SOURCES])
