"""`photosync status`: stored data, its freshness, and what needs a person."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Show stored data, its freshness, and what is waiting.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@common_options
def status(as_json: bool) -> None:
    """Show every catalog and layer, what needs attention, and the disk space used.

    No catalog is opened. The exit code is 1 if something needs attention.
    """
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.library_status import print_status
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.status.library import read_status, status_document

    status = read_status(open_workspace())
    if as_json:
        print_json(status_document(status))
    else:
        print_status(status)
    if status.attention:
        raise AttentionError
