"""`photosync ai run`, `status` and `cost`: what goes where, progress, use and result."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from photo_assets.ai.asking import Question
from photo_assets.ai.choosing import Choice
from photo_assets.ai.embeddings.state import embedding_state
from photo_assets.ai.forecast import Forecast, amount, forecast, money, where_sentence
from photo_assets.cli.failures import AttentionError
from photo_assets.cli.interruption import interruptible
from photo_assets.cli.output_streams import own_stream
from photo_assets.cli.progress import reporting
from photo_assets.cli.session import SESSION
from photo_assets.cli.terminal import print_json, print_table, say, shown
from photo_assets.ledger import AiCalls, AiProposals
from photo_assets.ledger.ai_calls import MICROS
from photo_assets.model.ai_release import ReviewState
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.wording import counted
from photo_assets.sinks.unavailable import ServiceUnavailableError
from photo_assets.workspace import Workspace

if TYPE_CHECKING:
    from photo_assets.defs.describing import DescribeResult

_HELD = {
    "locked": "locked, or of the same scene as a locked photo",
    "private": "private (ai.private is false)",
    "not_shown": "trashed, archived, or of unknown visibility",
    "people": "with people whom a catalog names (ai.skip_people is true)",
    "no_file": "without a file that was read",
}


def run_describing(
    workspace: Workspace, month: str | None, *, dry_run: bool, again: bool, as_json: bool
) -> None:
    """Say what goes where, ask, and print the result.

    Raises `ConfigurationError` if the settings are off, `ServiceUnavailableError` if the endpoint
    ended the run, and `AttentionError` if photos wait because the ceiling is reached.
    """
    settings = workspace.settings.ai
    if not settings.enabled:
        raise ConfigurationError(
            "ai.enabled is false in photosync.yaml; nothing is sent.", hint="See docs/ai.md."
        )
    months = _months(workspace, month)
    expected = forecast(workspace, months, again=again)
    say(where_sentence(settings), error=True)
    _say_forecast(expected, workspace, error=True)
    if dry_run or not expected.affordable:
        if as_json:
            print_json(_document(expected, None))
        elif dry_run:
            say("Nothing was sent.")
        if expected.limit and not dry_run:
            raise AttentionError
        return
    result = _run(months, again=again)
    after = forecast(workspace, months)
    if as_json:
        print_json(_document(after, result))
    else:
        used = AiCalls(workspace.ledger).used()
        say(f"Answered: {after.answered:,}. Used by all runs: {amount(used, settings)}.")
        say("To see the proposals: photosync ai review")
    if not result.success:
        raise ServiceUnavailableError(
            result.reason or f"The run {result.run_id} failed.",
            hint="Replies so far are kept. Run the same command again to continue.",
        )
    if after.to_ask and after.limit:
        say(
            f"{counted(after.to_ask, 'photo waits', 'photos wait')}: ai.ceiling.{after.limit} is "
            "reached. Raise it in photosync.yaml to continue.",
            error=True,
        )
        raise AttentionError


def print_status(workspace: Workspace) -> None:
    """Print the chosen photos and the proposals by state."""
    settings = workspace.settings.ai
    if not settings.enabled:
        say("ai.enabled is false in photosync.yaml: nothing is sent. See docs/ai.md.")
    else:
        say(where_sentence(settings))
        _say_forecast(forecast(workspace), workspace)
    states = _states(workspace)
    say("Proposals: " + ", ".join(f"{n:,} {state}" for state, n in states.items()) + ".")
    embeddings = embedding_state(workspace)
    if embeddings is not None:
        say(f"Embeddings: {embeddings.sentence().removesuffix('.')}.")


def status_document(workspace: Workspace) -> dict[str, Any]:
    """Return the same for --json."""
    on = workspace.settings.ai.enabled
    embeddings = embedding_state(workspace)
    return {
        "enabled": on,
        "photos": _document(forecast(workspace), None) if on else None,
        "proposals": _states(workspace),
        "embeddings": None
        if embeddings is None
        else {
            "model": embeddings.model,
            "vectors": embeddings.vectors,
            "months_to_compute": embeddings.months,
            "fault": embeddings.fault.message if embeddings.fault else None,
        },
    }


def print_cost(workspace: Workspace) -> None:
    """Print the use by month of the call and model, the total and the ceiling."""
    calls, settings = AiCalls(workspace.ledger), workspace.settings.ai
    rows: list[Sequence[object]] = [
        (month, model, used.calls, used.tokens, money(used.micros, settings))
        for (month, model), used in calls.used_by_month().items()
    ]
    total, most = calls.used(), Question.of(settings).ceiling
    rows.append(("total", None, total.calls, total.tokens, money(total.micros, settings)))
    rows.append(("ceiling", None, most.calls, most.tokens, money(most.micros, settings)))
    numbers = ("calls", "tokens", "money")
    print_table(("month", "model", *numbers), rows, numbers=numbers)


def cost_document(workspace: Workspace) -> dict[str, Any]:
    """Return the same for --json; money in the currency of `ai.prices`."""
    calls, settings = AiCalls(workspace.ledger), workspace.settings.ai
    return {
        "currency": settings.prices.currency if settings.prices else None,
        "used": _usage(asdict(calls.used())),
        "ceiling": _usage(asdict(Question.of(settings).ceiling)),
        "by_month": [
            {"month": month, "model": model, **_usage(asdict(used))}
            for (month, model), used in calls.used_by_month().items()
        ],
    }


def _run(months: Sequence[str], *, again: bool) -> "DescribeResult":
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        # Imported under the progress display: loading Dagster takes a second.
        from photo_assets.defs.describing import describe

        result = describe(months, listening.report, again=again)
        if not result.success:
            listening.raise_if_signalled()
    return result


def _months(workspace: Workspace, month: str | None) -> list[str]:
    return [one for one in Choice(workspace).months if one.startswith(month or "")]


def _say_forecast(expected: Forecast, workspace: Workspace, *, error: bool = False) -> None:
    settings = workspace.settings.ai
    say(f"{counted(expected.to_ask, 'photo')} to ask, {expected.answered:,} answered.", error=error)
    if expected.affordable:
        say(f"At most: {amount(expected.most, settings)}.", error=error)
    if expected.limit:
        say(
            f"ai.ceiling.{expected.limit} allows {expected.affordable:,} of them for certain. Used "
            f"so far: {amount(expected.used, settings)}.",
            error=error,
        )
    if expected.without_reply:
        without = counted(expected.without_reply, "photo was", "photos were")
        say(f"{without} asked about without a usable reply: photosync ai run --again", error=error)
    for reason, count in sorted(expected.held.items()):
        say(f"Not sent: {count:,} {shown(_HELD.get(reason, reason))}.", error=error)


def _states(workspace: Workspace) -> dict[str, int]:
    found = dict.fromkeys((state.value for state in ReviewState), 0)
    for one in AiProposals(workspace.ledger).all():
        found[one.state.value] += 1
    return found


def _document(expected: Forecast, result: "DescribeResult | None") -> dict[str, Any]:
    return {
        "to_ask": expected.to_ask,
        "answered": expected.answered,
        "without_reply": expected.without_reply,
        "held": dict(sorted(expected.held.items())),
        "most": _usage(asdict(expected.most)),
        "used": _usage(asdict(expected.used)),
        "limit": expected.limit,
        "affordable": expected.affordable,
        "run": None if result is None else {"id": result.run_id, "success": result.success},
    }


def _usage(used: dict[str, int]) -> dict[str, float]:
    return {"calls": used["calls"], "tokens": used["tokens"], "money": used["micros"] / MICROS}
