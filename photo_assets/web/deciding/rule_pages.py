"""Answering many questions at once: what a rule would do, with examples, and applying it.

A batch stores exactly the answers that were shown, or nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.ledger import DecisionChangedError, MadeBy
from photo_assets.metadata.origins import EXIF_SOURCE
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.wording import counted
from photo_assets.questions import AnswerError, Answering, Question, Stated
from photo_assets.questions.asking import answer_words, group_words
from photo_assets.questions.automatic import simple_answers
from photo_assets.questions.rules import Answers, Preview, Rule, preview
from photo_assets.questions.wording import value_text
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.deciding.open_questions import Open
from photo_assets.web.deciding.question_pages import read_open
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_SIMPLE: Final = "simple"
_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Example:
    """One answer of a rule. `lost`: texts that it drops, each with who states it."""

    question: Question
    group: str
    answer: str
    lost: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What would be stored. `seal` is equal for equal answers to equal questions."""

    name: str
    sentence: str
    answers: Answers
    losing: list[Question]

    @property
    def seal(self) -> str:
        """A digest of the questions as they are now, and of the answers."""
        return canonical_digest(
            [[one.id, one.evidence_digest, dict(to)] for one, to in self.answers]
        )

    def examples(self) -> list[Example]:
        """Return some answers, those that lose text first."""
        losing = {one.id for one in self.losing}
        ordered = sorted(self.answers, key=lambda pair: pair[0].id not in losing)
        return [
            Example(
                one,
                group_words(one.kind, one.field),
                answer_words(one, to),
                [*_lost(one, to.get("value"))] if one.id in losing else [],
            )
            for one, to in ordered[:_EXAMPLES]
        ]


def _rules(request: Request) -> Response:
    library, found = read_open(request)
    values = {
        "simple": _simple(library, found),
        "rules": _useful_rules(found),
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/rules.html", values)


def _rule(request: Request) -> Response:
    library, found = read_open(request)
    return _page(request, _bulk(library, found, request.query_params.get("rule", "")))


def _apply(request: Request) -> Response:
    library, found = read_open(request)
    bulk = _bulk(library, found, form_field(request, "rule") or "")
    if form_field(request, "seal") != bulk.seal:
        changed = "The questions changed since this was shown. Nothing was stored; look again."
        return _page(request, bulk, said=changed, status=409)
    made_by = MadeBy.AUTOMATIC if bulk.name == _SIMPLE else MadeBy.RULE
    why = "Loses nothing." if bulk.name == _SIMPLE else f"Rule {bulk.name}."
    try:
        stored = Answering(library.workspace).answer_all(bulk.answers, made_by, why)
    except DecisionChangedError as error:
        return _page(request, bulk, said=str(error), status=409)
    request.app.state.refresher.decided(len(stored))
    return RedirectResponse("/decisions", 303)


def _page(request: Request, bulk: Bulk, said: str | None = None, status: int = 200) -> Response:
    values = {"bulk": bulk, "said": said, "refresh": request.app.state.refresher.state()}
    return render(request, "deciding/rule.html", values, status=status)


def _bulk(library: Library, found: Open, name: str) -> Bulk:
    if name == _SIMPLE:
        return _simple(library, found)
    try:
        rule = Rule.parse(name)
    except AnswerError as error:
        raise NotFoundError(str(error)) from None
    return _of_rule(preview(found.questions.values(), rule))


def _of_rule(shown: Preview) -> Bulk:
    return Bulk(str(shown.rule), shown.sentence(), shown.answers, shown.losing)


def _simple(library: Library, found: Open) -> Bulk:
    answers = simple_answers(library.workspace.lake, [*found.questions.values()])
    sentence = f"{counted(len(answers), 'question')} can be answered without losing anything."
    return Bulk(_SIMPLE, sentence, answers, [])


def _useful_rules(found: Open) -> list[Bulk]:
    """Return the rules that would answer a question: by field, the most answers first."""
    by_field: dict[str, list[Question]] = {}
    for one in found.questions.values():
        if one.field is not None:
            by_field.setdefault(one.field, []).append(one)
    made = [
        _of_rule(preview(questions, Rule(field, carrier)))
        for field, questions in by_field.items()
        for carrier in sorted({_preferable(one) for each in questions for one in each.values})
    ]
    useful = [bulk for bulk in made if bulk.answers]
    return sorted(useful, key=lambda bulk: (bulk.name.partition("=")[0], -len(bulk.answers)))


def _preferable(stated: Stated) -> str:
    return EXIF_SOURCE if stated.source == EXIF_SOURCE else stated.carrier


def _lost(question: Question, chosen: object) -> Iterable[tuple[str, str]]:
    for value, stated in question.different():
        if value is not None and value != chosen:
            yield stated[0].carrier, value_text(question, value)


ROUTES: list[BaseRoute] = [
    Route("/questions/rules", _rules),
    Route("/questions/rule", _rule),
    Route("/questions/rule", _apply, methods=["POST"]),
]
