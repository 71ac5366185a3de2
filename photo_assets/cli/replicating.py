"""Running `defs.replication` for `photosync replicate`: choice of plan, progress, result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.output_streams import own_stream
from photo_assets.cli.planning import require_sink
from photo_assets.cli.progress import reporting
from photo_assets.cli.replication_report import print_replication, replication_document
from photo_assets.cli.session import SESSION
from photo_assets.cli.terminal import print_json
from photo_assets.ledger import PlanRefusedError, SinkStates
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sinks.engine.plan_store import Plan, current_plan, find_plan
from photo_assets.sinks.engine.rollback import undoing_plan, undone_by
from photo_assets.sinks.registry import enabled_sinks, open_sink
from photo_assets.sinks.unavailable import ServiceUnavailableError
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.defs.replication import ReplicationResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationOptions:
    """The options of the command line."""

    sinks: tuple[str, ...] = ()
    execute: bool = False
    plan_id: str | None = None
    undo: str | None = None
    allow_retiring: bool = False


def run_replication(workspace: Workspace, options: ReplicationOptions, *, as_json: bool) -> None:
    """Plan, write if requested, and print the result.

    Raises `AttentionError` if something needs a person, `StorageError` if a run failed because of
    disk space or memory or the ledger does not respond, `ServiceUnavailableError` if a service did
    not accept all writes, and `PlanRefusedError` if the plan is out of date.
    """
    with workspace.ledger.reading():
        pass  # otherwise every run would fail, with the reason only in its log
    names = list(dict.fromkeys(require_sink(name) for name in options.sinks))
    plan = _chosen_plan(workspace, options, names)
    names = [plan.sink] if plan else names or enabled_sinks(workspace)
    if not names:
        raise ConfigurationError(
            "Every sink is disabled.", hint="See sinks.<name>.enabled in photosync.yaml."
        )
    if options.execute:
        for name in names:
            _pause_automation(workspace, name, undone_by(plan) if plan else None)
    result = _run(workspace, options, names, plan)
    if as_json:
        print_json({name: replication_document(result, name) for name in names})
    else:
        for name in names:
            print_replication(
                result, name, execute=options.execute, again=_again(options, name, plan)
            )
    _judge(result, execute=options.execute)


def _run(
    workspace: Workspace, options: ReplicationOptions, names: list[str], plan: Plan | None
) -> "ReplicationResult":
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        # Imported under the progress display: loading Dagster takes a second.
        from photo_assets.defs.replication import ReplicationRequest, replicate

        request = ReplicationRequest(
            sinks=names,
            execute=options.execute,
            allow_retiring=options.allow_retiring,
            plan_id=plan.plan_id if plan else None,
        )
        result = replicate(workspace, request, listening.report)
        if result.failed:
            listening.raise_if_signalled()  # the last run may have failed because of it
    return result


def _chosen_plan(
    workspace: Workspace, options: ReplicationOptions, names: list[str]
) -> Plan | None:
    """Return the requested plan, or None for the newest.

    Raises `PlanRefusedError` if it is out of date, and `click.UsageError` if options contradict
    each other.
    """
    if options.plan_id and options.undo:
        raise click.UsageError("--plan and --undo cannot be used together.")
    wanted = options.plan_id or options.undo
    if not wanted:
        return None
    if options.allow_retiring:
        raise click.UsageError(
            "--allow-retiring applies to a new plan and cannot be used with --plan or --undo."
        )
    plan = find_plan(workspace, wanted)
    if names and names != [plan.sink]:
        raise click.UsageError(f"Plan {plan.plan_id} is for {plan.sink}, not {', '.join(names)}.")
    if options.undo:
        return undoing_plan(workspace, open_sink(workspace, plan.sink), plan)
    _require_current(workspace, plan)
    return plan


def _require_current(workspace: Workspace, plan: Plan) -> None:
    """Raise `PlanRefusedError` if the state of the sink changed since the plan was made."""
    current = current_plan(workspace, plan.sink)
    if current is None or current.plan_id != plan.plan_id:
        newest = f"; the newest is {current.plan_id}" if current else ""
        raise PlanRefusedError(
            f"Plan {plan.plan_id} for {plan.sink} is out of date{newest}. Nothing was sent.",
            hint=f"Show the newest plan: photosync plan show {plan.sink}",
        )
    state = SinkStates(workspace.ledger).get(plan.sink)
    if state is None or (
        state.plan_id != plan.plan_id
        and (state.base, state.destination) != (plan.base, plan.destination)
    ):
        raise PlanRefusedError(
            f"Plan {plan.plan_id} is out of date: {plan.sink} was written to, or set up again, "
            "after it was made. Nothing was sent.",
            hint=f"Make a new plan: photosync replicate {plan.sink}",
        )


def _pause_automation(workspace: Workspace, name: str, undone: str | None) -> None:
    """Resume automation, or pause it so that it does not repeat the plan that is undone."""
    SinkStates(workspace.ledger).note(name, {"undone": undone})


def _again(options: ReplicationOptions, name: str, plan: Plan | None) -> str:
    """Return the command that writes the current plan."""
    if options.undo:
        return f"photosync replicate --undo {options.undo} --execute"
    return f"photosync replicate {f'--plan {plan.plan_id}' if plan else name} --execute"


def _judge(result: "ReplicationResult", *, execute: bool) -> None:
    unanswered = [name for name, applied in result.applied.items() if applied.unanswered]
    if unanswered:
        raise ServiceUnavailableError(
            f"{' and '.join(unanswered)} could not be written completely; completed writes are "
            "kept.",
            hint="Run the same command again to continue where this one stopped.",
        )
    if result.refused:
        raise StorageError("; ".join(result.reasons[name] for name in sorted(result.reasons)))
    open_rows = any(applied.failed or applied.left for applied in result.applied.values())
    if result.failed or (result.missing and execute) or open_rows:
        raise AttentionError
