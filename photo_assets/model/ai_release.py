"""The gate of AI values: the only place that decides which of them may leave the ledger. Pure.

A writer takes a `Released`, and only `release` makes one. Proposals and reviews are recorded in the
ledger; what a sink may then show is decided by `model.disclosure`, as for every value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from photo_assets.model.ai_values import AiValues

_RELEASED_HERE: Final = object()


class ReviewState(StrEnum):
    """What a person said about a proposal; `PENDING` also takes an earlier answer back."""

    PENDING = "pending"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A proposal with its standing review.

    `model` and `request`: what was asked of which model; `proposed`: its values; `seen`: those that
    the reviewer saw; `given`: those that the reviewer gave instead, of an edited one. `review`: the
    number of the review, None without one; `who` gave it; `at`: when, UTC text.
    """

    photo_id: str
    model: str
    request: str
    proposed: AiValues
    state: ReviewState = ReviewState.PENDING
    seen: AiValues | None = None
    given: AiValues | None = None
    review: int | None = None
    who: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Values of a photo that a person approved. Raises `TypeError` if anyone else makes one.

    `model`, `request`: of the proposal, also if the person edited it. `at`: when, UTC text.
    """

    photo_id: str
    values: AiValues
    model: str
    request: str
    review: int
    who: str
    at: str
    _by: object

    def __post_init__(self) -> None:
        """Refuse values that the gate did not release."""
        if self._by is not _RELEASED_HERE:
            raise TypeError("Only model.ai_release.release makes a Released.")


def release(reviewed: Iterable[Reviewed]) -> dict[str, Released]:
    """Return photo id -> the values that a person approved last, for photos that have any.

    Approved values are the model's only if they are what the person saw; edited ones are the
    person's. A photo whose last answer is a rejection keeps an earlier approval of other values.
    """
    found: dict[str, Released] = {}
    for one in reviewed:
        values = _approved(one)
        if values is None or one.review is None or one.who is None or one.at is None:
            continue
        earlier = found.get(one.photo_id)
        if earlier is None or earlier.review < one.review:
            found[one.photo_id] = Released(
                photo_id=one.photo_id,
                values=values,
                model=one.model,
                request=one.request,
                review=one.review,
                who=one.who,
                at=one.at,
                _by=_RELEASED_HERE,
            )
    return found


def _approved(one: Reviewed) -> AiValues | None:
    match one.state:
        case ReviewState.APPROVED if one.seen == one.proposed:
            return one.proposed
        case ReviewState.EDITED:
            return one.given
    return None
