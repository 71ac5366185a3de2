"""The plans of the sinks: which rows wait, each before and after, and how a plan is approved.

A plan is approved by the command that sends it; nothing is sent from here.
"""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.defs.sink.status import sink_status
from photo_assets.model.errors import ConfigurationError
from photo_assets.sinks.engine.plan_store import current_plan, find_plan
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import enabled_sinks
from photo_assets.status.catalogs import utc_now
from photo_assets.status.plans import counts_sentence, differences, list_kept_plans, plan_state
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

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
    library: Library = request.app.state.opened.library()
    workspace = library.workspace
    try:
        plan = find_plan(workspace, request.path_params["plan_id"])
    except ConfigurationError as error:
        raise NotFoundError(str(error)) from None
    text = request.query_params.get("first", "0")
    first = min(int(text) if text.isdecimal() and len(text) < 8 else 0, _LAST)
    current = current_plan(workspace, plan.sink)
    end = min(first + _PER_PAGE, plan.rows, _LAST)
    values: dict[str, Any] = {
        "plan": plan,
        "state": plan_state(workspace, plan),
        "counts": counts_sentence(plan),
        "current": current is not None and current.plan_id == plan.plan_id,
        "rows": [_view(row) for row in islice(plan.read(), first, end)],
        "first": first,
        "end": end,
        "previous": max(0, first - _PER_PAGE) if first else None,
        "next": end if end < min(plan.rows, _LAST) else None,
    }
    return render(request, "deciding/plan.html", values)


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
]
