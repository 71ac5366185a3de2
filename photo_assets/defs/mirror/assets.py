"""`mirror/<sink>`: people's changes in the service of a sink, read-only, by month of the photo.

A mirror is not a catalog: its rows are never items, so a sink cannot create photos.
"""

from collections.abc import Iterator

import dagster as dg
import pyarrow as pa

from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import MIRRORS, source_key
from photo_assets.defs.monthly import (
    NO_VALUE,
    MonthDone,
    MonthlyAsset,
    finish,
    months_without_event,
    only_changed,
    requested_months,
)
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.sink.status import web_link
from photo_assets.defs.tags import FULL_SCAN
from photo_assets.ledger import PartitionAttempts
from photo_assets.sinks.engine.sink_tables import mirror_asset
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import mirror_of, spec_of
from photo_assets.workspace import Workspace


def build_mirror_asset(sink: str) -> dg.AssetsDefinition:
    """Return the mirror of one sink."""
    mirror, asset, monthly = mirror_of(sink), mirror_asset(sink), MonthlyAsset(MIRRORS[sink])

    def write(workspace: Workspace, month: str, read: pa.Table | None) -> MonthDone:
        table = workspace.lake.read(asset, month, mirror.kind) if read is None else read
        written = workspace.lake.write(asset, month, mirror.kind, table)
        return MonthDone(
            written.digest,
            {
                "dagster/partition_row_count": written.rows,
                "dagster/uri": dg.MetadataValue.path(str(written.path)),
                "changed": written.changed,
                **{name: sum(table[name].to_pylist()) for name in mirror.counted},
                **web_link(workspace, sink),
            },
        )

    @dg.asset(
        key=MIRRORS[sink],
        partitions_def=MONTHS,
        deps=[source_key(sink)],
        group_name="mirror",
        kinds={spec_of(sink).icon, "parquet"},
        pool=sink,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_type=NO_VALUE,
        code_version=f"{mirror.kind.name}-{mirror.kind.version}",
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(mirror.columns)},
        description=mirror.summary,
    )
    def read_back(
        context: dg.AssetExecutionContext, library: PhotoLibrary
    ) -> Iterator[dg.AssetMaterialization | dg.Output[None]]:
        workspace = library.workspace
        workspace.lake.sweep(asset)
        try:
            reading = mirror.read(workspace, FULL_SCAN in context.run.tags)
        except SinkNotReadyError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        wanted, stored = requested_months(context), set(workspace.lake.names(asset))
        # Rows without an event: from another Dagster instance, or from an earlier version.
        due = reading.months.keys() | (stored & months_without_event(context, MIRRORS[sink]))
        months = [month for month in wanted if month in due or not only_changed(context)]
        failures = yield from monthly.run(
            context,
            months,
            lambda month: write(workspace, month, reading.months.get(month)),
            PartitionAttempts(workspace.ledger),
            lambda month: f"{month in reading.months}",
            set(months) - stored - reading.months.keys(),
        )
        if not failures and set(wanted) >= reading.months.keys():  # otherwise it is read again
            mirror.remember(workspace, reading)
        yield from finish(failures, len(months))

    return read_back


def build_source(sink: str) -> dg.AssetSpec:
    """Return the external source from which a mirror is read, for the lineage."""
    return dg.AssetSpec(
        source_key(sink),
        group_name="source",
        kinds={spec_of(sink).icon},
        description=mirror_of(sink).source_summary,
    )


@dg.definitions
def mirrors() -> dg.Definitions:
    """Return all mirrors and their external sources."""
    builds = (build_source, build_mirror_asset)
    return dg.Definitions(assets=[build(sink) for sink in MIRRORS for build in builds])
