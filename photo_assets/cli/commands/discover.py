"""`photosync discover`: read the catalogs, write changes, fingerprint and join them."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Read your catalogs and update everything.")
@click.option(
    "--service",
    "services",
    metavar="SOURCE",
    multiple=True,
    help="Only catalogs of this source, as photosync.yaml names it. Repeatable.",
)
@click.option("--catalog", metavar="NAME", help="Only catalogs with this name.")
@click.option(
    "--since",
    metavar="WHEN",
    help="Only photos captured in or after the month of this date: "
    '2024-01-01, last-week, "3 days ago".',
)
@click.option("--full-scan", is_flag=True, help="Read everything again, whether or not it changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
def discover(
    services: tuple[str, ...],
    catalog: str | None,
    since: str | None,
    full_scan: bool,
    as_json: bool,
) -> None:
    """Read your catalogs and update all tables computed from them.

    Catalogs are only read. Ctrl-C is safe at any time.
    """
    from datetime import datetime

    from photo_assets.cli.dates import parse_since
    from photo_assets.cli.sample_services import sample_reachable
    from photo_assets.cli.session import open_workspace, require_project
    from photo_assets.cli.syncing import SyncOptions, require_catalog, run_sync
    from photo_assets.status.catalogs import find_source

    day = parse_since(since, datetime.now().astimezone().date()) if since is not None else None
    options = SyncOptions(
        sources=tuple(dict.fromkeys(find_source(name) for name in services)),
        catalog=catalog,
        since=day,
        full=full_scan,
    )
    require_project()
    with sample_reachable():
        workspace = open_workspace()
        require_catalog(workspace, options)
        run_sync(workspace, options, as_json=as_json)
