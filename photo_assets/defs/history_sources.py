"""The inputs of the history, and whether it is up to date with them."""

from photo_assets.defs.joins import metadata_due, photos_made
from photo_assets.vault.history import remote
from photo_assets.vault.history.months import HistoryMonth, HistorySources, due_months
from photo_assets.vault.history.writing import has_new_rows
from photo_assets.workspace import Workspace


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
    )


def history_months_due(workspace: Workspace) -> list[str]:
    """Return the months whose records may have changed since the last commit; none if it is off."""
    sources = history_sources(workspace) if workspace.settings.vault.history.enabled else None
    return due_months(sources) if sources is not None else []


def history_due(workspace: Workspace) -> bool:
    """Return whether the history is on and something is not in it yet."""
    if not workspace.settings.vault.history.enabled:
        return False
    sources = history_sources(workspace)
    if sources is None:
        return False
    address = workspace.settings.vault.history.remote
    unpushed = address is not None and not remote.is_pushed(sources.repository, address)
    return unpushed or bool(due_months(sources) or has_new_rows(sources))


def history_faults(workspace: Workspace) -> list[str]:
    """Return a sentence if the remote lacks commits because the last push failed."""
    settings = workspace.settings.vault.history
    if not settings.enabled or settings.remote is None:
        return []
    error = remote.last_error(workspace.history, settings.remote)
    return [] if error is None else [error]
