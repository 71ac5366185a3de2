"""The result of `photosync replicate` for each sink, as lines and as a document for --json."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from photo_assets.cli.terminal import say, shown
from photo_assets.model.wording import counted, duration
from photo_assets.status.plans import counts_sentence

if TYPE_CHECKING:
    from photo_assets.defs.replication import ReplicationResult
    from photo_assets.sinks.engine.applied import Applied

_SHOWN = 5


def print_replication(result: "ReplicationResult", name: str, *, execute: bool, again: str) -> None:
    """Print the result of one sink. `again` is the command that writes the plan."""
    for line in _lines(result, name, execute, again):
        say(shown(line))


def _lines(result: "ReplicationResult", name: str, execute: bool, again: str) -> Iterator[str]:
    plan, failed = result.plans.get(name), result.failed.get(name)
    if plan is None:
        yield f"{name}: {result.missing.get(name) or 'no plan was made.'}"
        if failed:
            yield from _failed_run(result, name)
        return
    if not plan.rows or name in result.done:
        yield f"{name}: nothing to write."
    else:
        yield f"{name}: plan {plan.plan_id}: {counts_sentence(plan)}"
        yield from _before(result, name)
    if plan.held:
        yield (
            f"  {counted(plan.held, 'row that is', 'rows that are')} no longer in the view and "
            f"were not retired, because that is a large share at once. If this is intended: "
            f"photosync replicate {name} --allow-retiring"
        )
    if not plan.rows or name in result.done:
        return
    applied = result.applied.get(name)
    if applied is not None:
        yield from _written(applied)
    elif failed:
        yield from _failed_run(result, name)
    elif execute:
        yield f"  {result.missing.get(name, 'Nothing was written.')}"
    else:
        yield f"  Nothing was sent. Show the plan: photosync plan show {plan.plan_id}"
        missing = result.missing.get(name)
        yield f"  It cannot be written yet: {missing}" if missing else f"  Write it: {again}"


def _before(result: "ReplicationResult", name: str) -> Iterator[str]:
    """Yield a line about rows of the plan that were sent before this run."""
    plan, status = result.plans[name], result.statuses[name]
    ended = plan.rows - status.waiting
    if ended:
        refused = f", {status.failed:,} of them refused" if status.failed else ""
        yield f"  {ended:,} of its {counted(plan.rows, 'row')} were sent before{refused}."


def _failed_run(result: "ReplicationResult", name: str) -> Iterator[str]:
    why = result.reasons.get(name, "")
    yield f"  Run {result.failed[name]} failed{f': {why}' if why else '.'}"
    yield "  Everything written so far is kept; the run's log is in the UI: photosync ui"


def _written(applied: "Applied") -> Iterator[str]:
    calls = applied.calls
    earlier = f", {applied.earlier:,} by earlier runs" if applied.earlier else ""
    yield (
        f"  created {applied.created:,}, updated {applied.updated:,}, unchanged "
        f"{applied.unchanged:,}, failed {applied.failed:,}, left {applied.left:,}{earlier}"
    )
    yield (
        f"  {counted(calls.calls, 'call')} ({counted(calls.repeated, 'repeat')}) in "
        f"{duration(applied.seconds)}, {duration(calls.waited_for_limit_s)} of that waiting for "
        "the rate limit"
    )
    for line in applied.told:
        yield f"  {line}"
    errors = {key: why for key, why in applied.errors.items() if why != applied.stopped}
    for key, why in list(errors.items())[:_SHOWN]:
        yield f"  ! {key}: {why}"
    if len(errors) > _SHOWN:
        yield f"  ! and {len(errors) - _SHOWN:,} more; see photosync ui"
    if applied.stopped:
        yield f"  Stopped: {applied.stopped}"
    if applied.waiting_until:
        yield f"  Automation continues after {applied.waiting_until:%Y-%m-%d %H:%M:%S} UTC."


def replication_document(result: "ReplicationResult", name: str) -> dict[str, Any]:
    """Return the result of one sink for --json."""
    plan, applied = result.plans.get(name), result.applied.get(name)
    status = result.statuses.get(name)
    return {
        "plan_id": plan.plan_id if plan else None,
        "rows": plan.rows if plan else None,
        "planned": dict(plan.actions.most_common()) if plan else {},
        "waiting": status.waiting if status else None,
        "held_back": plan.held if plan else None,
        "missing": result.missing.get(name),
        "failed_run": result.failed.get(name),
        "reason": result.reasons.get(name),
        "applied": None if applied is None else _applied_document(applied),
    }


def _applied_document(applied: "Applied") -> dict[str, Any]:
    return {
        "created": applied.created,
        "updated": applied.updated,
        "unchanged": applied.unchanged,
        "failed": applied.failed,
        "remaining": applied.left,
        "earlier": applied.earlier,
        "calls": applied.calls.calls,
        "repeated": applied.calls.repeated,
        "rate_limit_wait_s": round(applied.calls.waited_for_limit_s, 3),
        "messages": applied.told,
        "errors": applied.errors,
        "stopped": applied.stopped,
        "missing": applied.missing,
        "continues_at": applied.waiting_until,
    }
