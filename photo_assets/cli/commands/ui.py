"""`photosync ui`: the Dagster UI and its daemon, for this machine only."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Start the Dagster UI and its daemon.")
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--review-port",
    type=click.IntRange(1, 65535),
    help="Of the review page. Default: `review_port` in photosync.yaml.",
)
@common_options
def ui(port: int, review_port: int | None) -> None:
    """Start the Dagster UI, the daemon that watches your catalogs, and the review page.

    The pages are reachable only from this machine. Changes to photosync.yaml take effect while it
    runs. Ctrl-C stops it.
    """
    from photo_assets.cli.sample_services import sample_reachable
    from photo_assets.cli.serving import serve
    from photo_assets.cli.session import require_project

    home = require_project()
    with sample_reachable():
        serve(home, port, review_port)
