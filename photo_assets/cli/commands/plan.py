"""`photosync plan`: show planned writes before they are sent."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="Show what would be written.")
@common_options
def plan() -> None:
    """Show plans: every write to a sink is first a row of a plan."""


@plan.command("show", short_help="Show a plan's rows: before, after, reason.")
@click.argument("name", metavar="PLAN_OR_SINK")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Number of rows to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def show(name: str, limit: int, as_json: bool) -> None:
    """Show a plan by its id (or the beginning of it), or the current plan of a sink."""
    from photo_assets.cli.planning import choose_plan, plan_document, print_plan
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json

    workspace = open_workspace()
    chosen = choose_plan(workspace, name)
    if as_json:
        print_json(plan_document(workspace, chosen, limit))
    else:
        print_plan(workspace, chosen, limit)


@plan.command("list", short_help="List the stored plans.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def list_plans(as_json: bool) -> None:
    """List the stored plans."""
    from photo_assets.cli.planning import print_plans
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.status.plans import list_kept_plans

    kept = list_kept_plans(open_workspace())
    if as_json:
        print_json(kept)
    else:
        print_plans(kept)
