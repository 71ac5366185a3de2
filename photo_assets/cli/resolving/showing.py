"""One question as lines of text: what each catalog says, and which key answers what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from photo_assets.cli.terminal import shown
from photo_assets.model.wording import duration
from photo_assets.questions import Question, Stated
from photo_assets.questions.question import DIFFERENT, LOOKALIKE, LOST_ITEMS, REVIEWED, SAME
from photo_assets.questions.texts import is_text
from photo_assets.questions.wording import value_text

LETTERS = "ABDEFGHILMOPVWXZ"
"""The keys of stated values: every letter that means nothing else."""

_KEYS = {
    "C": "combine the texts",
    "T": "type a value",
    "R": "reviewed, keep everything as it is",
    "Y": "the same picture: merge the two photos",
    "N": "different pictures: never ask again",
    "L": "yes, these items were removed on purpose",
    "S": "skip",
    "U": "undo your last answer",
    "J": "next question",
    "K": "previous question",
    "Q": "quit",
    "?": "this help",
}


def choices(question: Question) -> dict[str, Mapping[str, Any]]:
    """Return key -> the answer that it gives without further input."""
    if question.kind == LOOKALIKE:
        return {"Y": SAME, "N": DIFFERENT}
    if question.kind == LOST_ITEMS:
        return {"L": REVIEWED}
    if question.field is None:
        return {"R": REVIEWED}
    stated = zip(LETTERS, question.different(), strict=False)
    return {key: {"value": value} for key, (value, _) in stated}


def keys(question: Question) -> dict[str, str]:
    """Return every key that does something at this question, with its meaning."""
    meant = dict.fromkeys(choices(question), "")
    if question.field is not None:
        meant = dict.fromkeys(meant, "use this value")
        meant |= {"C": ""} if is_text(question) else {}
        meant |= {"T": ""}
    meant |= dict.fromkeys(("S", "U", "J", "K", "Q", "?"), "")
    return {key: meaning or _KEYS[key] for key, meaning in meant.items()}


def question_lines(question: Question, number: int, total: int) -> Iterator[str]:
    """Yield a question: its place in the list, its photo, why it is asked, and the values."""
    month = (question.month or "unknown month")[:7]
    yield f"{number:,} of {total:,}  {month}  {shown(question.detail)}"
    yield from _reopened(question)
    yield ""
    if question.field is None:
        for stated in question.values:
            yield f"     {_value(question, stated.value)}"
            yield f"       {_who(question, [stated])}"
    else:
        for key, (value, carriers) in zip(LETTERS, question.different(), strict=False):
            first, *rest = _value(question, value).split("\n")
            yield f"  {key}  {first}"
            yield from (f"     {line}" for line in rest)
            note = ", shown until somebody decides" if value == question.proposal else ""
            yield f"       {_who(question, carriers)}{note}"
        if more := len(question.different()) - len(LETTERS):
            yield f"     and {more} more: type one with T" if more > 0 else ""
    if question.kind == LOOKALIKE:
        yield f"     {_likeness(question.more or {})}"


def key_line(question: Question) -> str:
    """Return the keys in one line."""
    letters = [key for key in choices(question) if question.field is not None]
    names = {"C": "combine", "T": "type", "R": "reviewed", "Y": "same", "N": "different"}
    names |= {"L": "removed on purpose", "S": "skip", "U": "undo", "J": "next", "K": "previous"}
    names |= {"Q": "quit", "?": "help"}
    parts = [f"{' '.join(letters)} use"] if letters else []
    parts += [f"{key} {names[key]}" for key in keys(question) if key not in letters]
    return "  ".join(parts)


def answer_text(question: Question, answer: Mapping[str, Any]) -> str:
    """Return an answer as people read it."""
    if "value" in answer:
        return shown(value_text(question, answer["value"]))
    if answer.get("withdrawn"):
        return "no answer"
    if "same" in answer:
        return "the same picture" if answer["same"] else "different pictures"
    return "reviewed"


def _likeness(more: Mapping[str, Any]) -> str:
    """Return how alike two photos are, as one sentence."""
    parts = [f"{more.get('distance')} of 64 bits of their pictures differ"]
    if more.get("turn") not in (None, "none"):
        parts.append(f"one is {str(more['turn']).replace('_', ' ')}")
    if more.get("aspect_difference"):
        parts.append(f"their proportions differ by {100 * more['aspect_difference']:.1f} %")
    if (apart := more.get("capture_difference_s")) is not None:
        parts.append(f"taken {duration(apart)} apart" if apart else "taken in the same second")
    if more.get("relation"):
        parts.append(f"a catalog relates them: {str(more['relation']).replace('_', ' ')}")
    return shown("; ".join(parts) + ".")


def _reopened(question: Question) -> Iterator[str]:
    again = question.reopened
    if again is None:
        return
    answered = answer_text(question, again.answer)
    yield f"  Asked again: {shown(again.who)} answered {answered} on {again.at[:10]}."
    for stated in again.new:
        yield f"    {shown(stated.carrier)} says since then: {_value(question, stated.value)}"
    for gone in again.gone:
        who = f"{gone.get('source')}/{gone.get('catalog')}"
        yield f"    {shown(who)} no longer says: {_value(question, gone.get('value'))}"


def _value(question: Question, value: Any) -> str:
    """Return a value safe to print; texts keep their line breaks."""
    return "\n".join(shown(line) for line in value_text(question, value).splitlines())


def _who(question: Question, carriers: Sequence[Stated]) -> str:
    """Return who says so and when, each once."""
    said: dict[str, str] = {}
    for one in carriers:
        name = "the file's EXIF" if one.source == "exif" else one.carrier
        if question.field is None:
            name = f"{one.carrier}/{one.native_id}"
        at = f", {one.stated_at:%Y-%m-%d %H:%M}" if one.stated_at else ""
        said.setdefault(name, f"{shown(name)}{at}")
    return "; ".join(said.values())
