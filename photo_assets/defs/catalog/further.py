"""The tables of a source beside its items, as one asset each without months."""

from collections.abc import Iterator

import dagster as dg

from photo_assets.catalogs.discovery.further import count_repeated, write_further
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.catalogs.spec import FurtherTable
from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import catalog_key
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema

_CHECK = "keys_are_unique"


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
        check_specs=[
            dg.AssetCheckSpec(
                _CHECK,
                asset=["catalog", table.name],
                description=f"No two rows have the same {' and '.join(table.unique)}.",
            )
        ],
        metadata={"dagster/column_schema": column_schema(table.columns)},
        description=table.summary,
    )
    def further(
        context: dg.AssetExecutionContext, library: PhotoLibrary
    ) -> Iterator[dg.MaterializeResult[None]]:
        workspace = library.workspace
        names = workspace.settings.catalogs.of(source)
        written = write_further(table, workspace.staging, source, names, workspace.lake)
        rows, repeated = count_repeated(table, workspace.lake)
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(written.digest[:16]),
            metadata={
                "dagster/row_count": rows,
                "dagster/uri": dg.MetadataValue.path(str(written.path)),
                "changed": written.changed,
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=repeated == 0, check_name=_CHECK, metadata={"duplicate_keys": repeated}
                )
            ],
        )

    return further


@dg.definitions
def further_tables() -> dg.Definitions:
    """Return the tables of all sources."""
    return dg.Definitions(
        assets=[
            build_further_asset(source, table)
            for source in SOURCES
            for table in spec_of(source).further_tables
        ]
    )
