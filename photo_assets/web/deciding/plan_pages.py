"""The plans of the sinks: which rows wait, each before and after, and approving a plan.

A plan is approved by sending it, which `sending` does as the command line does.
"""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.defs.sink.status import sink_status
from photo_assets.model.errors import ConfigurationError
from photo_assets.sinks.engine.plan_store import Plan, current_plan, find_plan
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import enabled_sinks
from photo_assets.status.catalogs import utc_now
from photo_assets.status.plans import (
    WRITTEN,
    counts_sentence,
    differences,
    list_kept_plans,
    plan_state,
)
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.deciding.sending import command
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render
from photo_assets.workspace import Workspace

_PER_PAGE = 50
_LAST = 1_000
"""Rows of a plan that can be looked at here; its files have all."""
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a plan, and what it changes: (column, text before or None, text after)."""

    row: PlanRow
    changes: list[tuple[str, str | None, str]]


def _plans(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    workspace = library.workspace
    states = [sink_status(workspace, sink) for sink in enabled_sinks(workspace)]
    values = {
        "sinks": [(one, one.sentence(utc_now())) for one in states],
        "counts": counts_sentence,
        "kept": list_kept_plans(workspace),
    }
    return render(request, "deciding/plans.html", values)


def _plan(request: Request) -> Response:
    workspace, plan = _found(request)
    text = request.query_params.get("first", "0")
    first = min(int(text) if text.isdecimal() and len(text) < 8 else 0, _LAST)
    state, current = plan_state(workspace, plan), _is_current(workspace, plan)
    sending, ended = request.app.state.sender.state(plan)
    end = min(first + _PER_PAGE, plan.rows, _LAST)
    values: dict[str, Any] = {
        "plan": plan,
        "state": state,
        "command": " ".join(("photosync", *command(plan))),
        "sending": sending,
        "ended": ended,
        "sendable": current and not sending and plan.rows and state != WRITTEN,
        "counts": counts_sentence(plan),
        "current": current,
        "rows": [_view(row) for row in islice(plan.read(), first, end)],
        "first": first,
        "end": end,
        "previous": max(0, first - _PER_PAGE) if first else None,
        "next": end if end < min(plan.rows, _LAST) else None,
    }
    return render(request, "deciding/plan.html", values)


def _send(request: Request) -> Response:
    """Send exactly the plan that was shown, if it is still the current one, and show it."""
    workspace, plan = _found(request)
    refused = None
    if form_field(request, "approved") != plan.plan_id:
        refused = "It was not approved."
    elif not _is_current(workspace, plan):
        refused = "There is a newer plan. Look at that one."
    elif not request.app.state.sender.send(workspace, plan):
        refused = f"A plan for {plan.sink} is being sent. Wait for its end."
    if refused is None:
        return RedirectResponse(f"/plans/{plan.plan_id}", 303)
    values = {"title": "Nothing was sent", "sentence": refused, "again": "/plans"}
    return render(request, "failure.html", values, status=409)


def _found(request: Request) -> tuple[Workspace, Plan]:
    """Return the plan that the address names. Raises `NotFoundError`."""
    library: Library = request.app.state.opened.library()
    try:
        return library.workspace, find_plan(library.workspace, request.path_params["plan_id"])
    except ConfigurationError as error:
        raise NotFoundError(str(error)) from None


def _is_current(workspace: Workspace, plan: Plan) -> bool:
    current = current_plan(workspace, plan.sink)
    return current is not None and current.plan_id == plan.plan_id


def _view(row: PlanRow) -> RowView:
    changes = [
        (name, None if row.before is None else _text(old), _text(new))
        for name, old, new in differences(row.before, row.after)
        if row.before is not None or new not in (None, "", [], {})
    ]
    return RowView(row, changes)


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


ROUTES: list[BaseRoute] = [
    Route("/plans", _plans),
    Route("/plans/{plan_id}", _plan),
    Route("/plans/{plan_id}/send", _send, methods=["POST"]),
]
