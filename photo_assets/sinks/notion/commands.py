"""`photosync notion`: find or create the database of the pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from photo_assets.sinks.spec import SinkCommand

if TYPE_CHECKING:
    from photo_assets.workspace import Workspace


def _setup(
    workspace: "Workspace", say: Callable[[str], None], *, data_source: str | None, yes: bool
) -> bool:
    from photo_assets.sinks.notion.setup import apply_setup, is_set_up, propose_setup
    from photo_assets.sinks.notion.sink import notion_client
    from photo_assets.sinks.unavailable import requires_response

    client = notion_client(workspace)
    try:
        with requires_response("Nothing was changed. Try again later."):
            plan = propose_setup(workspace, client, data_source)
        for line in plan.lines:
            say(line)
        if not plan.can_be_applied:
            return False
        if is_set_up(workspace, plan):
            say("The database is set up. Preview the changes: photosync replicate notion")
            return True
        if not yes:
            chosen = f" --data-source {data_source}" if data_source else ""
            say(f"Nothing was changed. To apply: photosync notion setup{chosen} --yes")
            return True
        with requires_response(
            "Run it again later: completed steps are recognized and not repeated."
        ):
            choice = apply_setup(workspace, client, plan)
    finally:
        client.close()
    say(f"Set up: {choice.database_name}, data source {choice.data_source}.")
    say("Preview the changes: photosync replicate notion")
    return True


SETUP = SinkCommand(
    name="setup",
    summary="Find or create the database; propose what is missing.",
    help="""Find the Notion database, or propose to create it, with the required properties.

    An existing database is adopted: missing properties are proposed, nothing is renamed or removed.
    Without --yes, nothing is changed. The exit code is 1 if you have to do something first.
    """,
    options=(
        click.Option(
            ["--data-source"], metavar="ID", help="The data source, if the database has several."
        ),
        click.Option(["--yes"], is_flag=True, help="Make the proposed changes."),
    ),
    run=_setup,
)
