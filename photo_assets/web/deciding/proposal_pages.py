"""The proposals of AI models: with their pictures, one by one or many at once, and undoing.

What an answer releases is decided in `model.ai_release`; everything works as plain forms.
"""

import getpass
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.ai.reviewing import Filter, Listed, answer, edited, list_proposals, undo
from photo_assets.ledger.ai_proposals import ReviewChangedError
from photo_assets.model.ai_release import ReviewState
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_LIST = "/proposals"
_ONE = "/proposals/one"
_PER_PAGE = 50
_ELSEWHERE = "elsewhere"
_STATES = {"approve": ReviewState.APPROVED, "reject": ReviewState.REJECTED}


def _listed(request: Request) -> tuple[Library, list[Listed]]:
    """Return the library and all its proposals."""
    library: Library = request.app.state.opened.library()
    return library, list_proposals(library.workspace, Filter(states=list(ReviewState)))


def _pending(listed: Sequence[Listed]) -> list[Listed]:
    return [one for one in listed if one.found.state is ReviewState.PENDING]


def _all(request: Request) -> Response:
    """Show the pending proposals, which can be approved together."""
    _, listed = _listed(request)
    pending = _pending(listed)
    text = request.query_params.get("first", "0")
    first = min(int(text) if text.isdecimal() and len(text) < 9 else 0, len(pending))
    end = first + _PER_PAGE
    values: dict[str, Any] = {
        "shown": pending[first:end],
        "count": len(pending),
        "previous": max(0, first - _PER_PAGE) if first else None,
        "next": end if end < len(pending) else None,
        "one": _path(pending[0].proposal.proposal_id) if pending else None,
        **_last(listed),
        "said": _said(request),
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/proposals.html", values)


def _one(request: Request) -> Response:
    """Show one proposal with its picture; without an id, the first one."""
    library, listed = _listed(request)
    pending = _pending(listed)
    asked = request.query_params.get("id")
    ids = [one.proposal.proposal_id for one in pending]
    if not pending or (asked is not None and asked not in ids):
        return _to(_LIST)
    place = ids.index(asked) if asked else 0
    one = pending[place]
    photo = library.collection.find(one.proposal.photo_id)
    after = pending[place + 1] if place + 1 < len(pending) else None
    values: dict[str, Any] = {
        "one": one,
        "photo": photo[1] if photo else None,
        "place": place + 1,
        "total": len(pending),
        "previous": _path(ids[place - 1]) if place else None,
        "next": _path(after.proposal.proposal_id) if after else None,
        "upcoming": after.proposal.photo_id if after else "",
        **_last(listed),
        "said": _said(request),
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/proposal.html", values)


def _answer(request: Request) -> Response:
    """Store an answer to one proposal, and lead to the next one."""
    library, listed = _listed(request)
    asked, given = form_field(request, "id") or "", form_field(request, "answer") or ""
    pending = _pending(listed)
    ids = [one.proposal.proposal_id for one in pending]
    if asked not in ids or given not in (*_STATES, "edit"):
        return _to(_path(None, notice=_ELSEWHERE))
    place = ids.index(asked)
    one = pending[place]
    following = ids[place + 1] if place + 1 < len(ids) else None
    state, own = _STATES.get(given, ReviewState.EDITED), None
    if state is ReviewState.EDITED:
        tags = (form_field(request, "tags") or "").split(",")
        own = edited(one, form_field(request, "description") or "", tags)
    try:
        answer(library.workspace, [one], state, given=own)
    except ReviewChangedError:
        return _to(_path(following, notice=_ELSEWHERE))
    request.app.state.refresher.decided()
    return _to(_path(following) if following else _LIST)


def _approve_many(request: Request) -> Response:
    """Approve the proposals that a page of the list showed, all or none."""
    library, listed = _listed(request)
    ids = set(request.state.form.get("id", []))
    chosen = [one for one in _pending(listed) if one.proposal.proposal_id in ids]
    if not chosen or len(chosen) != len(ids):
        return _to(f"{_LIST}?{urlencode({'notice': _ELSEWHERE})}")
    try:
        answer(library.workspace, chosen, ReviewState.APPROVED)
    except ReviewChangedError:
        return _to(f"{_LIST}?{urlencode({'notice': _ELSEWHERE})}")
    request.app.state.refresher.decided(len(chosen))
    return _to(_LIST)


def _undo(request: Request) -> Response:
    """Take back the answers of a batch, and lead to the first of its proposals."""
    library, listed = _listed(request)
    batch = form_field(request, "batch") or ""
    first = next((one for one in listed if _batch(one) == batch), None)
    try:
        count = undo(library.workspace, batch)
    except ReviewChangedError as error:
        values = {"title": "Nothing was taken back", "sentence": str(error), "again": _LIST}
        return render(request, "failure.html", values, status=409)
    request.app.state.refresher.decided(count)
    return _to(_path(first.proposal.proposal_id) if first and count == 1 else _LIST)


def _last(listed: Sequence[Listed]) -> dict[str, Any]:
    """Return what this person answered last and did not take back, with how many others at once."""
    who = getpass.getuser()
    mine = [
        one.found.review
        for one in listed
        if one.found.review
        and one.found.review.who == who
        and one.found.state is not ReviewState.PENDING
    ]
    last = max(mine, key=lambda review: review.review_id or 0, default=None)
    others = sum(one.batch == last.batch for one in mine) - 1 if last else 0
    return {"undo": last, "others": others}


def _batch(one: Listed) -> str | None:
    return one.found.review.batch if one.found.review else None


def _said(request: Request) -> str | None:
    if request.query_params.get("notice") == _ELSEWHERE:
        return "A proposal was answered elsewhere meanwhile. Nothing was stored; look again."
    return None


def _path(proposal: str | None, **more: str) -> str:
    query = urlencode({**({"id": proposal} if proposal else {}), **more})
    return f"{_ONE}?{query}" if query else _ONE


def _to(path: str) -> Response:
    return RedirectResponse(path, 303)


ROUTES: list[BaseRoute] = [
    Route(_LIST, _all),
    Route(_ONE, _one),
    Route(f"{_LIST}/answer", _answer, methods=["POST"]),
    Route(f"{_LIST}/approve", _approve_many, methods=["POST"]),
    Route(f"{_LIST}/undo", _undo, methods=["POST"]),
]
