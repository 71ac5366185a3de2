"""One question as its page shows it: the values that differ, who states each, keys, and answers.

Pictures of two photos that look alike belong to `pair_view`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from photo_assets.model.canonical import canonical
from photo_assets.questions import Question, Stated
from photo_assets.questions.asking import (
    Offer,
    asked_again,
    asked_words,
    each_carrier,
    group_words,
    offers,
)
from photo_assets.questions.differing import Part, marked_values
from photo_assets.questions.texts import combined, is_text
from photo_assets.questions.wording import accepted, value_text

_KEYS = "123456789"


@dataclass(frozen=True, slots=True)
class Chip:
    """Who states a value, when, and which entry."""

    who: str
    at: datetime | None
    entry: str


@dataclass(frozen=True, slots=True)
class Value:
    """A stated value. `answer` is the JSON that chooses it, "" if nothing is to be chosen.

    `parts`: its text, with the words that differ from another one marked.
    """

    key: str
    parts: list[Part]
    chips: list[Chip]
    answer: str
    proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What the page of one question shows. `draft`: the texts combined, where that is possible.

    `again`: why it is asked again, and what is new or gone since.
    """

    question: Question
    title: str
    asked: str
    values: list[Value]
    answers: list[tuple[str, Offer, str]]  # key, answer, its JSON
    draft: str | None
    accepted: str | None
    again: tuple[str, list[str]] | None


def view_question(question: Question) -> QuestionView:
    """Return a question for its page."""
    field = question.field
    return QuestionView(
        question=question,
        title=group_words(question.kind, field),
        asked=asked_words(question),
        values=_values(question) if field else _entries(question),
        answers=[] if field else _answers(question),
        draft=_draft(question),
        accepted=accepted(field) if field else None,
        again=asked_again(question),
    )


def _values(question: Question) -> list[Value]:
    return [
        Value(
            key=_KEYS[place] if place < len(_KEYS) else "",
            parts=parts,
            chips=_chips(stated),
            answer=canonical({"value": value}),
            proposed=value == question.proposal,
        )
        for place, ((value, stated), parts) in enumerate(
            zip(question.different(), marked_values(question), strict=True)
        )
    ]


def _entries(question: Question) -> list[Value]:
    return [
        Value("", [(value_text(question, one.value), False)], _chips([one]), "", proposed=False)
        for one in question.values
    ]


def _chips(stated: Sequence[Stated]) -> list[Chip]:
    return [Chip(who, one.stated_at, one.native_id) for who, one in each_carrier(stated)]


def _answers(question: Question) -> list[tuple[str, Offer, str]]:
    return [
        (key, offer, canonical(offer.answer))
        for key, offer in zip(_KEYS, offers(question), strict=False)
    ]


def _draft(question: Question) -> str | None:
    return combined(question) if is_text(question) and len(question.different()) > 1 else None
