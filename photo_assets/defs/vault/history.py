"""`vault/history`: a git repository of what would be lost with the services and the ledger."""

import time

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.history_sources import history_sources, require_history
from photo_assets.defs.keys import CONFLICTS, PHOTOS, UNIFIED
from photo_assets.defs.keys import HISTORY as KEY
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import VERIFY
from photo_assets.model.tables import HISTORY, HISTORY_FIELDS
from photo_assets.vault.history.git_program import RemoteError
from photo_assets.vault.history.months import ASSET
from photo_assets.vault.history.records import RECORD_VERSION
from photo_assets.vault.history.remote import is_pushed, last_error, push
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.summary import HistoryWritten
from photo_assets.vault.history.whereabouts import remember_folder
from photo_assets.vault.history.writing import write_history
from photo_assets.workspace import Workspace

CODE_VERSION = f"history-{RECORD_VERSION}.{HISTORY.version}"


@dg.asset(
    key=KEY,
    deps=[PHOTOS, UNIFIED, CONFLICTS],
    group_name="vault",
    kinds={"git", "json"},
    pool="history",
    code_version=CODE_VERSION,
    automation_condition=follows(PHOTOS, UNIFIED, CONFLICTS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(HISTORY_FIELDS)},
    description="A git repository with one JSON file per photo and every decision: what would be "
    "lost with the services and the ledger. One commit each time something changed; a photo that "
    "left all catalogs keeps its file. The nightly run compares every photo.",
)
def history(context: dg.AssetExecutionContext, library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Commit what changed since the last commit."""
    started = time.monotonic()
    workspace = library.workspace
    sources = history_sources(workspace)
    if sources is None:
        raise dg.Failure("No photos have been joined yet.", allow_retries=False)
    require_history(workspace)
    workspace.lake.sweep(ASSET)
    everything = VERIFY in context.run.tags
    written = write_history(sources, int(time.time()), everything=everything)
    if workspace.settings.vault.history.folder is not None:
        remember_folder(sources.repository, workspace.history_note)
    _push(context, workspace)
    seconds = time.monotonic() - started
    return dg.MaterializeResult(
        data_version=dg.DataVersion(written.commit),
        metadata=_described(written, sources.repository, seconds),
    )


@dg.asset_check(
    name="remote_has_every_commit",
    asset=KEY,
    description="If `vault.history.remote` is set: the last push brought it to the current state. "
    "The remote is not asked; `photosync doctor` does that.",
)
def remote_has_every_commit(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Return the result of the last push; nothing is pushed or asked here."""
    address = library.workspace.settings.vault.history.remote
    if address is None:
        return dg.AssetCheckResult(passed=True, description="No remote is configured.")
    repository = library.workspace.history
    return dg.AssetCheckResult(
        passed=is_pushed(repository, address),
        severity=dg.AssetCheckSeverity.WARN,
        description=last_error(repository, address),
    )


def _push(context: dg.AssetExecutionContext, workspace: Workspace) -> None:
    """Push to the remote, if there is one. A failure is a warning: the history is complete here."""
    address = workspace.settings.vault.history.remote
    if address is not None:
        try:
            push(workspace.history, address)
        except RemoteError as error:
            context.log.warning(str(error))


def _described(
    written: HistoryWritten, repository: HistoryRepository, seconds: float
) -> dict[str, dg.MetadataValue | str | int | float | bool]:
    packs, size = repository.size()
    return {
        "commit": written.commit,
        "dagster/uri": dg.MetadataValue.path(str(repository.folder)),
        "changed": written.committed,
        "message": written.message().partition("\n")[0] if written.committed else "",
        "photos_compared": written.photos,
        "photos_new": written.new,
        "photos_changed": written.changed,
        "photos_merged": written.merged,
        "photos_gone": written.gone,
        "ledger_rows_added": written.rows.total(),
        "fields_changed": ", ".join(f"{n} {c:,}" for n, c in written.fields.most_common(12)),
        "written_kib": round(written.bytes_written / 1024, 1),
        "repository_mib": round(size / 2**20, 2),
        "packs": packs,
        "duration_s": round(seconds, 3),
    }
