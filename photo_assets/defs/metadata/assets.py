"""The assets of the layer `metadata`: the unified view, its open conflicts, and the visibility."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dagster as dg

from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.events import is_active
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.jobs import JOIN
from photo_assets.defs.joins import metadata_months, photos_due, photos_made
from photo_assets.defs.keys import CONFLICTS, PHOTOS, UNIFIED, VISIBILITY
from photo_assets.defs.metadata.checks import (
    COUNTS_CHECK,
    ROWS_CHECK,
    VISIBILITY_CHECK,
    conflict_counts_agree,
    every_photo_has_one_row,
    nothing_is_too_visible,
)
from photo_assets.defs.metadata.rendering import (
    describe_conflicts,
    describe_unified,
    describe_visibility,
)
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    due_tags,
    finish,
    months_without_event,
    only_changed,
    requested_months,
    result_without_run,
    still_to_try,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.review_page import photos_of, questions_of, review_link
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import LAYER, VERIFY
from photo_assets.ledger import PartitionAttempts
from photo_assets.metadata.monthly import MonthMade
from photo_assets.model.errors import StorageError
from photo_assets.model.schema import Column
from photo_assets.model.tables import CONFLICT_FIELDS, UNIFIED_FIELDS, VISIBILITY_FIELDS
from photo_assets.model.tables import CONFLICTS as CONFLICTS_TABLE
from photo_assets.model.tables import UNIFIED as UNIFIED_TABLE
from photo_assets.model.tables import VISIBILITY as VISIBILITY_TABLE
from photo_assets.workspace import Workspace

Describe = Callable[[MonthMade[Any]], dict[str, Any]]
Check = Callable[[Workspace], dg.AssetCheckResult]
_TABLES = {UNIFIED: UNIFIED_TABLE, CONFLICTS: CONFLICTS_TABLE, VISIBILITY: VISIBILITY_TABLE}
_MONTHLY = {key: MonthlyAsset(key, {PHOTOS: False}) for key in _TABLES}


def build_metadata_asset(
    key: dg.AssetKey,
    columns: tuple[Column, ...],
    describe: Describe,
    check: tuple[dg.AssetCheckSpec, Check],
    description: str,
) -> dg.AssetsDefinition:
    """Return one of the assets; they apply the same rules to the same values.

    Catalogs and fingerprints are also read but are not dependencies: the version of a month of
    photos covers exactly their months from which it is made.
    """
    kind = _TABLES[key]
    spec, look = check

    @checked_asset(
        dg.AssetSpec(
            key=key,
            deps=[PHOTOS],
            group_name="metadata",
            kinds={"parquet", "duckdb"},
            code_version=f"{kind.name}-{kind.version}",
            freshness_policy=NIGHTLY,
            metadata={"dagster/column_schema": column_schema(columns)},
            description=description,
        ),
        [spec],
        lambda workspace: [look(workspace)],
        pool="metadata",
    )
    def metadata(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
        workspace = library.workspace
        if photos_made(workspace) is None:
            raise StorageError(
                "The photos are not joined yet, or the join was interrupted.",
                hint="Materialize identity/photos first.",
            )
        months_of = metadata_months(workspace, kind)
        months_of.clear()
        months = requested_months(context)
        if only_changed(context):
            due, last = {*months_of.due(), *months_without_event(context, key)}, max(months)
            # A nightly run writes at least one event: the asset was checked.
            looked = VERIFY in context.run.tags
            months = [m for m in months if m in due or (looked and m == last)]

        def work(month: str) -> MonthDone:
            made = months_of.make(month, months)
            path = questions_of(month) if key == CONFLICTS else photos_of(month)
            described = {**describe(made), **review_link(workspace, path)}
            return MonthDone(made.written.digest, described)

        failures = yield from _MONTHLY[key].run(
            context,
            months,
            work,
            PartitionAttempts(workspace.ledger),
            months_of.input_digest,
            set(months) - months_of.all(),
        )
        yield look(workspace)
        yield from finish(failures, len(months))

    return metadata


unified = build_metadata_asset(
    UNIFIED,
    UNIFIED_FIELDS,
    describe_unified,
    (ROWS_CHECK, every_photo_has_one_row),
    "One row per photo: the value of every field, with its source, its time, and the rule that "
    "chose it. If catalogs disagree, the value is a proposal and metadata/conflicts has a "
    "conflict.",
)

conflicts = build_metadata_asset(
    CONFLICTS,
    CONFLICT_FIELDS,
    describe_conflicts,
    (COUNTS_CHECK, conflict_counts_agree),
    "Conflicts for a person to decide: values that disagree, photos that a catalog lists twice, "
    "missing masters, photos without any remaining file, files that cannot be decoded. Every value "
    "is kept; nothing is deleted.",
)

visibility = build_metadata_asset(
    VISIBILITY,
    VISIBILITY_FIELDS,
    describe_visibility,
    (VISIBILITY_CHECK, nothing_is_too_visible),
    "Who sees each photo where, as its catalogs state it: the level that applies (the most "
    "restrictive one), the most visible one, and the items that more people may see than intended, "
    "each with what would close it: photosync audit --visibility-check",
)


@dg.sensor(
    name="follow_photos",
    job=JOIN["metadata"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts one run over the months whose photos or their metadata changed, or that "
    "have a "
    "new decision or approval, once the photos are joined.",
)
def follow_photos(
    context: dg.SensorEvaluationContext, library: PhotoLibrary
) -> dg.SensorResult | dg.SkipReason:
    """Compare the months of metadata with those of photos and request those that differ."""
    under_way = ["source", "catalog", "fingerprints", "joins", "metadata"]
    if is_active(context.instance, {LAYER: under_way}):
        return dg.SkipReason("A run over metadata or a layer before it is in progress.")
    workspace = library.workspace
    if photos_made(workspace) is None or photos_due(workspace):
        return dg.SkipReason("Waiting for the photos to be joined.")
    differ = {key: metadata_months(workspace, _TABLES[key]).due() for key in _TABLES}
    due = sorted({month for key in _TABLES for month in _wanted(workspace, key, differ[key])})
    if due:
        tags = due_tags(workspace, context.instance, UNIFIED, due)
        return dg.SensorResult(run_requests=[dg.RunRequest(tags=tags)])
    cursors = [*(context.cursor or "").split("\n"), "", ""][: len(_TABLES)]
    restated = [
        _MONTHLY[key].restate(context, workspace.lake, differ[key], cursor)
        for key, cursor in zip(_TABLES, cursors, strict=True)
    ]
    events = [event for found, _ in restated for event in found]
    return result_without_run(events, "\n".join(cursor for _, cursor in restated))


def _wanted(workspace: Workspace, key: dg.AssetKey, due: Sequence[str]) -> list[str]:
    months = metadata_months(workspace, _TABLES[key])
    return still_to_try(workspace, key, due, months.input_digest)
