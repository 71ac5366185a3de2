"""`photosync ui`: the Dagster UI and its daemon, for this machine only, until one of them ends."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Start the Dagster UI and its daemon.")
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@common_options
def ui(port: int) -> None:
    """Start the Dagster UI and the daemon that watches your catalogs.

    Both listen on 127.0.0.1 alone. Ctrl-C ends both.
    """
    from photo_assets.cli.serving import serve
    from photo_assets.cli.session import require_project
    from photo_assets.store.configuration.loading import load_configuration

    home = require_project()
    load_configuration()  # a wrong photosync.yaml is said here, not in a web page
    serve(home, port)
