"""What people decided about pairs of photos, and which of these decisions join photos. Pure.

The questions and their ids are in `sides`; how photos are joined is decided by `photos`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from photo_assets.identity.sides import lookalike_id, photos_of
from photo_assets.ledger import Decision

SAME: Final = '{"same":true}'
"""The answer that two photos are one."""

DIFFERENT: Final = '{"same":false}'
"""The answer that two photos are different. `ledger.WITHDRAWN` takes either back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The current answer to one question: the two are the same, or different; None: neither."""

    question: str
    same: bool | None

    @property
    def photos(self) -> tuple[str, str]:
        """The photos as they were when the question was asked."""
        found = photos_of(self.question)
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Settled:
    """The answers that are followed, and those that others contradict.

    `joined`: question -> the two photos that it makes one. `contradicted`: the questions whose
    answer "same" would make one photo of two that a person called different.
    """

    joined: Mapping[str, tuple[str, str]]
    contradicted: Sequence[str]


def answers_of(decisions: Iterable[Decision]) -> tuple[Answer, ...]:
    """Return the answers about pairs of photos among current decisions, in their order."""
    ordered = sorted(decisions, key=lambda one: one.decision_id or 0)
    return tuple(
        Answer(one.conflict_id, _said(one.answer))
        for one in ordered
        if photos_of(one.conflict_id) is not None
    )


def ids_in(answers: Iterable[Answer]) -> set[str]:
    """Return all photos that the answers are about."""
    return {photo_id for answer in answers for photo_id in answer.photos}


def answered(answers: Iterable[Answer], current: Mapping[str, str]) -> dict[str, Answer]:
    """Return question about two photos of now -> the last answer that holds for them.

    `current`: each photo of the answers -> the photo that it is now. A question about photos that
    were merged with others since is thus not asked again under another id.
    """
    found = {}
    for answer in answers:
        a, b = (current[photo_id] for photo_id in answer.photos)
        if answer.same is not None and a != b:
            found[lookalike_id(a, b)] = answer
    return found


def _said(answer: str) -> bool | None:
    value = orjson.loads(answer)
    same = value.get("same") if isinstance(value, dict) else None
    return same if isinstance(same, bool) else None


def settle_answers(answers: Sequence[Answer], own: Mapping[str, str]) -> Settled:
    """Decide which answers are followed. `own`: each of their photos -> the one with its keys.

    Photos are joined in the order of the decisions. An answer that would also join two photos of
    which a person said that they are different is not followed: in doubt, photos stay separate.
    An answer about two that are one photo anyway says nothing.
    """
    groups = Groups()
    apart: dict[str, set[str]] = {}
    for answer in answers:
        a, b = (own[photo_id] for photo_id in answer.photos)
        if answer.same is False and a != b:
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    joined, contradicted = {}, []
    for answer in answers:
        a, b = (own[photo_id] for photo_id in answer.photos)
        if not answer.same or a == b:
            continue
        one, other = groups.first(a), groups.first(b)
        if one != other:
            few, many = sorted((one, other), key=lambda first: len(apart.get(first, ())))
            if any(groups.first(photo) == many for photo in apart.get(few, ())):
                contradicted.append(answer.question)
                continue
            first = groups.join(a, b)
            apart[first] = apart.pop(one, set()) | apart.pop(other, set())
        joined[answer.question] = (a, b)
    return Settled(joined, contradicted)


class Groups:
    """Photos in groups, each with a first one; a photo that was never joined is its own group."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._above: dict[str, str] = {}
        for a, b in pairs:
            self.join(a, b)

    def first(self, photo_id: str) -> str:
        """Return the smallest id of a photo's group."""
        above = self._above.get(photo_id, photo_id)
        while above != (further := self._above.get(above, above)):
            self._above[photo_id] = further
            photo_id, above = above, further
        return above

    def join(self, a: str, b: str) -> str:
        """Join the groups of two photos; return the first photo of the new group."""
        first, other = sorted((self.first(a), self.first(b)))
        for photo_id in (a, b, first, other):
            self._above[photo_id] = first
        return first

    def all(self) -> dict[str, list[str]]:
        """Return the groups of two photos and more, by their first ones, each sorted."""
        found: dict[str, list[str]] = {}
        for photo_id in sorted(self._above):
            found.setdefault(self.first(photo_id), []).append(photo_id)
        return {first: photos for first, photos in found.items() if len(photos) > 1}
