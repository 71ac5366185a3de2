"""One question as lines of text: what each catalog says, and which key answers what."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from photo_assets.cli.terminal import shown
from photo_assets.identity.masters import MASTER
from photo_assets.questions import Question, Stated
from photo_assets.questions.asking import (
    Offer,
    answer_words,
    asked_again,
    asked_words,
    carrier_words,
    likeness,
    offers,
)
from photo_assets.questions.differing import marked_values
from photo_assets.questions.question import LOOKALIKE, LOST_ITEMS, as_master
from photo_assets.questions.texts import is_text
from photo_assets.questions.wording import value_text

LETTERS = "ABDEFGHILMOPVWXZ"
"""The keys of stated values: every letter that means nothing else."""

_LINE_END = re.compile(r"\r\n?|\n")
_FIXED = {LOOKALIKE: "YN", LOST_ITEMS: "L"}
"""The keys of answers to questions that are not about values; of others, `R` comes last."""

_KEYS = {
    "C": ("combine", "combine the texts"),
    "T": ("type", "type a value"),
    "S": ("skip", "skip"),
    "U": ("undo", "undo your last answer; again: the one before"),
    "J": ("next", "next question"),
    "K": ("previous", "previous question"),
    "Q": ("quit", "quit"),
    "?": ("help", "this help"),
}


def choices(question: Question) -> dict[str, Mapping[str, Any]]:
    """Return key -> the answer that it gives without further input."""
    return {key: offer.answer for key, offer in _offered(question).items()}


def keys(question: Question) -> dict[str, str]:
    """Return every key that does something at this question, with its meaning."""
    meant = {
        key: "use this value"
        if question.field
        else ": ".join(filter(None, (one.words, one.effect)))
        for key, one in _offered(question).items()
    }
    return meant | {key: _KEYS[key][1] for key in _further(question)}


def _offered(question: Question) -> dict[str, Offer]:
    found = offers(question)
    if question.field is not None:
        return dict(zip(LETTERS, found, strict=False))
    if question.kind in _FIXED:
        return dict(zip(_FIXED[question.kind], found, strict=True))
    *files, reviewed = found  # files that may take the place of a missing one
    return {**dict(zip(LETTERS, files, strict=False)), "R": reviewed}


def _further(question: Question) -> list[str]:
    """Return the keys that are no answer by themselves."""
    combining = is_text(question)
    typing = question.field is not None
    return [key for key in _KEYS if (key != "C" or combining) and (key != "T" or typing)]


def question_lines(
    question: Question, number: int, total: int, mark: Callable[[str], str] = str
) -> Iterator[str]:
    """Yield a question: its place in the list, its photo, why it is asked, and the values.

    `mark` makes a piece of a line stand out, by which long texts differ.
    """
    month = (question.month or "unknown month")[:7]
    yield f"{number:,} of {total:,}  {month}  {shown(question.detail)}"
    again, since = asked_again(question) or ("", [])
    if again:
        yield f"  {shown(again)}"
        yield from (f"    {shown(what)}" for what in since)
    yield f"  {shown(asked_words(question))}"
    yield ""
    if question.field is None:
        for place, stated in enumerate(question.values):
            yield f"  {_name(question, place):2} {_value(question, stated.value)}"
            yield f"       {_who(question, [stated])}"
    else:
        told = zip(question.different(), marked_values(question), strict=True)
        for key, ((value, carriers), parts) in zip(LETTERS, told, strict=False):
            first, *rest = "".join(_printed(*part, mark) for part in parts).split("\n")
            yield f"  {key}  {first}"
            yield from (f"     {line}" for line in rest)
            note = ", shown now" if value == question.proposal else ""
            yield f"       {_who(question, carriers)}{note}"
        if more := len(question.different()) - len(LETTERS):
            yield f"     and {more} more: type one with T" if more > 0 else ""
    if question.kind == LOOKALIKE:
        yield f"     {shown(likeness(question.more or {}))}"
        yield "     To see both pictures: photosync review"


def key_line(question: Question) -> str:
    """Return the keys in one line."""
    offered = _offered(question)
    listed = [key for key, one in offered.items() if one.answer.keys() & {"value", MASTER}]
    parts = [f"{' '.join(listed)} use"] if listed else []
    parts += [f"{key} {one.words}" for key, one in offered.items() if key not in listed]
    return "  ".join([*parts, *(f"{key} {_KEYS[key][0]}" for key in _further(question))])


def answer_text(question: Question, answer: Mapping[str, Any]) -> str:
    """Return an answer as people read it, safe to print."""
    return shown(answer_words(question, answer))


def _printed(text: str, differs: bool, mark: Callable[[str], str]) -> str:
    """Return a part of a text safe to print, its lines marked if they differ."""
    lines = [shown(line) for line in _LINE_END.split(text)]
    return "\n".join(mark(line) if differs and line.strip() else line for line in lines)


def _name(question: Question, place: int) -> str:
    """Return what an entry is called: its key if it can be chosen, A or B of two photos."""
    if question.kind == LOOKALIKE:
        return f"{'AB'[place]}:"
    wanted = as_master(question.values[place])
    return next((key for key, answer in choices(question).items() if answer == wanted), "")


def _value(question: Question, value: Any) -> str:
    """Return a value safe to print; texts keep their line breaks."""
    return "\n".join(shown(line) for line in value_text(question, value).splitlines())


def _who(question: Question, carriers: Sequence[Stated]) -> str:
    """Return who says so and when, each once."""
    said: dict[str, str] = {}
    for one in carriers:
        name = carrier_words(one)
        if question.field is None:
            name = f"{one.carrier}/{one.native_id}"
        at = f", {one.stated_at:%Y-%m-%d %H:%M}" if one.stated_at else ""
        said.setdefault(name, f"{shown(name)}{at}")
    return "; ".join(said.values())
