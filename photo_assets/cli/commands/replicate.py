"""`photosync replicate`: plan the changes of the sinks, and write them with --execute."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Write the unified view to the sinks.")
@click.argument("sinks", metavar="[SINK]...", nargs=-1)
@click.option(
    "--execute/--dry-run",
    "execute",
    default=False,
    help="Write to the sinks. Without this option, the plan is only made and shown.",
)
@click.option(
    "--plan", "plan_id", metavar="ID", help="Write exactly this plan, if it is still current."
)
@click.option("--undo", metavar="ID", help="Make a plan that undoes the last written plan.")
@click.option(
    "--allow-retiring",
    is_flag=True,
    help="Allow a plan to retire many rows at once. This deletes nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
def replicate(
    sinks: tuple[str, ...],
    execute: bool,
    plan_id: str | None,
    undo: str | None,
    allow_retiring: bool,
    as_json: bool,
) -> None:
    """Compare the sinks with the unified view, and write the differences.

    SINK is a name of a sink in photosync.yaml; the default is all sinks. Ctrl-C is safe at any
    time: the next run continues where this one stopped.
    """
    from photo_assets.cli.replicating import ReplicationOptions, run_replication
    from photo_assets.cli.session import open_workspace, require_project

    require_project()
    options = ReplicationOptions(
        sinks=sinks, execute=execute, plan_id=plan_id, undo=undo, allow_retiring=allow_retiring
    )
    run_replication(open_workspace(), options, as_json=as_json)
