"""The tables of a source beside its items, as one asset each without months."""

import dagster as dg

from photo_assets.catalogs.discovery.further import count_repeated, write_further
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.catalogs.spec import FurtherTable
from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import catalog_key
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema


def build_further_asset(source: str, table: FurtherTable) -> dg.AssetsDefinition:
    """Return `catalog/<table>`: it is made from the last accepted scans, without a call."""

    @dg.asset(
        key=["catalog", table.name],
        deps=[catalog_key(source)],
        group_name="catalog",
        kinds={"parquet"},
        pool=f"catalog_{source}",
        code_version=f"{table.kind.name}-{table.kind.version}",
        automation_condition=follows(catalog_key(source)),
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(table.columns)},
        description=table.summary,
    )
    def further(library: PhotoLibrary) -> dg.MaterializeResult[None]:
        workspace = library.workspace
        names = workspace.settings.catalogs.of(source)
        written = write_further(table, workspace.staging, source, names, workspace.lake)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(written.digest[:16]),
            metadata={
                "dagster/row_count": written.rows,
                "dagster/uri": dg.MetadataValue.path(str(written.path)),
                "changed": written.changed,
            },
        )

    return further


def build_further_check(table: FurtherTable) -> dg.AssetChecksDefinition:
    """Return the check that the table's keys are unique; it can be run alone."""

    @dg.asset_check(
        asset=["catalog", table.name],
        name="keys_are_unique",
        description=f"No two rows have the same {' and '.join(table.unique)}.",
    )
    def check(library: PhotoLibrary) -> dg.AssetCheckResult:
        _, repeated = count_repeated(table, library.workspace.lake)
        return dg.AssetCheckResult(passed=repeated == 0, metadata={"duplicate_keys": repeated})

    return check


@dg.definitions
def further_tables() -> dg.Definitions:
    """Return the tables of all sources."""
    tables = [(source, table) for source in SOURCES for table in spec_of(source).further_tables]
    return dg.Definitions(
        assets=[build_further_asset(source, table) for source, table in tables],
        asset_checks=[build_further_check(table) for _, table in tables],
    )
