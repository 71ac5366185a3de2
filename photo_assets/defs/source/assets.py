"""One observable asset a source. Press Observe to read its catalogs now."""

import warnings

import dagster as dg
from dagster import DataVersionsByPartition

# A private name; the exact pin on dagster holds it in place. Dagster does the same when it loads
# the asset, which until then can have no owner and no reference to its code.
from dagster._core.definitions.external_asset import create_external_asset_from_source_asset

from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.defs.keys import source_key
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.presenting import code_of
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
        # The changed months are logged above, with their rows; none are left to report here.
        with warnings.catch_warnings():
            # The class is beta and the only way a partitioned observation may end.
            warnings.simplefilter("ignore", dg.BetaWarning)
            return DataVersionsByPartition({})

    spec = spec_of(source)
    asset = dg.observable_source_asset(
        key=source_key(source),
        partitions_def=MONTHS,
        group_name="source",
        description=f"What the {spec.title} catalogs of photosync.yaml say, month by month. "
        "Never written to. Observing reads them and names the months that changed.",
        tags={f"dagster/kind/{spec.icon}": ""},
        metadata=code_of(observe_source),
    )(observe_source)
    return create_external_asset_from_source_asset(asset)


@dg.definitions
def sources() -> dg.Definitions:
    """Return all sources."""
    return dg.Definitions(assets=[build_source_asset(source) for source in SOURCES])
