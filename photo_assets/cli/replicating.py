"""Running `defs.replication` for `photosync replicate`: progress, then what came of each sink."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.planning import plan_counts, require_sink
from photo_assets.cli.progress import reporting
from photo_assets.cli.quiet import own_stream
from photo_assets.cli.session import SESSION
from photo_assets.cli.terminal import duration, print_json, say, shown
from photo_assets.sinks.engine.places import find_plan
from photo_assets.sinks.engine.rollback import plan_rollback
from photo_assets.sinks.registry import enabled_sinks, open_sink
from photo_assets.store.ledger import PlanRefusedError, SinkStates
from photo_assets.store.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.defs.replication import ReplicationResult
    from photo_assets.sinks.engine.applied import Applied

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationWish:
    """What the person asked for."""

    sinks: tuple[str, ...] = ()
    execute: bool = False
    plan_id: str | None = None
    undo: str | None = None
    allow_retiring: bool = False


def run_replication(workspace: Workspace, wish: ReplicationWish, *, as_json: bool) -> None:
    """Plan, write if asked, and print what came of it.

    Raises `AttentionError` when something waits for a person, `PlanRefusedError` for a plan that is
    out of date.
    """
    names = [require_sink(name) for name in wish.sinks] or enabled_sinks(workspace)
    plan_id = _undo(workspace, wish.undo) if wish.undo else wish.plan_id
    if plan_id is not None:
        names = [_require_current(workspace, plan_id)]
    for name in names:
        _go_on(workspace, name, wish)
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        from photo_assets.defs.replication import ReplicationRequest, replicate

        request = ReplicationRequest(
            sinks=names,
            execute=wish.execute,
            allow_retiring=wish.allow_retiring,
            plan_id=plan_id,
        )
        result = replicate(workspace, request, listening.report)
        if result.failed:
            listening.raise_if_signalled()
    if as_json:
        print_json({name: _document(result, name) for name in names})
    else:
        for name in names:
            _print(result, name, wish)
    if result.failed or (result.missing and wish.execute) or _open(result):
        raise AttentionError


def _undo(workspace: Workspace, plan_id: str) -> str:
    plan = find_plan(workspace, plan_id)
    undo = plan_rollback(workspace, open_sink(workspace, plan.sink), plan)
    return undo.plan.plan_id


def _require_current(workspace: Workspace, plan_id: str) -> str:
    """Return the sink of a plan. Raises `PlanRefusedError` when another one is the current one."""
    from photo_assets.sinks.engine.places import current_plan

    plan = find_plan(workspace, plan_id)
    current = current_plan(workspace, plan.sink)
    if current is None or current.plan_id != plan.plan_id:
        newest = current.plan_id if current else "none"
        raise PlanRefusedError(
            f"Plan {plan.plan_id} is not the current plan of {plan.sink} ({newest}).",
            hint=f"Look at the current one: photosync plan show {plan.sink}",
        )
    return plan.sink


def _go_on(workspace: Workspace, name: str, wish: ReplicationWish) -> None:
    """Let automation write again, or stop it from doing again what is undone now."""
    if not wish.execute:
        return
    states = SinkStates(workspace.ledger)
    state = states.get(name)
    if state is None:
        return
    detail = {key: value for key, value in state.detail.items() if key != "undone"}
    states.settle(name, None, {**detail, "undone": wish.undo} if wish.undo else detail)


def _open(result: "ReplicationResult") -> bool:
    return any(applied.failed or applied.left for applied in result.applied.values())


def _print(result: "ReplicationResult", name: str, wish: ReplicationWish) -> None:
    plan = result.plans.get(name)
    if plan is None:
        say(f"{name}: {result.missing.get(name) or 'no plan could be made; see photosync ui'}")
        return
    if plan.held:
        say(
            f"{name}: {plan.held:,} rows are no longer in the view, too many to mark at once "
            "unasked. If that is right: photosync replicate --allow-retiring"
        )
    if not plan.rows or name in result.done:
        say(f"{name}: nothing has to be written.")
        return
    counts = plan_counts(plan)
    words = ", ".join(f"{count:,} to {action}" for action, count in counts.items())
    say(f"{name}: plan {plan.plan_id}: {words}")
    applied = result.applied.get(name)
    if applied is not None:
        _print_applied(applied)
    elif not wish.execute:
        say(f"  Nothing was sent. Look: photosync plan show {plan.plan_id}")
        say(f"  Write it: photosync replicate {name} --execute")
    elif name in result.failed:
        say(f"  Run {result.failed[name]} failed. Its log is in the UI: photosync ui")
    else:
        say(f"  {result.missing.get(name, 'Nothing was written.')}")


def _print_applied(applied: "Applied") -> None:
    calls = applied.calls
    earlier = f", {applied.earlier:,} by earlier runs" if applied.earlier else ""
    say(
        f"  created {applied.created:,}, updated {applied.updated:,}, unchanged "
        f"{applied.unchanged:,}, failed {applied.failed:,}, left {applied.left:,}{earlier}"
    )
    say(
        f"  {calls.calls:,} calls, {calls.repeated:,} of them repeats, in "
        f"{duration(applied.seconds)}; waited {duration(calls.waited_for_limit_s)} for the rate"
    )
    for line in applied.told:
        say(f"  {shown(line)}")
    for key, why in list(applied.errors.items())[:_SHOWN]:
        say(f"  ! {shown(key)}: {shown(why)}")
    if len(applied.errors) > _SHOWN:
        say(f"  ! and {len(applied.errors) - _SHOWN:,} more; see photosync ui")
    if applied.stopped:
        say(f"  Stopped: {shown(applied.stopped)}")
    if applied.waiting_until:
        say(f"  Goes on after {applied.waiting_until:%Y-%m-%d %H:%M:%S} UTC.")


def _document(result: "ReplicationResult", name: str) -> dict[str, Any]:
    plan, applied = result.plans.get(name), result.applied.get(name)
    return {
        "plan_id": plan.plan_id if plan else None,
        "rows": plan.rows if plan else None,
        "held_back": plan.held if plan else None,
        "planned": plan_counts(plan) if plan else {},
        "missing": result.missing.get(name),
        "failed_run": result.failed.get(name),
        "applied": None
        if applied is None
        else {
            "created": applied.created,
            "updated": applied.updated,
            "unchanged": applied.unchanged,
            "failed": applied.failed,
            "left": applied.left,
            "earlier": applied.earlier,
            "calls": applied.calls.calls,
            "repeated": applied.calls.repeated,
            "waited_for_limits_s": round(applied.calls.waited_for_limit_s, 3),
            "errors": applied.errors,
            "goes_on_at": applied.waiting_until,
        },
    }
