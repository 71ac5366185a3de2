"""What each form of `photosync resolve` does: one answer, many, undoing, listing, or a dialogue."""

import sys
from collections.abc import Sequence
from typing import Any

from photo_assets.cli.resolving.answers import (
    automatic_answers,
    confirmed,
    given_answer,
    print_answers,
    rule_preview,
    store_automatic,
    store_rule,
    undo,
)
from photo_assets.cli.resolving.dialogue import ask
from photo_assets.cli.resolving.listing import (
    decision_document,
    print_decisions,
    stored_decisions,
)
from photo_assets.cli.resolving.refreshing import (
    judge_refresh,
    print_refresh,
    refresh_document,
    run_refresh,
)
from photo_assets.cli.resolving.screens import Lines, Terminal
from photo_assets.cli.resolving.showing import answer_text, question_lines
from photo_assets.cli.session import open_workspace
from photo_assets.cli.terminal import print_json, say, shown
from photo_assets.ledger import Decision
from photo_assets.model.wording import counted
from photo_assets.questions import Answering, Choice, Question, Queue
from photo_assets.questions.question import LOST_ITEMS
from photo_assets.questions.rules import Answers
from photo_assets.workspace import Workspace

Options = dict[str, Any]


def resolve_questions(question_id: str | None, options: Options) -> None:
    """Do what the options ask for. Raises as the functions of `answers` and `refreshing`."""
    workspace = open_workspace()
    choice = Choice(
        **{name: options[name] for name in ("kind", "field", "month")}, photo_id=options["photo"]
    )
    if options["listing"]:
        _list(workspace, options)
    elif options["refresh"]:
        _apply_stored(workspace, options)
    elif question_id is not None:
        _answer_one(workspace, question_id, options)
    elif options["undo"]:
        undone = undo(workspace, options["undo"])
        _told(workspace, options, undone, f"Undone: {counted(len(undone), 'decision')}.")
    elif options["auto_resolve"]:
        _many(workspace, options, automatic_answers(workspace, choice))
    elif options["rule"]:
        _rule(workspace, options, choice)
    elif options["as_json"]:
        print_json({"questions": [one.to_json() for one in Queue(workspace).questions(choice)]})
    else:
        _dialogue(workspace, options, choice)


def _dialogue(workspace: Workspace, options: Options, choice: Choice) -> None:
    questions = Queue(workspace).questions(choice)
    if not questions:
        say("No open questions." if choice == Choice() else "No open question matches.")
        return
    plain = options["plain"] or not (sys.stdin.isatty() and sys.stdout.isatty())
    done = ask(Lines() if plain else Terminal(), Answering(workspace), questions)
    answered = len(done.answered) + len(done.confirmed)
    left = len(questions) - answered - len(done.elsewhere)
    say(f"\nAnswered {answered:,}; {counted(left, 'question stays', 'questions stay')} open.")
    for number in done.confirmed:
        source, catalog = questions[number].id.split("/")[1:]
        say(f"Now run: photosync discover --service {source} --catalog {catalog}")
    _refresh(workspace, options, due=done.changed)


def _answer_one(workspace: Workspace, question_id: str, options: Options) -> None:
    question = Queue(workspace).find(question_id)
    names = ("use", "value", "combine", "reviewed", "same", "different")
    if all(options[name] in (None, False) for name in names):
        _show(question, options)
        return
    answer = given_answer(question, options)
    decision = Answering(workspace).answer(question, answer, options["why"])
    said = f"{shown(question.detail)}\nStored: {answer_text(question, answer)}."
    if question.kind == LOST_ITEMS:
        said += "\nThe next `photosync discover` marks the items missing."
    _told(workspace, options, [decision], said)


def _show(question: Question, options: Options) -> None:
    if options["as_json"]:
        print_json(question.to_json())
        return
    for line in question_lines(question, 1, 1):
        say(line)


def _rule(workspace: Workspace, options: Options, choice: Choice) -> None:
    found = rule_preview(workspace, options["rule"], choice)
    if not options["as_json"]:
        say(found.sentence())
        print_answers(found.answers, found.losing)
    apply = found.answers and not options["dry_run"]
    if apply and not options["yes"]:
        if options["as_json"] or not sys.stdin.isatty():
            say("Nothing was stored: --yes applies the rule.", error=True)
            apply = False
        else:
            apply = confirmed(found)
    stored = store_rule(workspace, found) if apply else []
    would = {"answered": len(found.answers), "would_lose_text": len(found.losing)}
    open_ones = {"silent": found.silent, "divided": found.divided}
    _told(workspace, options, stored, _stored(stored), {**would, **open_ones})


def _many(workspace: Workspace, options: Options, answers: Answers) -> None:
    if not options["as_json"]:
        say(f"{counted(len(answers), 'question')} can be answered without losing anything.")
        print_answers(answers, [])
    stored = [] if options["dry_run"] else store_automatic(workspace, answers)
    _told(workspace, options, stored, _stored(stored), {"answered": len(answers)})


def _stored(stored: Sequence[Decision]) -> str:
    if not stored:
        return "Nothing was stored."
    return (
        f"Stored {counted(len(stored), 'decision')}. To undo them: "
        f"photosync resolve --undo {(stored[0].batch or '')[:8]}"
    )


def _list(workspace: Workspace, options: Options) -> None:
    if not options["as_json"]:
        print_decisions(workspace, options["limit"])
        return
    found, standing = stored_decisions(workspace)
    document = {"decisions": [decision_document(one, standing) for one in found]}
    print_json(document | {"open_questions": Queue(workspace).counts()})


def _told(
    workspace: Workspace,
    options: Options,
    stored: Sequence[Decision],
    said: str,
    more: dict[str, int] | None = None,
) -> None:
    """Print what was stored, update what follows from it, and print that."""
    if not options["as_json"]:
        say(said)
        _refresh(workspace, options, due=bool(stored))
        return
    result = run_refresh(workspace) if stored and not options["no_refresh"] else None
    print_json(
        {
            **({"preview": more} if more else {}),
            "decisions": [decision_document(one) for one in stored],
            "refresh": refresh_document(result),
        }
    )
    judge_refresh(result)


def _refresh(workspace: Workspace, options: Options, *, due: bool) -> None:
    if not due:
        return
    if options["no_refresh"]:
        say("The answers are applied by the next `photosync discover`, or by the UI if it runs.")
        return
    _apply_stored(workspace, options)


def _apply_stored(workspace: Workspace, options: Options) -> None:
    result = run_refresh(workspace)
    if options["as_json"]:
        print_json({"refresh": refresh_document(result)})
    else:
        print_refresh(result)
    judge_refresh(result)
