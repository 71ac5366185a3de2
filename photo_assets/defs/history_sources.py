"""The inputs of the history, and whether it is up to date with them.

A history that cannot be read is due: its own job then fails and is listed; nothing else does.
"""

import logging

from photo_assets.configuration.loading import portable_text
from photo_assets.configuration.project_folders import sample_root
from photo_assets.defs.joins import metadata_due, photos_made
from photo_assets.model.errors import StorageError
from photo_assets.vault.history import remote
from photo_assets.vault.history.months import HistoryMonth, HistorySources, due_months
from photo_assets.vault.history.whereabouts import require_reachable
from photo_assets.vault.history.writing import has_new_rows
from photo_assets.workspace import Workspace

_LOG = logging.getLogger(__name__)


def history_sources(workspace: Workspace) -> HistorySources | None:
    """Return what the history is made from, None before the first join."""
    made = photos_made(workspace)
    if made is None:
        return None
    return HistorySources(
        lake=workspace.lake,
        ledger=workspace.ledger,
        repository=workspace.history,
        months={m: HistoryMonth(made.version(m), made.sources[m]) for m in made.months},
        author=workspace.settings.vault.history.author,
        waiting=metadata_due(workspace),
        configuration=_configuration(workspace),
    )


def _configuration(workspace: Workspace) -> str | None:
    """Return the values of photosync.yaml; None for the sample's, which is generated."""
    file = workspace.configuration.file
    return None if file is None or file.parent == sample_root() else portable_text(file)


def require_history(workspace: Workspace) -> None:
    """Raise `StorageError` if the history's folder is not there although it should be.

    The default folder may be created at any time.
    """
    if workspace.settings.vault.history.folder is not None:
        require_reachable(workspace.history, workspace.history_note)


def history_months_due(workspace: Workspace) -> list[str]:
    """Return the months whose records may have changed since the last commit; none if it is off."""
    sources = history_sources(workspace) if workspace.settings.vault.history.enabled else None
    if sources is None:
        return []
    try:
        require_history(workspace)
    except StorageError:
        return []
    try:
        return due_months(sources)
    except Exception as error:  # every kind of damage; the job of the history names it
        _LOG.debug("The history cannot be read: %s", error)
        return sources.ready


def history_due(workspace: Workspace) -> bool:
    """Return whether the history is on and something is not in it yet, or it cannot be read.

    False while its disk is away: `history_faults` says so.
    """
    if not workspace.settings.vault.history.enabled:
        return False
    try:
        require_history(workspace)
    except StorageError:
        return False
    sources = history_sources(workspace)
    if sources is None:
        return False
    address = workspace.settings.vault.history.remote
    try:
        unpushed = address is not None and not remote.is_pushed(sources.repository, address)
        return unpushed or bool(due_months(sources) or has_new_rows(sources))
    except Exception as error:  # every kind of damage; the job meets it too, and is listed
        _LOG.debug("The history cannot be read: %s", error)
        return True


def history_faults(workspace: Workspace) -> list[str]:
    """Return a sentence if the history's disk is away, or the last push to its remote failed."""
    settings = workspace.settings.vault.history
    if not settings.enabled:
        return []
    try:
        require_history(workspace)
    except StorageError as error:
        return [str(error)]
    if settings.remote is None:
        return []
    failed = remote.last_error(workspace.history, settings.remote)
    return [] if failed is None else [failed]
