"""The stored plans of the sinks as people read them: what each does, and what became of it.

Making and applying plans belongs to `sinks.engine`; printing and pages are elsewhere.
"""

import json
from typing import Any

from photo_assets.ledger import SinkRequests
from photo_assets.model.wording import counted
from photo_assets.sinks.engine.plan_store import Plan, current_plan, kept_plans
from photo_assets.sinks.engine.rollback import undone_by
from photo_assets.sinks.registry import sinks
from photo_assets.workspace import Workspace

WRITTEN = "written"
"""The state of a plan that is written as a whole, and of which no row was refused."""


def counts_sentence(plan: Plan) -> str:
    """Return "12 to create, 3 to update"."""
    counts = plan.actions.most_common()
    return ", ".join(f"{n:,} to {action}" for action, n in counts) or "nothing to write"


def plan_state(workspace: Workspace, plan: Plan) -> str:
    """Return the outcome of a plan in a few words."""
    requests = SinkRequests(workspace.ledger).of_plan(plan.sink, plan.plan_id).values()
    ended = [request for request in requests if request.done_number is not None]
    rows, refused = sum(r.rows for r in ended), sum(len(r.failed) for r in ended)
    if not plan.rows:
        return "nothing to send"
    if not requests:
        return "not sent"
    how = WRITTEN if rows == plan.rows else f"{rows:,} of {counted(plan.rows, 'row')} sent"
    return f"{how}, {counted(refused, 'row')} refused" if refused else how


def differences(before: str | None, after: str) -> list[tuple[str, Any, Any]]:
    """Return (field, old, new) for the fields that differ between two JSON objects, by name."""
    old, new = json.loads(before or "{}"), json.loads(after)
    names = sorted(old.keys() | new.keys())
    return [(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)]


def list_kept_plans(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the stored plans by sink, newest first: id, rows and outcome."""
    found = []
    for sink in sinks():
        current = current_plan(workspace, sink)
        found += [
            {
                "plan_id": plan.plan_id,
                "sink": sink,
                "rows": plan.rows,
                "state": plan_state(workspace, plan),
                "current": current is not None and plan.plan_id == current.plan_id,
                "undoes": undone_by(plan),
            }
            for plan in kept_plans(workspace, sink)
        ]
    return found
