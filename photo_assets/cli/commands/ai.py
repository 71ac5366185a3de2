"""`photosync ai`: asking a model about photos, and deciding what of its replies may be shown."""

from pathlib import Path
from typing import Any

import click

from photo_assets.cli.commands.conflicts import to_month
from photo_assets.cli.session import common_options

_MONTH = click.option(
    "--month", metavar="MONTH", callback=to_month, help="Only of this month or year: 2024-05, 2024."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def _choosing(command: click.decorators.FC) -> click.decorators.FC:
    """Add the options that choose several proposals at once."""
    everything = click.option("--all", "everything", is_flag=True, help="All pending proposals.")
    category = click.option("--category", metavar="WORD", help="Only of this photo_category.")
    confidence = click.option(
        "--min-confidence",
        "least",
        metavar="X",
        type=click.FloatRange(0, 1),
        default=0.0,
        help="Only those of which the model was at least this sure, 0 to 1.",
    )
    yes = click.option("--yes", is_flag=True, help="Do not ask after the preview.")
    why = click.option("--why", metavar="TEXT", help="The reason, for whoever asks later.")
    return everything(_MONTH(category(confidence(yes(why(command))))))


@click.group(short_help="Describe photos by an AI model, and approve its proposals.")
@common_options
def ai() -> None:
    """Describe photos by an AI model, and decide which of its proposals are used.

    Off until `ai.enabled` is true in photosync.yaml (docs/ai.md). A thumbnail without metadata is
    sent, once per photo. No proposal is shown outside this machine until you approve it.
    """


@ai.command("run", short_help="Ask the endpoint about the chosen photos.")
@_MONTH
@click.option("--dry-run", is_flag=True, help="Show what would be sent where; send nothing.")
@click.option(
    "--again",
    is_flag=True,
    help="Also repeat calls that gave no usable reply; they may cost again.",
)
@_JSON
@common_options
def run(month: str | None, dry_run: bool, again: bool, as_json: bool) -> None:
    """Ask the endpoint about the chosen photos, up to `ai.ceiling`.

    First it is said what goes where. Ctrl-C is safe at any time: each reply is stored at once, and
    the next run continues. Exit code 1 if photos wait because the ceiling is reached.
    """
    from photo_assets.cli.describing import run_describing
    from photo_assets.cli.session import open_workspace, require_project

    require_project()
    run_describing(open_workspace(), month, dry_run=dry_run, again=again, as_json=as_json)


@ai.command("status", short_help="Show what was asked, and what waits.")
@_JSON
@common_options
def status(as_json: bool) -> None:
    """Show how many photos are chosen, asked and held back, and how many proposals wait."""
    from photo_assets.cli.describing import print_status, status_document
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json

    workspace = open_workspace()
    if as_json:
        print_json(status_document(workspace))
    else:
        print_status(workspace)


@ai.command("cost", short_help="Show what all calls used, by month and model.")
@_JSON
@common_options
def cost(as_json: bool) -> None:
    """Show calls, tokens and money by the month of the call, and what is left of the ceiling."""
    from photo_assets.cli.describing import cost_document, print_cost
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json

    workspace = open_workspace()
    if as_json:
        print_json(cost_document(workspace))
    else:
        print_cost(workspace)


@ai.command("review", short_help="List the proposals.")
@_MONTH
@click.option("--all", "everything", is_flag=True, help="Also those that were answered.")
@_JSON
@common_options
def review(month: str | None, everything: bool, as_json: bool) -> None:
    """List the proposals that wait for an answer.

    The page `photosync review` shows them with their pictures.
    """
    from photo_assets.ai.reviewing import Filter, list_proposals
    from photo_assets.cli.ai_answers import print_proposals, proposals_document
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.model.ai_release import ReviewState

    states = list(ReviewState) if everything else [ReviewState.PENDING]
    found = list_proposals(open_workspace(), Filter(states=states, month=month))
    if as_json:
        print_json(proposals_document(found))
    else:
        print_proposals(found)


@ai.command("approve", short_help="Approve proposals, one or many.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--description", metavar="TEXT", help="Approve this text instead; one ID only.")
@click.option("--tags", metavar="A,B", help="Approve these tags instead; one ID only.")
@_choosing
@common_options
def approve(
    ids: tuple[str, ...],
    description: str | None,
    tags: str | None,
    **choice: Any,
) -> None:
    """Approve the proposals with these IDs, or all that the options choose, after a preview.

    Recorded in the ledger with your name and the values that were shown. Take it back by
    `photosync ai undo`.
    """
    from photo_assets.cli.ai_answers import Answering, approve_proposals
    from photo_assets.cli.session import open_workspace

    new_tags = None if tags is None else tags.split(",")
    approve_proposals(open_workspace(), Answering(ids, **choice), description, new_tags)


@ai.command("reject", short_help="Reject proposals, one or many.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_choosing
@common_options
def reject(ids: tuple[str, ...], **choice: Any) -> None:
    """Reject the proposals with these IDs, or all that the options choose, after a preview."""
    from photo_assets.cli.ai_answers import Answering, reject_proposals
    from photo_assets.cli.session import open_workspace

    reject_proposals(open_workspace(), Answering(ids, **choice))


@ai.command("undo", short_help="Take back answers that were given at once.")
@click.argument("batch", metavar="BATCH")
@common_options
def undo(batch: str) -> None:
    """Take back all answers of BATCH, as `approve` and `reject` print it.

    Each proposal is again as it was before. Both records are kept.
    """
    from photo_assets.ai import reviewing
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say
    from photo_assets.model.wording import counted

    count = reviewing.undo(open_workspace(), batch)
    say(f"Taken back: {counted(count, 'answer')}.")


@ai.command("export", short_help="Write the approved values to a file.")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "json", "xmp"]),
    default="csv",
    show_default=True,
    help="xmp: FILE is a folder, with one sidecar per photo.",
)
@common_options
def export(target: Path, format_: str) -> None:
    """Write the approved values of all photos to FILE. Nothing else is written."""
    from photo_assets.ai import exporting
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.model.wording import counted

    count = exporting.export(open_workspace(), format_, target.absolute())
    say(f"Wrote {counted(count, 'photo')} to {shown(target)}.")
