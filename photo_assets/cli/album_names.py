"""Planning, approving, changing, comparing and restoring names for `photosync albums`."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from photo_assets.albums.collecting import stored_albums
from photo_assets.albums.plan import PlanRow, approve, make_plan, read_plan, revoke
from photo_assets.albums.running import (
    Applied,
    Report,
    apply_approved,
    planned_rollback,
    renamed_albums,
    roll_back,
    verify_all,
)
from photo_assets.cli.failures import AttentionError
from photo_assets.cli.terminal import print_json, print_table, say, shown
from photo_assets.ledger import AlbumChange, Step
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

_SAID = {
    Step.DONE: "renamed",
    Step.CONFLICT: "left",
    Step.FAILED: "failed",
    Step.UNDONE: "undone",
    Step.INTENDED: "not ended",
    Step.RENAMED: "not ended",
}


def show_plan(workspace: Workspace, *, as_json: bool) -> None:
    """Make the plan and print it. Raises `ConfigurationError` if nothing may be renamed."""
    _require_renaming(workspace)
    make_plan(workspace)
    rows = read_plan(workspace)
    if as_json:
        print_json({"rows": [_document(one) for one in rows]})
        return
    columns = ("album", "name", "new name", "drift", "photos", "")
    print_table(
        columns,
        [(r.album, r.before, r.after, r.drift, r.photos, _state(r)) for r in rows],
        numbers=("drift", "photos"),
    )
    approved = sum(one.approved is not None for one in rows)
    say(f"{counted(len(rows), 'name')} planned, {approved:,} approved. Nothing was sent.")
    if approved:
        say("Change the approved names: photosync albums apply")
    elif rows:
        say("Approve: photosync albums approve ALBUM…, or --all")
    known = {f"{one['source']}/{one['catalog']}" for one in stored_albums(workspace.lake)}
    for label in sorted({*workspace.settings.albums.rename} - known):
        say(f"{label} has no albums that were read. Read them: photosync discover")


def approve_names(workspace: Workspace, chosen: Sequence[str], *, taking_back: bool) -> None:
    """Approve the planned names of these albums (none: of all), or take the approvals back."""
    rows = read_plan(workspace)
    known = {one.album for one in rows}
    for album in chosen:
        if album not in known:
            raise click.UsageError(
                f"The plan has no row for {album!r}. See it: photosync albums plan"
            )
    wanted = [one for one in rows if (one.album in chosen if chosen else not one.made)]
    if taking_back:
        taken = revoke(workspace, wanted, getpass.getuser())
        say(f"{counted(len(taken), 'approval')} taken back.")
        return
    given = approve(workspace, wanted, getpass.getuser())
    say(f"{counted(len(given), 'name')} approved. Next: photosync albums apply")


def apply_names(workspace: Workspace, *, as_json: bool) -> None:
    """Make the approved changes and print them.

    Raises `AttentionError` if one was not made, and the error of a service that did not respond.
    """
    _require_renaming(workspace)
    _conclude(apply_approved(workspace, read_plan(workspace), _reporting(as_json)), as_json)


def roll_names_back(
    workspace: Workspace,
    chosen: Sequence[str],
    steps: int | None,
    moment: str | None,
    *,
    execute: bool,
) -> None:
    """Print the names that would be restored, and restore them if `execute`. Raises as `apply`."""
    albums = chosen or renamed_albums(workspace)
    to = None if moment is None else _ledger_time(moment)
    wanted = planned_rollback(workspace, albums, getpass.getuser(), steps, to)
    if not execute:
        rows = [(one.album, one.before, one.after) for one in wanted]
        print_table(("album", "name", "earlier name"), rows)
        say(f"{counted(len(rows), 'name')}. Nothing was sent; to change them: --execute")
        return
    _conclude(roll_back(workspace, wanted, _reporting(as_json=False)), as_json=False)


def verify_names(workspace: Workspace, *, as_json: bool) -> None:
    """Print what differs. Raises `AttentionError` if anything does."""
    _require_renaming(workspace)
    found = verify_all(workspace)
    if as_json:
        print_json({label: asdict(one) for label, one in found.items()})
    else:
        for label, one in found.items():
            say(f"{label}: {counted(one.listed, 'album')} listed, {one.copied:,} copied.")
            for finding in one.findings:
                names = " | ".join(shown(name) for name in finding.names)
                say(f"  {shown(finding.album)}: {finding.difference.replace('_', ' ')}: {names}")
    if any(one.findings for one in found.values()):
        raise AttentionError


def _conclude(applied: Applied, as_json: bool) -> None:
    if as_json:
        print_json({"changes": [asdict(one) for one in applied.changes]})
    done = sum(one.step is Step.DONE for one in applied.changes)
    if not as_json:
        say(f"{counted(done, 'name')} changed, {len(applied.changes) - done:,} not.")
        if done:
            say("Read the new names: photosync discover")
    if applied.stopped is not None:
        raise applied.stopped
    if done < len(applied.changes):
        raise AttentionError


def _reporting(as_json: bool) -> Report:
    def report(change: AlbumChange) -> None:
        if not as_json:
            line = f"{_SAID[change.step]}: {change.album}: {change.before} -> {change.after}"
            say(shown(f"{line}. {change.detail}" if change.detail else line))

    return report


def _state(row: PlanRow) -> str:
    return "approved" if row.approved else "made" if row.made else ""


def _document(row: PlanRow) -> dict[str, object]:
    return {**asdict(row), "approved": row.approved is not None}


def _require_renaming(workspace: Workspace) -> None:
    if not workspace.settings.albums.rename:
        raise ConfigurationError(
            "No catalog's albums may be renamed.",
            hint="List the catalogs in `albums.rename` in photosync.yaml (docs/albums.md).",
        )


def _ledger_time(text: str) -> str:
    """Return a time, local if it has no zone, in the ledger's form. Raises `click.UsageError`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(
            f"{text!r} is not a time. Examples: 2026-11-30T14:00Z, 2026-11-30 14:00."
        ) from None
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
