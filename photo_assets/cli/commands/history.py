"""`photosync log` and `photosync diff`: what changed, from the history."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Show what was ever known of a photo, and since when.")
@click.argument("photo", metavar="PHOTO")
@click.option("--json", "as_json", is_flag=True, help="Print the commits as JSON.")
@common_options
def log(photo: str, as_json: bool) -> None:
    """Show every change of PHOTO, newest first, with the catalogs that state each value.

    PHOTO is SOURCE/CATALOG/ID, a photo id, or the path of a file. Everything shown is read from the
    history; a photo id works also after the photo left all catalogs.
    """
    from photo_assets.cli.history_reports import find_photo, log_document, log_entries, print_log
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json

    workspace = open_workspace()
    entries = log_entries(workspace, find_photo(workspace, photo))
    if as_json:
        print_json(log_document(entries))
    else:
        print_log(entries)


@click.command(short_help="Show which photos changed since a date or a commit.")
@click.option(
    "--since",
    metavar="WHEN",
    required=True,
    help='A date, 2024-01-01, last-week, "3 days ago"; or a commit of the history.',
)
@click.option("--json", "as_json", is_flag=True, help="Print the photos as JSON.")
@common_options
def diff(since: str, as_json: bool) -> None:
    """Show the photos that changed on or after a date, or after a commit, field by field.

    Dates are in the time zone of `discovery.timezone`.
    """
    from photo_assets.cli.history_reports import changes_after, changes_document, print_changes
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json

    photos = changes_after(open_workspace(), since)
    if as_json:
        print_json(changes_document(photos))
    else:
        print_changes(photos)
