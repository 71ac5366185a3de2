"""Proposals of AI models about photos, and what people said about them. Appended only.

The database refuses changes too. Which values may leave the ledger is decided in
`model.ai_release`.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import AI_PROPOSALS, AI_REVIEWS
from photo_assets.model.ai_release import Released, Reviewed, ReviewState, release
from photo_assets.model.ai_values import AiValues
from photo_assets.model.errors import ExitCode, StorageError


class ReviewChangedError(StorageError):
    """A proposal was reviewed by another program in the meantime, or does not exist."""

    exit_code = ExitCode.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a model said about one photo. `prompt`: the version of the prompt."""

    photo_id: str
    request: str
    model: str
    prompt: str
    values: AiValues
    confidence: float | None = None
    at: str | None = None  # given by the ledger, UTC text

    @property
    def proposal_id(self) -> str:
        """32 hex digits; the same photo and request have the same."""
        text = f"{self.photo_id} {self.request}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One answer of a person. `seen`: the values shown; `given`: the person's own, if edited."""

    proposal_id: str
    state: ReviewState
    seen: AiValues
    who: str
    given: AiValues | None = None
    why: str | None = None
    supersedes: int | None = None
    batch: str | None = None
    review_id: int | None = None  # given by the ledger
    at: str | None = None  # given by the ledger, UTC text


@dataclass(frozen=True, slots=True)
class WithReview:
    """A proposal with its standing review, None while nobody answered."""

    proposal: Proposal
    review: Review | None

    @property
    def state(self) -> ReviewState:
        """The state of the proposal."""
        return self.review.state if self.review else ReviewState.PENDING

    def reviewed(self) -> Reviewed:
        """Return the proposal for the gate."""
        return Reviewed(
            photo_id=self.proposal.photo_id,
            model=self.proposal.model,
            request=self.proposal.request,
            proposed=self.proposal.values,
            state=self.state,
            seen=self.review.seen if self.review else None,
            given=self.review.given if self.review else None,
            review=self.review.review_id if self.review else None,
            who=self.review.who if self.review else None,
            at=self.review.at if self.review else None,
        )


