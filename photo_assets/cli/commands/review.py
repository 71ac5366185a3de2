"""`photosync review`: the review page, for this machine only."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Start the page on which you look at your photos.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Default: `review_port` in photosync.yaml."
)
@click.option(
    "--dagster-port",
    default=3000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where `photosync ui` runs; the page links to it.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in your browser.")
@common_options
def review(port: int | None, dagster_port: int, open_browser: bool) -> None:
    """Serve the review page: photos, albums, and what every catalog says of each photo.

    The page is reachable only from this machine, and only by the address that is printed.
    Ctrl-C stops it.
    """
    from photo_assets.cli.reviewing import review_until_signal
    from photo_assets.cli.session import open_workspace

    workspace = open_workspace()
    chosen = workspace.settings.review_port if port is None else port
    review_until_signal(workspace, chosen, dagster_port, open_browser=open_browser)
