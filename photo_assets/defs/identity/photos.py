"""`identity/photos`: one row per photo of all catalogs, stored by the month of its master."""

from collections.abc import Iterator, Sequence
from functools import partial

import dagster as dg

from photo_assets.catalogs.discovery.months import EMPTY
from photo_assets.catalogs.registry import PATH_BASED, TRUSTED_SHA1
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.events import is_active, latest_versions
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.checks import (
    DECIDED_CHECK,
    IDS_CHECK,
    MEMBERS_CHECK,
    NAMES_CHECK,
    WHOLE_CHECK,
    photo_checks,
)
from photo_assets.defs.identity.photo_rendering import describe_month
from photo_assets.defs.jobs import JOIN
from photo_assets.defs.joins import chosen_masters, hierarchy, photos_due, same_photo_answers
from photo_assets.defs.keys import CATALOGS, FINGERPRINTS
from photo_assets.defs.keys import PHOTOS as KEY
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    exhausted,
    finish,
    months_without_event,
    only_changed,
    requested_months,
    still_to_try,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import FULL_SCAN, LAYER, VERIFY
from photo_assets.identity.monthly import due_months, input_digest
from photo_assets.identity.photos import PhotoInputs, PhotosWritten, write_photos
from photo_assets.identity.photos.made import KINDS, Made, inputs_by_month, joining, recipe_of
from photo_assets.lake.inputs import fingerprint_files, item_files, item_rows, photo_table
from photo_assets.lake.query_engine import join_memory_mib
from photo_assets.ledger import PartitionAttempts, PhotoRegistry
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import PHOTO_FIELDS, PHOTOS
from photo_assets.workspace import Workspace

CODE_VERSION = "photos-" + ".".join(str(kind.version) for kind in KINDS)
_JOIN = "all"
"""The key for counting attempts of the join: it fails for all months or for none."""

_MONTHLY = MonthlyAsset(KEY, dict.fromkeys([*CATALOGS, FINGERPRINTS], False))


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=[*CATALOGS, FINGERPRINTS],
        group_name="identity",
        kinds={"parquet", "duckdb"},
        code_version=CODE_VERSION,
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(PHOTO_FIELDS)},
        description="Items joined to photos: same bytes, same image data, an id that a program "
        "asserts, or a decision. Photo ids are kept in the ledger and never change. A photo is in "
        "the month of its master. Regardless of the requested month, a run joins all items that "
        "changed and all items affected by them, and writes an event for each month that changed. "
        "The nightly run joins everything, which must give the same result.",
    ),
    [MEMBERS_CHECK, IDS_CHECK, NAMES_CHECK, DECIDED_CHECK, WHOLE_CHECK],
    photo_checks,
    pool="photos",
)
def photos(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Join all items and store photos, members, edges and relations by month."""
    workspace = library.workspace
    joined: list[PhotosWritten] = []
    reported: list[str] = []

    attempts = PartitionAttempts(workspace.ledger)
    name, inputs, tags = KEY.to_user_string(), _inputs(workspace), {VERIFY, FULL_SCAN}

    due = photos_due(workspace)

    def months() -> Iterator[str]:
        """Join, and yield the months to report. The versions of the inputs were read before."""
        attempts.started(name, _JOIN, inputs)
        try:
            made = join_photos(workspace, everything=not tags.isdisjoint(context.run.tags))
        except Exception as error:
            attempts.failed(name, _JOIN, inputs, f"{type(error).__name__}: {error}")
            raise
        attempts.succeeded(name, _JOIN)
        joined.append(made)
        reported.extend(_reported_months(context, made.made, due))
        yield from reported

    def work(month: str) -> MonthDone:
        (made,) = joined
        return MonthDone(
            _version(made.made, month), describe_month(made, month, last=month == reported[-1])
        )

    failures = yield from _MONTHLY.run(context, months(), work, attempts, lambda _month: inputs)
    yield from photo_checks(workspace)
    yield from finish(failures, len(failures))


def _reported_months(
    context: dg.AssetExecutionContext, made: Made, due: Sequence[str]
) -> list[str]:
    """Return the months that changed, whose items changed, and the requested months.

    A nightly run writes at least one event: the asset was checked.
    """
    asked = set(requested_months(context))
    if only_changed(context):
        looked = {max(asked)} if VERIFY in context.run.tags else set()
        asked = looked | (asked & {*due}) | months_without_event(context, KEY)
    known = latest_versions(context.instance, KEY)
    changed = {m for m in {*known, *made.months} if known.get(m) != _version(made, m)}
    return sorted(asked | changed)


def _version(made: Made, month: str) -> str:
    return made.version(month) if month in made.tables[PHOTOS.name] else EMPTY


def _inputs(workspace: Workspace) -> str:
    recipe = recipe_of(hierarchy(workspace))
    decided = joining(PhotoRegistry(workspace.ledger), same_photo_answers(workspace))
    masters = chosen_masters(workspace)
    return inputs_digest([recipe, inputs_by_month(workspace.lake), *decided, *masters])


def join_photos(workspace: Workspace, *, everything: bool = False) -> PhotosWritten:
    """Join the items of a workspace that changed, or all, and store the four tables."""
    lake = workspace.lake
    for kind in KINDS:
        lake.sweep(photo_table(kind))
    return write_photos(
        photo_inputs(workspace),
        PhotoRegistry(workspace.ledger),
        hierarchy(workspace),
        lake,
        workspace.joined_photos,
        everything=everything,
    )


def photo_inputs(workspace: Workspace) -> PhotoInputs:
    """Return the files that the join reads."""
    lake, asked = workspace.lake, workspace.settings.query_memory_mib
    return PhotoInputs(
        items=item_files(lake),
        fingerprints=fingerprint_files(lake),
        path_based=PATH_BASED,
        trusted_sha1=TRUSTED_SHA1,
        answers=same_photo_answers(workspace),
        masters=chosen_masters(workspace),
        memory_mib=asked or join_memory_mib("photos", item_rows(lake)),
        temp_directory=workspace.scratch_for("photos"),
        key_copy=workspace.key_copy,
    )


@dg.sensor(
    name="join_photos",
    job=JOIN["photos"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a join of items into photos when months of items changed, once no items "
    "are being read.",
)
def follow_items(
    context: dg.SensorEvaluationContext, library: PhotoLibrary
) -> dg.SensorResult | dg.SkipReason:
    """Compare the inputs of the stored photos with the current catalogs and fingerprints."""
    if is_active(context.instance, {LAYER: ["source", "catalog", "fingerprints", "joins"]}):
        return dg.SkipReason("A run over photos or a layer before them is in progress.")
    workspace = library.workspace
    if _awaited(workspace):
        return dg.SkipReason("Waiting for the files of changed months to be read.")
    differ = photos_due(workspace) if item_files(workspace.lake) else []
    attempts = PartitionAttempts(workspace.ledger).attempts(KEY.to_user_string())
    given_up = exhausted(attempts, _JOIN, _inputs(workspace))
    return _MONTHLY.follow(context, workspace, differ, [] if given_up else differ)


def _awaited(workspace: Workspace) -> bool:
    """Return whether fingerprints are pending, except for months that failed repeatedly."""
    due = due_months(workspace.lake, online_since(workspace))
    return bool(still_to_try(workspace, FINGERPRINTS, due, partial(input_digest, workspace.lake)))
