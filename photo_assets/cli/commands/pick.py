"""`photosync pick`: picking items by hand in a service that does not list its library."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Pick photos by hand, where a service lists none.")
@click.argument("service")
@click.argument("name", required=False)
@click.option("--no-browser", is_flag=True, help="Only print the address; open no browser.")
@common_options
def pick(service: str, name: str | None, no_browser: bool) -> None:
    """Pick photos in a service that does not list its library: photosync pick SERVICE [NAME].

    You pick on the service's own page. What you pick is added to what you picked before, and is
    read by `photosync discover`. Ctrl-C keeps the session: the same command continues it. NAME is
    the catalog's name in photosync.yaml.
    """
    from photo_assets.cli.picking import pick_items
    from photo_assets.cli.session import open_workspace

    pick_items(open_workspace(), service.replace("-", "_").lower(), name, browser=not no_browser)
