"""Answers without a dialogue: to one question, by a rule, automatically, and undoing them."""

import json
from collections.abc import Mapping
from typing import Any

import click

from photo_assets.cli.resolving.showing import answer_text
from photo_assets.cli.terminal import say, shown
from photo_assets.ledger import Decision, MadeBy
from photo_assets.model.wording import counted
from photo_assets.questions import AnswerError, Answering, Choice, Question, Queue, Stated
from photo_assets.questions.automatic import simple_answers
from photo_assets.questions.question import DIFFERENT, REVIEWED, SAME, as_master
from photo_assets.questions.rules import Answers, Preview, Rule, preview
from photo_assets.questions.texts import combined, is_text
from photo_assets.questions.wording import value_text
from photo_assets.workspace import Workspace

_EXAMPLES = 5
_LAST = "last"


def given_answer(question: Question, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer that the options of the command line give. Raises `AnswerError`."""
    if (carrier := options["use"]) is not None:
        if masters := [one for one in question.other_masters() if _is_of(one, carrier)]:
            return as_master(_only(masters, carrier))
        return {"value": _value_of(question, carrier)}
    if (text := options["value"]) is not None:
        try:
            return {"value": json.loads(text)}
        except json.JSONDecodeError as error:
            raise AnswerError(
                f"--value {text} is not JSON: {error}.", hint="A text needs quotes: '\"Paris\"'."
            ) from None
    if options["combine"]:
        if not is_text(question):
            raise AnswerError("Only texts can be combined.")
        return {"value": combined(question)}
    return dict(REVIEWED if options["reviewed"] else SAME if options["same"] else DIFFERENT)


def _value_of(question: Question, carrier: str) -> Any:
    found = [
        value
        for value, stated in question.different()
        if any(_is_of(one, carrier) for one in stated)
    ]
    if question.field is None or len(found) != 1:
        known = ", ".join(dict.fromkeys(one.carrier for one in question.values))
        raise AnswerError(
            f"{carrier} states {'several values' if found else 'no value'} for this question.",
            hint=f"Statements of: {known}. --value gives another one.",
        )
    return found[0]


def _is_of(stated: Stated, carrier: str) -> bool:
    return carrier in (stated.source, stated.carrier)


def _only(masters: list[Stated], carrier: str) -> Stated:
    if len(masters) > 1:
        raise AnswerError(
            f"{carrier} has several files of this photo.",
            hint="Choose one with `photosync resolve --kind missing_master`.",
        )
    return masters[0]


def automatic_answers(workspace: Workspace, choice: Choice) -> Answers:
    """Return the answers that lose nothing to the matching questions."""
    return simple_answers(workspace.lake, Queue(workspace).questions(choice))


def store_automatic(workspace: Workspace, answers: Answers) -> list[Decision]:
    """Store automatic answers as one batch."""
    if not answers:
        return []
    return Answering(workspace).answer_all(answers, MadeBy.AUTOMATIC, "Loses nothing.")


def rule_preview(workspace: Workspace, text: str, choice: Choice) -> Preview:
    """Return what a rule would do with the matching questions. Raises `AnswerError`."""
    return preview(Queue(workspace).questions(choice), Rule.parse(text))


def store_rule(workspace: Workspace, found: Preview) -> list[Decision]:
    """Store the answers of a rule as one batch."""
    if not found.answers:
        return []
    return Answering(workspace).answer_all(found.answers, MadeBy.RULE, f"Rule {found.rule}.")


def undo(workspace: Workspace, what: str) -> list[Decision]:
    """Undo a decision by its number, a batch by (the beginning of) its id, or the last one."""
    from photo_assets.ledger import Decisions

    answering = Answering(workspace)
    if what == _LAST:
        return answering.undo_last()
    if what.isdecimal() and len(what) < 8:
        return answering.undo(int(what))
    batches = {one.batch for one in Decisions(workspace.ledger).all() if one.batch}
    found = [batch for batch in batches if batch.startswith(what)]
    if len(found) != 1:
        raise AnswerError(
            f"{'Several batches begin' if found else 'No batch begins'} with {what}.",
            hint="`photosync resolve --list` shows decisions and batches.",
        )
    return answering.undo_batch(found[0])


def print_answers(answers: Answers, losing: list[Question]) -> None:
    """Print a few of the answers; those by which a text is lost come first."""
    lost = {question.id for question in losing}
    order = sorted(answers, key=lambda pair: pair[0].id not in lost)
    for question, answer in order[:_EXAMPLES]:
        say(f"  {(question.month or 'unknown')[:7]}  {shown(question.detail)}")
        say(f"           -> {answer_text(question, answer)}")
        if question.id in lost:
            for value, stated in question.different():
                if value is not None and value != answer.get("value"):
                    text = shown(value_text(question, value))
                    say(f"           loses {text} ({shown(stated[0].carrier)})")
    if len(order) > _EXAMPLES:
        say(f"  and {len(order) - _EXAMPLES:,} more")


def confirmed(found: Preview) -> bool:
    """Ask whether a rule is to be applied."""
    return click.confirm(f"Answer {counted(len(found.answers), 'question')} so?", default=False)
