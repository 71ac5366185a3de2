"""The queue: groups of questions with counts, one question at a time, its answer, and undoing.

Everything works as plain forms; the script only replaces the content without a new page.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.ledger import DecisionChangedError
from photo_assets.questions import AnswerError, Answering, Choice, Question
from photo_assets.questions.asking import choice_words, decision_words, group_words
from photo_assets.questions.question import LOOKALIKE, LOST_ITEMS
from photo_assets.web.deciding.asked import choice_of, chosen_answer, form_field, question_path
from photo_assets.web.deciding.open_questions import Open, neighbours
from photo_assets.web.deciding.pair_view import view_pair
from photo_assets.web.deciding.question_view import view_question
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_CHOSEN = ("kind", "field", "month")
_CHANGED = "changed"
_ELSEWHERE = "elsewhere"


def read_open(request: Request) -> tuple[Library, Open]:
    """Return the library and what is open in it."""
    library: Library = request.app.state.opened.library()
    return library, request.app.state.questions.read(library)


def _groups(request: Request) -> Response:
    _, found = read_open(request)
    groups: dict[tuple[str, str | None], int] = {}
    for one in found.questions.values():
        groups[one.kind, one.field] = groups.get((one.kind, one.field), 0) + 1
    values = {
        "groups": [
            (group_words(kind, field), count, question_path(Choice(kind=kind, field=field)))
            for (kind, field), count in groups.items()
        ],
        "count": len(found.questions),
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/questions.html", values)


def _one(request: Request) -> Response:
    library, found = read_open(request)
    choice = choice_of(request.query_params)
    asked = request.query_params.get("id")
    if asked is not None and asked not in found.questions:
        return _closed(request, library, found, choice, asked)
    matching = found.matching(choice)
    if not matching and asked is None:
        return _closed(request, library, found, choice, None)
    question = found.questions[asked] if asked else matching[0]
    notice = request.query_params.get("notice")
    said = {
        _CHANGED: "Its values changed while you looked at it. Nothing was stored; look again.",
        _ELSEWHERE: "The question before was answered elsewhere meanwhile. Yours was not stored.",
        LOST_ITEMS: "Confirmed. The next “photosync discover” marks the items missing.",
    }.get(notice or "")
    return _question_page(request, library, found, choice, question, said=said)


def _question_page(
    request: Request,
    library: Library,
    found: Open,
    choice: Choice,
    question: Question,
    *,
    said: str | None = None,
    error: str | None = None,
) -> Response:
    """Return the page of one question; with an error, the form keeps what was typed."""
    matching = found.matching(choice)
    before, after = neighbours(matching, question.id)
    pair = view_pair(library, question) if question.kind == LOOKALIKE else None
    photo = library.collection.find(question.photo_ids[0]) if question.photo_ids else None
    place, total = found.place(choice, question)
    values = {
        "view": view_question(question),
        "pair": pair,
        "photo": photo[1] if photo else None,
        "choice": choice,
        "group": choice_words(choice),
        "place": place,
        "total": total,
        "previous": question_path(choice, before.id) if before else None,
        "next": question_path(choice, after.id) if after else None,
        "upcoming": after.photo_ids if after else (),
        "undo": Answering(library.workspace).last(found.standing),
        "undo_words": decision_words,
        "answered": found.answered,
        "refresh": request.app.state.refresher.state(),
        "said": said,
        "error": error,
        "typed": {name: form_field(request, name) for name in ("own", "combined")}
        if request.method == "POST"
        else {"own": None, "combined": None},
    }
    return render(request, "deciding/question.html", values, status=422 if error else 200)


def _closed(
    request: Request, library: Library, found: Open, choice: Choice, asked: str | None
) -> Response:
    """Return the page that is shown when nothing, or not this question, is open."""
    decision = found.standing.get(asked or "")
    values: dict[str, Any] = {
        "asked": asked,
        "decision": decision if decision and not decision.withdrawn else None,
        "words": decision_words,
        "answered": found.answered,
        "next": question_path(choice) if found.matching(choice) else None,
        "left": len(found.questions),
        "undo": Answering(library.workspace).last(found.standing),
        "undo_words": decision_words,
        "choice": choice,
        "refresh": request.app.state.refresher.state(),
        "said": None,
    }
    return render(request, "deciding/no_question.html", values)


def _answer(request: Request) -> Response:
    """Store an answer, and lead to the next question of the group."""
    library, found = read_open(request)
    choice = choice_of({name: form_field(request, name) or "" for name in _CHOSEN})
    asked = form_field(request, "id") or ""
    question = found.questions.get(asked)
    if question is None:
        return _to(question_path(choice, asked))
    evidence, standing = form_field(request, "evidence"), form_field(request, "standing")
    if (evidence, standing) != (question.evidence_digest, str(question.standing or "")):
        return _to(question_path(choice, asked, notice=_CHANGED))
    _, after = neighbours(found.matching(choice), asked)
    following = after.id if after else None
    try:
        answer = chosen_answer(request, question)
        stored = Answering(library.workspace).answer(question, answer)
    except AnswerError as error:
        return _question_page(request, library, found, choice, question, error=str(error))
    except DecisionChangedError:
        return _to(question_path(choice, following, notice=_ELSEWHERE))
    if stored.decision_id is None:
        return _to(question_path(choice, following, notice=LOST_ITEMS))
    request.app.state.refresher.decided()
    return _to(question_path(choice, following))


def _undo(request: Request) -> Response:
    """Undo a decision, or its batch, and lead to its question."""
    library, _ = read_open(request)
    choice = choice_of({name: form_field(request, name) or "" for name in _CHOSEN})
    number = form_field(request, "decision") or ""
    try:
        undone = Answering(library.workspace).undo(int(number) if number.isdecimal() else 0)
    except (AnswerError, DecisionChangedError) as error:
        values = {"title": "Nothing was undone", "sentence": str(error), "again": "/decisions"}
        return render(request, "failure.html", values, status=409)
    request.app.state.refresher.decided(len(undone))
    back = form_field(request, "back") == "decisions" or len(undone) > 1
    return _to("/decisions" if back else question_path(choice, undone[0].conflict_id))


def _to(path: str) -> Response:
    return RedirectResponse(path, 303)


ROUTES: list[BaseRoute] = [
    Route("/questions", _groups),
    Route("/questions/one", _one),
    Route("/questions/answer", _answer, methods=["POST"]),
    Route("/questions/undo", _undo, methods=["POST"]),
]
