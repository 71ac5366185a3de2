"""Updating what follows from answers, and saying what changed; used after the last answer."""

from typing import TYPE_CHECKING, Any

from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.output_streams import own_stream
from photo_assets.cli.progress import reporting
from photo_assets.cli.session import SESSION, require_project
from photo_assets.cli.terminal import say, shown
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.defs.sync_result import SyncResult


def run_refresh(workspace: Workspace) -> "SyncResult":
    """Run what decisions made due, with progress on standard error; no catalog is read.

    Raises `StorageError` if a run failed because of disk space or memory.
    """
    require_project()
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        from photo_assets.defs.sync import refresh

        result = refresh(workspace, listening.report)
        if result.failed_runs:
            listening.raise_if_signalled()
    return result


def print_refresh(result: "SyncResult") -> None:
    """Print what changed."""
    months = result.months.get("metadata/unified", 0)
    parts = [f"{counted(months, 'month')} of the view"] if months else []
    parts += [f"history {result.commit}"] if result.commit else []
    parts += [
        f"{sink} has {counted(rows, 'row')} to write" for sink, rows in result.plans.items() if rows
    ]
    say(f"Updated: {'; '.join(parts) or 'nothing was due'}.")
    for failure in result.failures:
        say(f"  {shown(failure.reason)}", error=True)


def refresh_document(result: "SyncResult | None") -> dict[str, Any] | None:
    """Return the refresh for --json."""
    if result is None:
        return None
    return {
        "runs": list(result.runs),
        "failed_runs": list(result.failed_runs),
        "months_written": dict(result.months),
        "waiting_rows": dict(result.plans),
        "history_commit": result.commit,
    }


def judge_refresh(result: "SyncResult | None") -> None:
    """Raise what a failed run means for the exit code; answers stay stored."""
    if result is None or not result.failed_runs:
        return
    refused = next((failure for failure in result.failures if failure.by_storage), None)
    if refused is not None:
        raise StorageError(refused.reason, hint="The answers are stored: photosync discover")
    raise AttentionError
