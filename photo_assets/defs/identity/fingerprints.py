"""`identity/fingerprints`: the content of every item's file, by month."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import dagster as dg
import pyarrow as pa

from photo_assets.catalogs.fetching import ItemKey, RemoteContents
from photo_assets.catalogs.keeping import KeptContents, kept_catalogs
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.follow_sensor import Following, following_sensor
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.fingerprint_checks import (
    FILES_CHECK,
    ROWS_CHECK,
    every_file_was_decoded,
    every_item_has_a_fingerprint_row,
)
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.defs.identity.rendering import describe_fingerprints
from photo_assets.defs.jobs import FINGERPRINT
from photo_assets.defs.keys import CATALOGS
from photo_assets.defs.keys import FINGERPRINTS as KEY
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
from photo_assets.defs.tags import FULL_SCAN, NIGHT, VERIFY
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import (
    RECIPE,
    MonthMaker,
    Report,
    all_months,
    due_months,
    input_digest,
)
from photo_assets.identity.only_online import only_online
from photo_assets.identity.recheck import Share, nightly_share, recheck
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.tables import FINGERPRINT_FIELDS, FINGERPRINTS

CODE_VERSION = f"fingerprints-{FINGERPRINTS.version}.{RECIPE}"
_MONTHLY = MonthlyAsset(KEY, dict.fromkeys(CATALOGS, False))


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=CATALOGS,
        group_name="identity",
        kinds={"parquet"},
        code_version=CODE_VERSION,
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(FINGERPRINT_FIELDS)},
        description="SHA-256, MD5 and SHA-1 of every file, a hash of its image data, perceptual "
        "hashes of the upright picture, and EXIF. Unchanged files are not read again.",
    ),
    [ROWS_CHECK, FILES_CHECK],
    lambda workspace: [
        look(workspace) for look in (every_item_has_a_fingerprint_row, every_file_was_decoded)
    ],
    pool="fingerprints",
)
def fingerprints(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Read and decode the files of each month."""
    workspace = library.workspace
    since = online_since(workspace)
    workspace.lake.sweep(ASSET)
    months = requested_months(context)
    options = fingerprint_options(workspace)
    with closing(FingerprintCache(workspace.fingerprint_cache)) as cache:
        reread = contents_to_read_again(context, library, months, cache)
        if only_changed(context):
            nightly = VERIFY in context.run.tags
            due = {*due_months(workspace.lake, since, retry=nightly), *reread}
            due |= months_without_event(context, KEY)
            # A nightly run writes at least one event: the asset was checked.
            months = [m for m in months if m in due or (nightly and m == max(months))]

        def make(
            months: Sequence[str], remote: RemoteContents
        ) -> Generator[dg.AssetMaterialization, None, dict[str, str]]:
            def read(items: pa.Table, report: Report, recall: Recall) -> FingerprintRun:
                with_remote = replace(options, remote=remote)
                return fingerprint_items(items, cache, with_remote, report, recall)

            progress = library.listener.fingerprinting
            maker = MonthMaker(workspace.lake, months, read, since, progress)

            def work(month: str) -> MonthDone:
                made = maker.make(month)
                return MonthDone(made.version, describe_fingerprints(made))

            failures = yield from _MONTHLY.run(
                context,
                months,
                work,
                PartitionAttempts(workspace.ledger),
                lambda month: input_digest(workspace.lake, month),
                set(months) - set(all_months(workspace.lake)),
            )
            return failures

        failures = yield from make(months, KeptContents(workspace))
        kept = {} if failures else only_online(workspace.lake, kept_catalogs(workspace), since)
        again = sorted(kept.keys() & {*context.partition_keys})
        if again:
            remote = KeptContents(workspace, set[ItemKey]().union(*kept.values()))
            failures = yield from make(again, remote)
    yield every_item_has_a_fingerprint_row(workspace)
    yield every_file_was_decoded(workspace)
    yield from finish(failures, len(months))


def contents_to_read_again(
    context: dg.AssetExecutionContext,
    library: PhotoLibrary,
    months: Sequence[str],
    cache: FingerprintCache,
) -> tuple[str, ...]:
    """Read contents again if the run requests it; return the months in which one changed."""
    workspace, tags = library.workspace, context.run.tags
    share = Share()
    if FULL_SCAN not in tags:
        most = int(workspace.settings.fingerprints.nightly_gib * 2**30)
        if VERIFY not in tags or not most:
            return ()
        share = nightly_share(workspace.lake, int(tags.get(NIGHT, 0)), most)
    options = replace(fingerprint_options(workspace), reread=True)
    done = recheck(
        workspace.lake,
        months,
        lambda items: fingerprint_items(items, cache, options),
        share,
        library.listener.wants,
    )
    context.log.info(
        f"Read {done.contents:,} files again ({done.bytes / 2**30:,.1f} GiB): {done.changed:,} "
        f"changed, {done.unread:,} could not be read."
    )
    return done.months


follow_catalogs = following_sensor(
    "follow_catalogs",
    FINGERPRINT["all"],
    "Starts one run over the months whose catalogs changed, once no catalog is being read or "
    "written.",
    Following(
        asset=_MONTHLY,
        layers=("source", "catalog", "fingerprints"),
        waits="A run over catalogs or fingerprints is in progress.",
        differ=lambda workspace: due_months(workspace.lake, online_since(workspace)),
        input_digest=lambda workspace, month: input_digest(workspace.lake, month),
    ),
)