class AiProposals:
    """All proposals and reviews."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, proposal: Proposal) -> None:
        """Store a proposal that needed no call of its own; one that is there is not changed."""
        with self._ledger.writing() as connection:
            add_proposal(connection, proposal, self._ledger.now())

    def of_request(self, request: str) -> Proposal | None:
        """Return a proposal that the request led to."""
        query = select(AI_PROPOSALS).where(AI_PROPOSALS.c.request == request).limit(1)
        with self._ledger.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _proposal(row) if row else None

    def all(self) -> list[WithReview]:
        """Return every proposal with its standing review, oldest first."""
        with self._ledger.reading() as connection:
            order = (AI_PROPOSALS.c.at, AI_PROPOSALS.c.proposal)
            rows = connection.execute(select(AI_PROPOSALS).order_by(*order)).mappings().all()
            reviews = _standing(connection)
        found = map(_proposal, rows)
        return [WithReview(one, reviews.get(one.proposal_id)) for one in found]

    def released(self) -> dict[str, Released]:
        """Return photo id -> the values that may leave the ledger."""
        return release(one.reviewed() for one in self.all())

    def reviewed_photos(self) -> dict[str, list[str]]:
        """Return photo id -> its reviews as texts, for photos with any."""
        found: dict[str, list[str]] = {}
        for one in self.all():
            if one.review:
                text = f"{one.review.review_id} {one.review.at} {one.state}"
                found.setdefault(one.proposal.photo_id, []).append(text)
        return {photo: sorted(texts) for photo, texts in found.items()}

    def review(self, reviews: Sequence[Review]) -> str:
        """Store reviews given at once, in one transaction, and return their batch.

        Raises `ReviewChangedError`, and stores none, if another review of one of the proposals
        stands than the one that is superseded.
        """
        batch = str(uuid.uuid4())
        with self._ledger.writing() as connection:
            standing, now = _standing(connection), self._ledger.now()
            known = set(connection.scalars(select(AI_PROPOSALS.c.proposal)))
            for one in reviews:
                before = standing.get(one.proposal_id)
                stands = before.review_id if before else None
                if one.proposal_id not in known or stands != one.supersedes:
                    raise ReviewChangedError(
                        f"The proposal {one.proposal_id} was reviewed meanwhile, or never existed.",
                        hint="Nothing was stored. Look at the proposals again.",
                    )
                row = insert(AI_REVIEWS).values(
                    proposal=one.proposal_id,
                    state=one.state.value,
                    seen=one.seen.as_json(),
                    given=one.given.as_json() if one.given else None,
                    who=one.who,
                    why=one.why,
                    batch=batch,
                    at=now,
                    supersedes=one.supersedes,
                )
                number = connection.execute(row.returning(AI_REVIEWS.c.review_id)).scalar_one()
                standing[one.proposal_id] = replace(one, review_id=number)
        return batch

    def of_batch(self, batch: str) -> list[Review]:
        """Return the reviews that were given at once, oldest first."""
        query = select(AI_REVIEWS).where(AI_REVIEWS.c.batch == batch)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(AI_REVIEWS.c.review_id)).mappings().all()
        return [_review(row) for row in rows]

    def history(self, proposal_id: str) -> list[Review]:
        """Return every review of a proposal, oldest first."""
        query = select(AI_REVIEWS).where(AI_REVIEWS.c.proposal == proposal_id)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(AI_REVIEWS.c.review_id)).mappings().all()
        return [_review(row) for row in rows]

    def standing(self, proposals: Collection[str]) -> dict[str, Review]:
        """Return the standing reviews of these proposals."""
        with self._ledger.reading() as connection:
            found = _standing(connection)
        return {one: found[one] for one in proposals if one in found}

    def pending(self) -> int:
        """Return how many proposals wait for an answer. Much cheaper than `all`."""
        review, later = AI_REVIEWS.c, AI_REVIEWS.alias()
        answered = exists().where(
            review.proposal == AI_PROPOSALS.c.proposal,
            review.state != ReviewState.PENDING.value,
            ~exists().where(later.c.supersedes == review.review_id),
        )
        query = select(func.count()).select_from(AI_PROPOSALS).where(~answered)
        with self._ledger.reading() as connection:
            return connection.scalar(query) or 0


def add_proposal(connection: Connection, proposal: Proposal, at: str) -> None:
    """Store a proposal inside the caller's transaction; one that is there is not changed."""
    known = select(AI_PROPOSALS.c.proposal).where(AI_PROPOSALS.c.proposal == proposal.proposal_id)
    if connection.scalar(known) is None:
        connection.execute(
            insert(AI_PROPOSALS).values(
                proposal=proposal.proposal_id,
                photo_id=proposal.photo_id,
                request=proposal.request,
                model=proposal.model,
                prompt=proposal.prompt,
                proposed=proposal.values.as_json(),
                confidence=proposal.confidence,
                at=at,
            )
        )


def _standing(connection: Connection) -> dict[str, Review]:
    """Return proposal -> its review that no later one supersedes; of two, the later one."""
    rows = connection.execute(select(AI_REVIEWS).order_by(AI_REVIEWS.c.review_id)).mappings()
    reviews = [_review(row) for row in rows]
    replaced = {one.supersedes for one in reviews}
    return {one.proposal_id: one for one in reviews if one.review_id not in replaced}


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    return Proposal(
        photo_id=row["photo_id"],
        request=row["request"],
        model=row["model"],
        prompt=row["prompt"],
        values=AiValues.of(json.loads(row["proposed"])),
        confidence=row["confidence"],
        at=row["at"],
    )


def _review(row: Mapping[Any, Any]) -> Review:
    return Review(
        proposal_id=row["proposal"],
        state=ReviewState(row["state"]),
        seen=AiValues.of(json.loads(row["seen"])),
        given=AiValues.of(json.loads(row["given"])) if row["given"] else None,
        who=row["who"],
        why=row["why"],
        supersedes=row["supersedes"],
        batch=row["batch"],
        review_id=row["review_id"],
        at=row["at"],
    )
