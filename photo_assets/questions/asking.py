"""How questions and their answers are worded, on a terminal and on a page alike.

Texts of catalogs may be part of what is returned: whoever prints it escapes it. How a stated value
is written belongs to `wording`, which keys choose an answer to the terminal and to the page.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.identity.masters import MASTER
from photo_assets.ledger import Decision
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.metadata.origins import EXIF_SOURCE
from photo_assets.model.wording import counted, duration
from photo_assets.questions.question import (
    DIFFERENT,
    LOOKALIKE,
    LOST_ITEMS,
    REVIEWED,
    SAME,
    Question,
    Stated,
    as_master,
)
from photo_assets.questions.queue import Choice
from photo_assets.questions.wording import value_text

_KINDS: Final[Mapping[str, str]] = {
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
_REVIEWED: Final[Mapping[str, str]] = {
    LOST_ITEMS: "yes, removed on purpose",
    ConflictKind.DUPLICATE: "yes, keep all entries",
}
_SAME, _DIFFERENT = "the same photo", "different photos"


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that can be chosen: its words, and what it does where they do not say it."""

    answer: Mapping[str, Any]
    words: str
    effect: str = ""


def choice_words(choice: Choice) -> str:
    """Return the name of the questions that a filter takes."""
    if choice.kind is not None:
        name = group_words(choice.kind, choice.field)
    else:
        name = FACT_BY_NAME[choice.field].words if choice.field else "All questions"
    return f"{name}, {choice.month}" if choice.month else name


def group_words(kind: str, field: str | None) -> str:
    """Return the name of the questions of a kind and field."""
    words = _KINDS.get(kind, kind.replace("_", " ").capitalize())
    return f"{FACT_BY_NAME[field].words}: {words.lower()}" if field else words


def open_words(counts: Mapping[str, int]) -> str:
    """Return how many questions are open: "3 open questions: 1 lookalike, 2 duplicate"."""
    if not counts:
        return "no open questions"
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    return f"{counted(sum(counts.values()), 'open question')}: {kinds}"


def asked_words(question: Question) -> str:
    """Return what is asked, as a sentence."""
    if question.field is not None:
        return f"Which {FACT_BY_NAME[question.field].words.lower()} is right?"
    if question.other_masters():
        return "Which file stands for the photo?"
    return _ASKED[question.kind]


def offers(question: Question) -> list[Offer]:
    """Return the answers that need no further input: the stated values, or a few fixed ones."""
    if question.field is not None:
        values = [value for value, _ in question.different()]
        return [Offer({"value": value}, value_text(question, value)) for value in values]
    if question.kind == LOOKALIKE:
        merged = "they become one, with the albums, keywords and ratings of both"
        return [Offer(SAME, _SAME, merged), Offer(DIFFERENT, _DIFFERENT, "not asked again")]
    lost = "the next “photosync discover” marks them missing"
    effect = lost if question.kind == LOST_ITEMS else "nothing changes"
    masters = [as_master(one) for one in question.other_masters()]
    found = [Offer(one, answer_words(question, one), "shown in its place") for one in masters]
    return [*found, Offer(REVIEWED, _REVIEWED.get(question.kind, _SEEN), effect)]


def answer_words(question: Question | None, answer: Mapping[str, Any]) -> str:
    """Return an answer as people read it; its question may no longer be asked."""
    if answer.get("withdrawn"):
        return "no answer"
    if "same" in answer:
        return _SAME if answer["same"] else _DIFFERENT
    if "value" in answer:
        return value_text(question, answer["value"])
    if MASTER in answer:
        return "the main file is that of {source}/{catalog}: {native_id}".format(**answer[MASTER])
    return _REVIEWED.get(question.kind if question else "", _SEEN)


def decision_words(decision: Decision, question: Question | None = None) -> str:
    """Return what a decision says, in a few words."""
    return answer_words(question, json.loads(decision.answer))


def asked_again(question: Question) -> tuple[str, list[str]] | None:
    """Return why an answered question is open: a sentence, and what is new or gone since."""
    before = question.reopened
    if before is None:
        return None
    words = answer_words(question, before.answer)
    new = [
        f"{one.carrier} says since then: {value_text(question, one.value)}" for one in before.new
    ]
    gone = [
        f"{one.get('source')}/{one.get('catalog')} no longer says: "
        f"{value_text(question, one.get('value'))}"
        for one in before.gone
    ]
    return f"Asked again: {before.who} answered “{words}” on {before.at[:10]}.", [*new, *gone]


def carrier_words(stated: Stated) -> str:
    """Return who states a value."""
    return "EXIF in the file" if stated.source == EXIF_SOURCE else stated.carrier


def each_carrier(stated: Sequence[Stated]) -> Iterator[tuple[str, Stated]]:
    """Yield who states a value, each once, with the first statement."""
    first: dict[str, Stated] = {}
    for one in stated:
        first.setdefault(carrier_words(one), one)
    yield from first.items()


def likeness(found: Mapping[str, Any]) -> str:
    """Return how alike two photos are, as one sentence. `found`: `Question.more`."""
    bits = found.get("distance")
    equal = "Their small pictures are equal" if bits == 0 else f"{bits} of 64 picture bits differ"
    parts = [equal]
    if found.get("turn") not in (None, "none"):
        parts.append(f"A looks like B when it is {str(found['turn']).replace('_', ' ')}")
    if found.get("aspect_difference"):
        parts.append(f"their proportions differ by {100 * found['aspect_difference']:.1f} %")
    if (apart := found.get("capture_difference_s")) is not None:
        parts.append(f"taken {duration(apart)} apart" if apart else "taken in the same second")
    if found.get("relation"):
        parts.append(f"a catalog relates them: {str(found['relation']).replace('_', ' ')}")
    return "; ".join(parts) + "."
