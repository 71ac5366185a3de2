"""One monthly asset per source, all from one factory: same pattern of key, pool and checks."""

from collections.abc import Iterator

import dagster as dg

from photo_assets.catalogs.discovery.differences import said
from photo_assets.catalogs.discovery.months import (
    MONTHS_SINCE,
    load_staged,
    pending_months,
    read_month,
    write_month,
)
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.defs.catalog.checks import check_results, check_specs
from photo_assets.defs.catalog.rendering import DESCRIBED, describe_month
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import catalog_key, source_key
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    finish,
    months_without_event,
    only_changed,
    requested_months,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.source.observing import attempts_name, observe, raise_for
from photo_assets.defs.tags import FULL_SCAN
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.schema import ITEM_FIELDS

CODE_VERSION = f"items-{MONTHS_SINCE}"


def build_catalog_asset(source: str) -> dg.AssetsDefinition:
    """Return `catalog/<source>`: the items of all catalogs of that source, by month."""
    monthly = MonthlyAsset(catalog_key(source), {source_key(source): True})

    spec = dg.AssetSpec(
        key=catalog_key(source),
        deps=[source_key(source)],
        group_name="catalog",
        kinds={"parquet"},
        code_version=CODE_VERSION,
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(ITEM_FIELDS)},
        description=f"Items of the {spec_of(source).title} catalogs, by month of capture. One row "
        "per entry, with all of its metadata in the catalog. A manual materialization reads the "
        "catalogs first." + _how_to_add(source),
    )

    @checked_asset(
        spec,
        check_specs(source),
        lambda workspace: check_results(workspace, source),
        pool=f"catalog_{source}",
    )
    def catalog(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
        workspace = library.workspace
        errors: dict[str, PhotoAssetsError] = {}
        if only_changed(context):
            staged = load_staged(workspace.staging, source)
        else:
            staged, errors = observe(context, library, source, full=FULL_SCAN in context.run.tags)
        workspace.lake.sweep(("catalog", source))
        months = requested_months(context)
        if only_changed(context):
            pending = set(pending_months(staged, workspace.lake))
            pending |= months_without_event(context, catalog_key(source))
            months = [month for month in months if month in pending]

        def work(month: str) -> MonthDone:
            why = said(staged, workspace.lake, month)
            written = write_month(staged, workspace.lake, month)
            rows = read_month(workspace.lake, source, month, DESCRIBED)
            return MonthDone(written.digest, describe_month(written, rows, why))

        attempts = PartitionAttempts(workspace.ledger)
        if FULL_SCAN in context.run.tags:
            attempts.forget(catalog_key(source).to_user_string())
            attempts.forget(attempts_name(source))
        stored = set(workspace.lake.names(("catalog", source)))
        bare = {month for month in months if not staged.parts(month)} - stored
        failures = yield from monthly.run(context, months, work, attempts, staged.version, bare)
        yield from check_results(workspace, source)
        raise_for(errors)
        yield from finish(failures, len(months))

    return catalog


def _how_to_add(source: str) -> str:
    """Return how to add a catalog that `photosync init` cannot find, for people."""
    if spec_of(source).sign_in is None:
        return ""
    return (
        f" To add one: write catalogs.{source}.NAME into photosync.yaml, then run "
        f"photosync auth {source} NAME."
    )


@dg.definitions
def catalogs() -> dg.Definitions:
    """Return all catalogs."""
    return dg.Definitions(assets=[build_catalog_asset(source) for source in SOURCES])
