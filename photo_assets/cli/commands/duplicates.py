"""`photosync duplicates`: groups of byte-identical files in folders. Read-only."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="List files with the same content.")
@click.argument(
    "folders",
    metavar="[FOLDER]...",
    nargs=-1,
    type=click.Path(exists=True, file_okay=False),
)
@click.option("--json", "as_json", is_flag=True, help="Print the groups as JSON.")
@common_options
def duplicates(folders: tuple[str, ...], as_json: bool) -> None:
    """List groups of files with the same content, byte for byte, in FOLDERs.

    Without a FOLDER, the configured `folders` catalogs are searched. Files are only read. Symbolic
    links are not followed, hard links of one file count once, and empty files are ignored.
    """
    from photo_assets.cli.duplicate_listing import (
        configured_roots,
        duplicates_document,
        print_duplicates,
    )
    from photo_assets.cli.failures import AttentionError
    from photo_assets.identity.duplicates import Root, find_duplicates

    roots = [Root(folder) for folder in folders] or configured_roots()
    report = find_duplicates(roots)
    if as_json:
        from photo_assets.cli.terminal import print_json

        print_json(duplicates_document(report))
    else:
        print_duplicates(report)
    if report.unreadable or report.changed:
        raise AttentionError
