"""Showing plans: the list of stored plans, and the rows of one."""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from photo_assets.cli.terminal import print_table, say, shown
from photo_assets.model.errors import ConfigurationError, ExitCode, PhotoAssetsError
from photo_assets.sinks.engine.plan_store import Plan, current_plan, find_plan
from photo_assets.sinks.engine.rollback import undone_by
from photo_assets.sinks.registry import sinks
from photo_assets.status.plans import counts_sentence, differences, plan_state
from photo_assets.workspace import Workspace

_LONGEST = 60


class UnknownSinkError(PhotoAssetsError):
    """The command line names a sink that does not exist."""

    exit_code = ExitCode.USAGE


def require_sink(name: str) -> str:
    """Return `name` if there is such a sink. Raises `UnknownSinkError`."""
    if name not in sinks():
        raise UnknownSinkError(f"There is no sink {name!r}.", hint=f"Known: {', '.join(sinks())}.")
    return name


def choose_plan(workspace: Workspace, name: str) -> Plan:
    """Return the current plan of a sink, or the stored plan with that id."""
    if name not in sinks():
        return find_plan(workspace, name)
    plan = current_plan(workspace, name)
    if plan is None:
        raise ConfigurationError(
            f"There is no plan for {name} yet.", hint=f"Make one: photosync replicate {name}"
        )
    return plan


def print_plan(workspace: Workspace, plan: Plan, limit: int) -> None:
    """Print the first rows of a plan: old and new values, and the reason."""
    state = plan_state(workspace, plan)
    say(f"Plan {plan.plan_id} for {plan.sink}: {counts_sentence(plan)} ({state}).")
    for row in islice(plan.read(), limit):
        say()
        say(f"{row.row}  {row.action} {row.target} {shown(row.key)}: {shown(row.reason)}")
        for name, old, new in differences(row.before, row.after):
            if row.before is None and new in (None, "", [], {}):
                continue  # a new row has many empty fields
            say(
                f"     {shown(name)}: {_short(old)} -> {_short(new)}"
                if row.before
                else f"     {shown(name)}: {_short(new)}"
            )
        if row.note:
            say(f"     note: {shown(row.note)}")
    if plan.rows > limit:
        say()
        say(f"{plan.rows - limit:,} more: --limit, or read the files that {shown(plan.path)} lists")


def plan_document(workspace: Workspace, plan: Plan, limit: int) -> dict[str, Any]:
    """Return the plan for --json."""
    return {
        "plan_id": plan.plan_id,
        "sink": plan.sink,
        "destination": plan.destination,
        "file": str(plan.path),
        "rows": plan.rows,
        "counts": dict(plan.actions.most_common()),
        "state": plan_state(workspace, plan),
        "undoes": undone_by(plan),
        "held_back": plan.held,
        "first_rows": [
            {
                "row": row.row,
                "target": row.target,
                "key": row.key,
                "action": row.action,
                "reason": row.reason,
                "before": json.loads(row.before) if row.before else None,
                "after": json.loads(row.after),
                "note": row.note,
            }
            for row in islice(plan.read(), limit)
        ],
    }


def print_plans(kept: Sequence[dict[str, Any]]) -> None:
    """Print the result of `list_kept_plans`."""
    if not kept:
        say("No plan has been made yet: photosync replicate")
        return
    rows = []
    for plan in kept:
        current = ["current"] if plan["current"] else []
        undoes = [f"undoes {plan['undoes']}"] if plan["undoes"] else []
        marks = "; ".join([*current, plan["state"], *undoes])
        rows.append((plan["plan_id"], plan["sink"], plan["rows"], marks))
    print_table(("plan", "sink", "rows", ""), rows, numbers=("rows",))


def _short(value: object) -> str:
    text = shown(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
