"""People's answers to proposals: choosing proposals, approving, editing, rejecting, undoing.

Each answer is bound to the values that the person saw. What it releases is decided in
`model.ai_release`.
"""

import getpass
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from photo_assets.ai.describing import ASSET
from photo_assets.ledger import AiProposals
from photo_assets.ledger.ai_proposals import Proposal, Review, ReviewChangedError, WithReview
from photo_assets.model.ai_release import ReviewState
from photo_assets.model.ai_table import AI_DESCRIPTIONS
from photo_assets.model.ai_values import AiValues
from photo_assets.model.errors import ConfigurationError
from photo_assets.workspace import Workspace

_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal with its standing review, and the month of its photo, None if it is not chosen."""

    found: WithReview
    month: str | None

    @property
    def proposal(self) -> Proposal:
        """The proposal."""
        return self.found.proposal

    @property
    def short_id(self) -> str:
        """The first digits of the proposal's id, for people."""
        return self.proposal.proposal_id[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions of a choice of proposals, all of which hold; None: any."""

    states: Collection[ReviewState] = (ReviewState.PENDING,)
    month: str | None = None
    category: str | None = None
    least_confidence: float = 0.0

    def admits(self, one: Listed) -> bool:
        """Return whether a proposal meets the conditions. `month` is a month or a year."""
        values = one.proposal.values
        return (
            one.found.state in self.states
            and (self.month is None or (one.month or "").startswith(self.month))
            and (self.category is None or values.photo_category == self.category)
            and (one.proposal.confidence or 0.0) >= self.least_confidence
        )


def list_proposals(workspace: Workspace, chosen: Filter | None = None) -> list[Listed]:
    """Return the proposals that meet the conditions, by month and age."""
    chosen = chosen or Filter()
    months = months_of(workspace)
    listed = [
        Listed(one, months.get(one.proposal.photo_id))
        for one in AiProposals(workspace.ledger).all()
    ]
    return sorted(filter(chosen.admits, listed), key=lambda one: one.month or "")


def find_proposals(workspace: Workspace, ids: Sequence[str]) -> list[Listed]:
    """Return the proposals with these ids, or whose ids begin with them.

    Raises `ConfigurationError` if one names none, or several.
    """
    listed = list_proposals(workspace, Filter(states=list(ReviewState)))
    return [_find(listed, one.strip().lower()) for one in dict.fromkeys(ids)]


def answer(
    workspace: Workspace,
    listed: Iterable[Listed],
    state: ReviewState,
    *,
    given: AiValues | None = None,
    why: str | None = None,
) -> str:
    """Store one answer to all these proposals, as they were listed; return its batch.

    `given`: the person's own values, for `EDITED`. Raises `ReviewChangedError`, and stores nothing,
    if somebody else answered one meanwhile.
    """
    who = getpass.getuser()
    reviews = [
        Review(
            proposal_id=one.proposal.proposal_id,
            state=state,
            seen=one.proposal.values,
            given=given,
            who=who,
            why=why,
            supersedes=one.found.review.review_id if one.found.review else None,
        )
        for one in listed
    ]
    return AiProposals(workspace.ledger).review(reviews)


def undo(workspace: Workspace, batch: str) -> int:
    """Take back all answers of a batch: each proposal is again as before it. Return how many.

    Raises `ReviewChangedError`, and takes nothing back, if there is no such batch or one of its
    proposals was answered again since.
    """
    proposals = AiProposals(workspace.ledger)
    given = proposals.of_batch(batch)
    standing = proposals.standing([one.proposal_id for one in given])
    if not given or any(standing[one.proposal_id] != one for one in given):
        raise ReviewChangedError(
            f"There is no answer {batch} that still stands in full; nothing was taken back.",
            hint="List the proposals: photosync ai review --all",
        )
    who = getpass.getuser()
    proposals.review([replace(_before(proposals, one), who=who) for one in given])
    return len(given)


def edited(one: Listed, description: str | None, tags: Sequence[str] | None) -> AiValues:
    """Return the values of a proposal with a person's own description and tags."""
    values = one.proposal.values
    if description is not None:
        values = replace(values, description=description.strip() or None)
    if tags is not None:
        values = replace(values, tags=tuple(tag for tag in map(str.strip, tags) if tag))
    return values


def months_of(workspace: Workspace) -> dict[str, str]:
    """Return photo id -> its month, for all photos that were chosen."""
    table = workspace.lake.read_all(ASSET, AI_DESCRIPTIONS, ("photo_id", "month"))
    return dict(zip(table["photo_id"].to_pylist(), table["month"].to_pylist(), strict=True))


def _before(proposals: AiProposals, one: Review) -> Review:
    """Return a review that restores the state before `one`."""
    history = {review.review_id: review for review in proposals.history(one.proposal_id)}
    earlier = history.get(one.supersedes)
    restored = earlier or replace(one, state=ReviewState.PENDING, given=None)
    return replace(restored, supersedes=one.review_id, why="undone", batch=None)


def _find(listed: Sequence[Listed], wanted: str) -> Listed:
    found = [one for one in listed if one.proposal.proposal_id.startswith(wanted)]
    if len(wanted) < _SHORTEST or len(found) != 1:
        raise ConfigurationError(
            f"{wanted!r} names {'no proposal' if not found else 'several proposals'}; nothing was "
            "stored.",
            hint="List them: photosync ai review",
        )
    return found[0]
