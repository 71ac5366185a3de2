"""One question as its page shows it: the values that differ, who states each, keys, and answers.

Pictures of two photos that look alike belong to `pair_view`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from photo_assets.ledger import Decision
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.metadata.origins import EXIF_SOURCE
from photo_assets.model.canonical import canonical
from photo_assets.questions import Question, Stated
from photo_assets.questions.question import DIFFERENT, LOOKALIKE, LOST_ITEMS, REVIEWED, SAME
from photo_assets.questions.texts import combined, is_text
from photo_assets.questions.wording import accepted, value_text

KIND_WORDS: Final[Mapping[str, str]] = {
    LOST_ITEMS: "Many items are gone",
    LOOKALIKE: "Photos that look alike",
    ConflictKind.METADATA_MISMATCH: "Values that disagree",
    ConflictKind.DUPLICATE: "Listed several times",
    ConflictKind.MISSING_MASTER: "The main file is missing",
    ConflictKind.ORPHANED: "No file is left",
    ConflictKind.UNDECODABLE: "Cannot be decoded",
}

_ASKED: Final[Mapping[str, str]] = {
    LOST_ITEMS: "Did you remove these items on purpose?",
    LOOKALIKE: "Are these the same photo?",
    ConflictKind.DUPLICATE: "Are these entries as they should be?",
    ConflictKind.MISSING_MASTER: "Have you seen that the file is missing?",
    ConflictKind.ORPHANED: "Have you seen that no file is left?",
    ConflictKind.UNDECODABLE: "Have you seen that the file is damaged?",
}

_SEEN = "seen, leave it as it is"
_DONE: Final[Mapping[str, str]] = {
    LOST_ITEMS: "yes, removed on purpose",
    ConflictKind.DUPLICATE: "yes, keep all entries",
}
_KEYS = "123456789"


@dataclass(frozen=True, slots=True)
class Chip:
    """Who states a value, when, and which entry."""

    who: str
    at: datetime | None
    entry: str


@dataclass(frozen=True, slots=True)
class Value:
    """A stated value. `answer` is the JSON that chooses it, "" if nothing is to be chosen."""

    key: str
    text: str
    chips: list[Chip]
    answer: str
    proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What the page of one question shows. `draft`: the texts combined, where that is possible."""

    question: Question
    title: str
    asked: str
    values: list[Value]
    answers: list[tuple[str, str, str]]  # key, label, JSON
    draft: str | None
    accepted: str | None
    again: str | None
    since: list[tuple[str, str]]  # who, what is new or gone


def view_question(question: Question) -> QuestionView:
    """Return a question for its page."""
    field = question.field
    words = FACT_BY_NAME[field].words if field else ""
    return QuestionView(
        question=question,
        title=group_words(question.kind, field),
        asked=f"Which {words.lower()} is right?" if field else _ASKED[question.kind],
        values=_values(question) if field else _entries(question),
        answers=_answers(question),
        draft=_draft(question),
        accepted=accepted(field) if field else None,
        again=_again(question),
        since=[*_since(question)],
    )


def group_words(kind: str, field: str | None) -> str:
    """Return the name of the questions of a kind and field."""
    words = KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())
    return f"{FACT_BY_NAME[field].words}: {words.lower()}" if field else words


def answer_words(question: Question | None, answer: Mapping[str, Any]) -> str:
    """Return an answer as people read it; without its question as JSON."""
    if answer.get("withdrawn"):
        return "no answer"
    if "same" in answer:
        return "the same photo" if answer["same"] else "different photos"
    if "value" in answer:
        value = answer["value"]
        if question is not None:
            return value_text(question, value)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _DONE.get(question.kind if question else "", _SEEN)


def decision_words(decision: Decision, question: Question | None) -> str:
    """Return what a decision says, in a few words."""
    return answer_words(question, json.loads(decision.answer))


def _values(question: Question) -> list[Value]:
    found = []
    for place, (value, stated) in enumerate(question.different()):
        found.append(
            Value(
                key=_KEYS[place] if place < len(_KEYS) else "",
                text=value_text(question, value),
                chips=[*_chips(stated)],
                answer=canonical({"value": value}),
                proposed=value == question.proposal,
            )
        )
    return found


def _entries(question: Question) -> list[Value]:
    return [
        Value("", value_text(question, one.value), [*_chips([one])], "", proposed=False)
        for one in question.values
    ]


def _chips(stated: Iterable[Stated]) -> Iterable[Chip]:
    """Yield each catalog once."""
    found: dict[str, Chip] = {}
    for one in stated:
        who = "EXIF in the file" if one.source == EXIF_SOURCE else one.carrier
        found.setdefault(who, Chip(who, one.stated_at, one.native_id))
    return found.values()


def _answers(question: Question) -> list[tuple[str, str, str]]:
    if question.field:
        return []
    if question.kind == LOOKALIKE:
        return [
            ("1", "The same photo", canonical(SAME)),
            ("2", "Different photos", canonical(DIFFERENT)),
        ]
    return [("1", answer_words(question, REVIEWED).capitalize(), canonical(REVIEWED))]


def _draft(question: Question) -> str | None:
    return combined(question) if is_text(question) and len(question.different()) > 1 else None


def _again(question: Question) -> str | None:
    before = question.reopened
    if before is None:
        return None
    words = answer_words(question, before.answer)
    return f"Asked again: {before.who} answered “{words}” on {before.at[:10]}."


def _since(question: Question) -> Iterable[tuple[str, str]]:
    before = question.reopened
    if before is None:
        return
    for new in before.new:
        yield new.carrier, f"says since then: {value_text(question, new.value)}"
    for gone in before.gone:
        who = f"{gone.get('source')}/{gone.get('catalog')}"
        yield who, f"no longer says: {value_text(question, gone.get('value'))}"
