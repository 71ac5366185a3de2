"""The decisions: who answered what, when and why, and undoing one or a whole batch."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.ledger import Decision, Decisions
from photo_assets.questions.asking import decision_words, group_words
from photo_assets.web.deciding.open_questions import Open
from photo_assets.web.deciding.question_pages import read_open
from photo_assets.web.rendering import render

_PER_PAGE = 100
_MOST_ENTRIES = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A decision, or those of one batch. `stands`: how many of them no later one replaces."""

    decision: Decision
    count: int
    stands: int
    words: str
    about: str


def _decisions(request: Request) -> Response:
    library, found = read_open(request)
    made = _made(Decisions(library.workspace.ledger).all(), found)
    text = request.query_params.get("first", "0")
    first = min(int(text) if text.isdecimal() and len(text) < 10 else 0, len(made))
    values: dict[str, Any] = {
        "made": made[first : first + _PER_PAGE],
        "count": len(made),
        "newer": max(0, first - _PER_PAGE) if first else None,
        "older": first + _PER_PAGE if first + _PER_PAGE < len(made) else None,
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/decisions.html", values)


def _made(decisions: list[Decision], found: Open) -> list[Made]:
    """Return all decisions, the latest first, a batch as one."""
    batches: dict[object, list[Decision]] = {}
    for one in reversed(decisions):
        batches.setdefault(one.batch or one.decision_id, []).append(one)
    current = {one.decision_id for one in found.standing.values()}
    return [
        Made(
            some[0],
            len(some),
            sum(one.decision_id in current and not one.withdrawn for one in some),
            decision_words(some[0], found.answered.get(some[0].conflict_id)),
            _about(some[0], found),
        )
        for some in batches.values()
    ]


def _about(decision: Decision, found: Open) -> str:
    """Return what a decision is about: its question, else the entries that the person saw."""
    question = found.answered.get(decision.conflict_id) or found.questions.get(decision.conflict_id)
    if question is not None:
        return f"{group_words(question.kind, question.field)}. {question.detail}"
    seen = json.loads(decision.values_seen)
    if not isinstance(seen, list):
        return "Photos that look alike"
    entries = dict.fromkeys(f"{one['source']}/{one['catalog']}: {one['native_id']}" for one in seen)
    return ", ".join([*entries][:_MOST_ENTRIES])


ROUTES: list[BaseRoute] = [Route("/decisions", _decisions)]
