"""`photosync notion`: find or make the database that the pages go to."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="Set up the Notion database.")
@common_options
def notion() -> None:
    """Set the Notion photo library up."""


@notion.command("setup", short_help="Find or create the database; propose what is missing.")
@click.option("--data-source", metavar="ID", help="The data source, if the database has several.")
@click.option("--yes", is_flag=True, help="Make the proposed changes.")
@common_options
def setup(data_source: str | None, yes: bool) -> None:
    """Find the Notion database, or propose to make it, with the properties that are written.

    An existing database is adopted: what it lacks is proposed, nothing is renamed or removed.
    Without --yes nothing is changed. Exit code 1 when something waits for you first.
    """
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.cli.unanswered import answered
    from photo_assets.sinks.notion.setup import carry_out, is_set_up, look_around
    from photo_assets.sinks.notion.sink import notion_client

    workspace = open_workspace()
    client = notion_client(workspace)
    try:
        with answered("Nothing was changed. Try again later."):
            plan = look_around(workspace, client, data_source)
        for line in plan.lines:
            say(shown(line))
        if not plan.can_be_carried_out:
            raise AttentionError
        if is_set_up(workspace, plan):
            say("The database is set up. Preview the changes: photosync replicate notion")
            return
        if not yes:
            chosen = f" --data-source {data_source}" if data_source else ""
            say(f"Nothing was changed. To apply: photosync notion setup{chosen} --yes")
            return
        with answered("Run it again later: what was done by then is found, and not done twice."):
            choice = carry_out(workspace, client, plan)
    finally:
        client.close()
    say(f"Set up: {shown(choice.database_name)}, data source {choice.data_source}.")
    say("Preview the changes: photosync replicate notion")
