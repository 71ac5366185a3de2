"""`metadata/unified` and `metadata/conflicts`: one view, and the questions it leaves open."""

import time
from collections.abc import Callable
from typing import Any

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.joins import metadata_inputs_digest
from photo_assets.defs.keys import CATALOGS, CONFLICTS, FINGERPRINTS, PHOTOS, UNIFIED
from photo_assets.defs.metadata.inputs import decision_table, field_rules, metadata_inputs
from photo_assets.defs.metadata.rendering import describe_conflicts, describe_unified
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.metadata import MetadataStream, MetadataSummary, build_conflicts, build_unified
from photo_assets.model.schema import Column
from photo_assets.model.tables import CONFLICT_FIELDS, UNIFIED_FIELDS, TableKind
from photo_assets.model.tables import CONFLICTS as CONFLICTS_TABLE
from photo_assets.model.tables import UNIFIED as UNIFIED_TABLE
from photo_assets.store.lake import Written

Describe = Callable[[MetadataSummary, Written, float], dict[str, Any]]
Build = Callable[..., MetadataStream]


def build_metadata_asset(
    key: dg.AssetKey,
    kind: TableKind,
    columns: tuple[Column, ...],
    build: Build,
    describe: Describe,
    description: str,
) -> dg.AssetsDefinition:
    """Return one of the two assets; they judge the same statements by the same rules."""

    @dg.asset(
        key=key,
        deps=[*CATALOGS, FINGERPRINTS, PHOTOS],
        group_name="metadata",
        kinds={"parquet", "duckdb"},
        pool="metadata",
        code_version=f"{kind.name}-{kind.version}",
        retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
        automation_condition=follows(FINGERPRINTS, PHOTOS),
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(columns)},
        description=description,
    )
    def metadata(library: PhotoLibrary) -> dg.MaterializeResult[None]:
        started = time.monotonic()
        workspace = library.workspace
        workspace.lake.sweep(("metadata", kind.name))
        inputs = metadata_inputs(workspace)
        stream = build(inputs, field_rules(workspace), decision_table(workspace))
        extra = {"inputs": metadata_inputs_digest(workspace)}
        written = workspace.lake.write(
            ("metadata", kind.name), kind.name, kind, stream, extra=extra
        )
        return dg.MaterializeResult(
            data_version=dg.DataVersion(written.digest),
            metadata={
                **describe(stream.summary, written, time.monotonic() - started),
                "dagster/column_schema": column_schema(columns),
            },
        )

    return metadata


unified = build_metadata_asset(
    UNIFIED,
    UNIFIED_TABLE,
    UNIFIED_FIELDS,
    build_unified,
    describe_unified,
    "One row a photo: the value of every field, who said it, when, and by which rule. Where "
    "catalogs disagree the rules only propose, and the question stays in metadata/conflicts.",
)

conflicts = build_metadata_asset(
    CONFLICTS,
    CONFLICTS_TABLE,
    CONFLICT_FIELDS,
    build_conflicts,
    describe_conflicts,
    "What needs a person: values that disagree, photos a catalog lists twice, masters that are "
    "missing, photos nothing is left of, files that cannot be decoded. Every value seen is kept; "
    "nothing is deleted.",
)
