"""`photosync ai review`, `approve` and `reject`: lists, the preview, and the answer."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from photo_assets.ai.reviewing import (
    Filter,
    Listed,
    answer,
    edited,
    find_proposals,
    list_proposals,
)
from photo_assets.cli.terminal import say, shown
from photo_assets.model.ai_release import ReviewState
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

_PREVIEW = 20


@dataclass(frozen=True, slots=True)
class Answering:
    """The choice of the command line: ids, or conditions on the pending proposals."""

    ids: tuple[str, ...]
    everything: bool
    month: str | None
    category: str | None
    least: float
    yes: bool
    why: str | None

    @property
    def by_conditions(self) -> bool:
        """Whether conditions choose the proposals, and not ids."""
        return self.everything or bool(self.month or self.category or self.least)

    def find(self, workspace: Workspace) -> list[Listed]:
        """Return the chosen proposals. Raises `click.UsageError` for both ways, or none."""
        if bool(self.ids) == self.by_conditions:
            raise click.UsageError(
                "Name proposals by ID, or choose them by options, for all: --all"
            )
        if self.ids:
            return find_proposals(workspace, self.ids)
        chosen = Filter(month=self.month, category=self.category, least_confidence=self.least)
        return list_proposals(workspace, chosen)


def print_proposals(found: Sequence[Listed]) -> None:
    """Print the proposals with their values."""
    for one in found:
        _print(one)
    pending = sum(one.found.state is ReviewState.PENDING for one in found)
    say(f"{counted(len(found), 'proposal')}, {pending:,} pending.")
    if pending:
        say("To answer: photosync ai approve ID…, or photosync ai reject ID…")


def proposals_document(found: Sequence[Listed]) -> list[dict[str, Any]]:
    """Return the proposals for --json."""
    return [
        {
            "id": one.proposal.proposal_id,
            "photo_id": one.proposal.photo_id,
            "month": one.month and one.month[:7],
            "state": one.found.state.value,
            "model": one.proposal.model,
            "confidence": one.proposal.confidence,
            "at": one.proposal.at,
            **asdict(one.proposal.values),
        }
        for one in found
    ]


def approve_proposals(
    workspace: Workspace, chosen: Answering, description: str | None, tags: Sequence[str] | None
) -> None:
    """Approve the chosen proposals, one of them with a person's own values, if given."""
    found = chosen.find(workspace)
    if description is None and tags is None:
        _answer(workspace, chosen, found, ReviewState.APPROVED, "Approve")
        return
    if len(chosen.ids) != 1:
        raise click.UsageError("--description and --tags need exactly one ID.")
    (one,) = found
    batch = answer(
        workspace,
        [one],
        ReviewState.EDITED,
        given=edited(one, description, tags),
        why=chosen.why,
    )
    _say_done(1, "approved as edited", batch)


def reject_proposals(workspace: Workspace, chosen: Answering) -> None:
    """Reject the chosen proposals."""
    _answer(workspace, chosen, chosen.find(workspace), ReviewState.REJECTED, "Reject")


def _answer(
    workspace: Workspace,
    chosen: Answering,
    found: Sequence[Listed],
    state: ReviewState,
    verb: str,
) -> None:
    if not found:
        say("No pending proposal is chosen; nothing was stored.")
        return
    if chosen.by_conditions:
        for one in found[:_PREVIEW]:
            _print(one)
        if len(found) > _PREVIEW:
            say(f"… and {len(found) - _PREVIEW:,} more: photosync ai review")
        if not chosen.yes:
            if not sys.stdin.isatty():
                raise click.UsageError("Without a terminal, --yes is needed after the preview.")
            click.confirm(f"{verb} {counted(len(found), 'proposal')}?", abort=True)
    batch = answer(workspace, found, state, why=chosen.why)
    _say_done(len(found), state.value, batch)


def _say_done(count: int, done: str, batch: str) -> None:
    say(f"{counted(count, 'proposal')} {done}.")
    say(f"To take it back: photosync ai undo {batch}")
    say("Used with the next update; at once: photosync resolve --refresh")


def _print(one: Listed) -> None:
    values, month = one.proposal.values, (one.month or "unknown")[:7]
    state = "" if one.found.state is ReviewState.PENDING else f" ({one.found.state})"
    say(f"{one.short_id}  {month}  photo {one.proposal.photo_id}{state}")
    say(f"    {shown(values.description or '')}")
    words = [*values.tags, values.photo_category, values.sport_type, values.emotion]
    say(f"    {shown(', '.join(word for word in words if word))}")
