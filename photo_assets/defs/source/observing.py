"""Discovering a source's catalogs inside a run, and reporting the changed months to Dagster."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import dagster as dg

from photo_assets.catalogs.discovery.differences import said
from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_state, note_contact
from photo_assets.catalogs.discovery.months import EMPTY, StagedMonths, load_staged
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.registry import build_catalogs
from photo_assets.defs.catalog.checks import (
    away_catalogs,
    evaluation,
    every_catalog_was_read,
    held_scans,
    nothing_vanished,
)
from photo_assets.defs.events import latest_versions
from photo_assets.defs.keys import catalog_key, source_key
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.lake import Lake
from photo_assets.ledger import Confirmations, PartitionAttempts
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

Log = Callable[[str], None]


def attempts_name(source: str) -> str:
    """Return the name under which the ledger counts attempts to read this source's catalogs."""
    return source_key(source).to_user_string()


def discover_source(
    library: PhotoLibrary, source: str, *, full: bool, log: Log
) -> tuple[list[Discovery], dict[str, PhotoAssetsError]]:
    """Discover every enabled catalog of `source`; a failure affects only its catalog.

    Returns the discoveries, and the error of each catalog that could not be read.
    """
    workspace, listener = library.workspace, library.listener
    done: list[Discovery] = []
    errors: dict[str, PhotoAssetsError] = {}
    attempts = PartitionAttempts(workspace.ledger)
    for catalog in build_catalogs(workspace, source):
        if listener.only_catalog not in (None, catalog.name):
            continue
        try:
            found = discover(
                catalog,
                workspace.staging,
                full=full,
                guard=_guard(workspace, source, catalog.name),
                progress=listener.reading,
            )
        except PhotoAssetsError as error:
            errors[catalog.name] = error
            token = _token(catalog)
            attempts.started(attempts_name(source), catalog.name, token)
            attempts.failed(attempts_name(source), catalog.name, token, str(error))
            folder = catalog_folder(workspace.staging, source, catalog.name)
            note_contact(folder, datetime.now(UTC), reason=str(error), previous=load_state(folder))
            log(f"{source}/{catalog.name} could not be read: {error}")
            if listener.unreadable is not None:
                listener.unreadable(f"{source}/{catalog.name}", str(error))
            continue
        attempts.succeeded(attempts_name(source), catalog.name)
        done.append(found)
        log(describe(found))
        if listener.discovered is not None:
            listener.discovered(found)
    return done, errors


def changed_versions(instance: dg.DagsterInstance, staged: StagedMonths) -> dict[str, str]:
    """Return month -> data version for months whose last observation has another version.

    Compared with the event log, not with a scan's own list of changes: a run that was killed
    between accepting a scan and reporting it loses no change.
    """
    seen = latest_versions(instance, source_key(staged.source), observed=True)
    months = {*seen, *staged.months()}
    versions = {month: staged.version(month) for month in months}
    return {m: v for m, v in sorted(versions.items()) if seen.get(m, EMPTY) != v}


def observations(
    staged: StagedMonths, versions: dict[str, str], lake: Lake
) -> Iterator[dg.AssetObservation]:
    """Yield one observation per month of `versions`, and one of the catalog month it makes stale.

    The UI shows observations since the last materialization on the page of a catalog month. It
    shows none on the page of a source's month, only among its events.
    """
    stored = set(lake.names(("catalog", staged.source)))
    for month, version in versions.items():
        why = said(staged, lake, month)
        if why and month in stored:
            yield dg.AssetObservation(
                asset_key=catalog_key(staged.source),
                partition=month,
                description=why,
                metadata={"unwritten_changes": why},
            )
        yield dg.AssetObservation(
            asset_key=source_key(staged.source),
            partition=month,
            description=why or None,
            metadata={
                "unwritten_changes": why or "nothing",
                **{name: part.rows for name, part in staged.parts(month).items()},
            },
            tags={"dagster/data_version": version},
        )


def observe(
    context: dg.OpExecutionContext | dg.AssetExecutionContext,
    library: PhotoLibrary,
    source: str,
    *,
    full: bool,
) -> tuple[StagedMonths, dict[str, PhotoAssetsError]]:
    """Discover the source and log an observation for every month that changed.

    If a loss is held back or a catalog goes offline, the check's result is reported immediately.
    """
    workspace = library.workspace
    held, away = held_scans(workspace, source), away_catalogs(workspace, source)
    _, errors = discover_source(library, source, full=full, log=context.log.info)
    if held_scans(workspace, source) != held:
        context.instance.report_runless_asset_event(evaluation(nothing_vanished, workspace, source))
    if away_catalogs(workspace, source) != away:
        result = evaluation(every_catalog_was_read, workspace, source)
        context.instance.report_runless_asset_event(result)
    staged = load_staged(workspace.staging, source)
    changed = changed_versions(context.instance, staged)
    for event in observations(staged, changed, workspace.lake):
        context.log_event(event)
    return staged, errors


def raise_for(errors: dict[str, PhotoAssetsError]) -> None:
    """Fail the run if any catalog could not be read, naming each; call it after the others."""
    if errors:
        text = "; ".join(f"{name}: {error}" for name, error in errors.items())
        raise dg.Failure(description=text, allow_retries=False)


def describe(found: Discovery) -> str:
    """Return one line that summarizes a discovery."""
    name = f"{found.source}/{found.catalog}"
    if found.offline is not None:
        rows = found.manifest.items if found.manifest else 0
        kept = counted(rows, "row is unchanged", "rows are unchanged")
        return f"{name} is offline; its {kept}. {found.offline}"
    if found.held is not None:
        return f"{name} {found.held.sentence} If this is intended: photosync confirm {name}"
    count = found.accounting
    summary = (
        f"{name}: found {count.found:,} = written {count.written:,} + discarded "
        f"{count.discarded:,} + failed {count.failed:,}; {count.moved:,} moved; "
        f"{counted(len(found.changed_months), 'month')} changed"
    )
    figures = ", ".join(f"{what} {figure}" for what, figure in found.figures.items())
    advice = [f"{one.text} {one.fix}" for one in found.advice]
    return ". ".join([summary, *filter(None, [figures]), *advice])


def _guard(workspace: Workspace, source: str, name: str) -> Guard:
    confirmations = Confirmations(workspace.ledger)
    return Guard(
        percent=workspace.settings.discovery.disappearance_percent,
        items=workspace.settings.discovery.disappearance_items,
        is_confirmed=lambda digest: confirmations.is_confirmed(source, name, digest),
    )


def _token(catalog: Catalog) -> str:
    try:
        return catalog.probe(time.monotonic() + 30.0).token or "unknown"
    except PhotoAssetsError as error:
        return f"unreadable: {error.message}"
