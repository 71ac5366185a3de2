"""Running `defs.sync` for `discover` and `demo`, with progress and a summary of the result."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from photo_assets.catalogs.discovery.discover import Discovery
from photo_assets.catalogs.registry import SOURCES
from photo_assets.cli.accounting import accounting_document, print_accounting
from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.output_streams import own_stream
from photo_assets.cli.progress import reporting
from photo_assets.cli.session import SESSION
from photo_assets.cli.terminal import print_json, say, shown
from photo_assets.model.errors import (
    CatalogUnavailableError,
    CatalogUnreadableError,
    StorageError,
)
from photo_assets.model.wording import counted
from photo_assets.status.catalogs import UnknownCatalogError, find_catalog
from photo_assets.status.figures import Figures, read_figures
from photo_assets.status.file_faults import FaultCounts, count_faults, fault_sentences
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.defs.sync_result import SyncResult

_WHAT_TO_DO = "The reason given for each of them says what to do."


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """The options of the command line: a `SyncRequest` before Dagster is imported."""

    sources: tuple[str, ...] = ()
    catalog: str | None = None
    since: date | None = None
    full: bool = False


def require_catalog(workspace: Workspace, options: SyncOptions) -> None:
    """Raise `UnknownCatalogError` if the options match no configured catalog."""
    configured = [
        f"{source}/{name}"
        for source in SOURCES
        for name, settings in sorted(getattr(workspace.settings.catalogs, source).items())
        if settings.enabled
    ]
    chosen = [
        label
        for label in configured
        if (not options.sources or label.split("/")[0] in options.sources)
        and options.catalog in (None, label.split("/")[1])
    ]
    if not chosen:
        known = ", ".join(configured) or "none; add one to photosync.yaml"
        raise UnknownCatalogError("No enabled catalog matches.", hint=f"Enabled catalogs: {known}.")


def run_sync(workspace: Workspace, options: SyncOptions, *, as_json: bool) -> "SyncResult":
    """Update everything and print the result.

    After printing, raises `CatalogUnreadableError` if a catalog could not be read,
    `CatalogUnavailableError` if none of them was online or one of a service was not, `StorageError`
    if a run failed because of disk space or memory, and `AttentionError` if something else needs a
    person. Raises `StorageError` before anything else if the ledger does not respond.
    """
    with workspace.ledger.reading():
        pass  # otherwise every run would fail, with the reason only in its log
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        # Imported under the progress display: loading Dagster takes a second.
        from photo_assets.defs.sync import sync
        from photo_assets.defs.sync_result import SyncRequest

        request = SyncRequest(
            sources=options.sources, catalog=options.catalog, since=options.since, full=options.full
        )
        result = sync(workspace, request, listening.report)
        if result.failed_runs:
            listening.raise_if_signalled()  # the last run may have failed because of it
    figures = read_figures(workspace)
    read = {_name(found) for found in result.discoveries}
    faults = {label: n for label, n in count_faults(workspace).items() if label in read}
    if as_json:
        print_json(_document(result, figures, faults))
    else:
        _print(result, figures, faults, options)
    _judge(workspace, result, faults)
    return result


def _print(
    result: "SyncResult", figures: Figures, faults: FaultCounts, options: SyncOptions
) -> None:
    print_accounting(result.discoveries, result.errors)
    for line in fault_sentences(faults):
        say(line)
    say()
    written = ", ".join(f"{asset} {count:,}" for asset, count in sorted(result.months.items()))
    say(f"Months written: {written or 'none'}.")
    if options.since is not None:
        say(f"Months before {options.since:%Y-%m} were read but not written.")
    say(figures.sentence())
    plans = ", ".join(f"{sink} {counted(rows, 'row')}" for sink, rows in result.plans.items())
    if plans:
        say(f"Waiting to be written: {plans}.")
    if result.copies:
        say(f"{counted(result.copies, 'copy', 'copies')} written to the stores of originals.")
    if result.commit is not None:
        say(f"History: commit {result.commit}.")
    for line in result.vault:
        say(line)
    for run in result.failed_runs:
        say(f"Run {run} failed; its other work is complete. Its log is in the UI: photosync ui")
    for failure in result.failures:
        if not failure.by_storage:  # those end the command with their reason
            say(f"  {shown(failure.reason)}")


def _judge(workspace: Workspace, result: "SyncResult", faults: FaultCounts) -> None:
    if result.errors:
        names = ", ".join(sorted(result.errors))
        raise CatalogUnreadableError(
            f"Could not read {names}; every other catalog was read.",
            hint="`photosync doctor` shows the reason.",
        )
    refused = next((failure for failure in result.failures if failure.by_storage), None)
    if refused is not None:
        raise StorageError(refused.reason)
    away = [found for found in result.discoveries if found.offline is not None]
    if away and len(away) == len(result.discoveries):
        raise CatalogUnavailableError(
            f"No catalog could be read: {_names(away)} cannot be reached. Their rows are kept.",
            hint=_WHAT_TO_DO,
        )
    # A disk may be unplugged on purpose; a service or its sign-in failed.
    failed = [found for found in away if not find_catalog(workspace, _name(found)).can_be_unplugged]
    if failed:
        raise CatalogUnavailableError(
            f"Could not read {_names(failed)}; every other catalog was read. Their rows are kept.",
            hint=_WHAT_TO_DO,
        )
    wrong_path = any(found.manifest is None for found in away)
    held = any(found.held for found in result.discoveries)
    unread = any(found.accounting.failed for found in result.discoveries)
    if held or unread or faults or wrong_path or result.vault or result.failed_runs:
        raise AttentionError


def _names(discoveries: list[Discovery]) -> str:
    return ", ".join(_name(found) for found in discoveries)


def _name(found: Discovery) -> str:
    return f"{found.source}/{found.catalog}"


def _document(result: "SyncResult", figures: Figures, faults: FaultCounts) -> dict[str, Any]:
    return {
        "catalogs": [
            {
                **accounting_document(found),
                "unreadable_files": dict(faults.get(_name(found), {})),
            }
            for found in result.discoveries
        ],
        "errors": dict(result.errors),
        "runs": list(result.runs),
        "failed_runs": list(result.failed_runs),
        "months_written": dict(result.months),
        "photos": figures.photos,
        "questions": figures.questions,
        "waiting_rows": dict(result.plans),
        "copies_written": result.copies,
        "history_commit": result.commit,
        "vault": list(result.vault),
    }
