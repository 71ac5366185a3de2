"""`photosync copies`: which photos lack copies, and whether files may be deleted elsewhere."""

from pathlib import Path

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Say which photos lack copies, and what may be deleted elsewhere.")
@click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--catalog", metavar="SOURCE/NAME", help="Examine the items that a service keeps for a catalog."
)
@click.option("--json", "as_json", is_flag=True, help="Print what lacks copies as JSON.")
@common_options
def copies(paths: tuple[Path, ...], catalog: str | None, as_json: bool) -> None:
    """Say which photos have too few copies in the stores of `vault.stores`.

    With a PATH, say whether the files below it may be deleted there: every file and its copies are
    read now and compared by SHA-256. With --catalog, say the same of the items at a service, as its
    last listing states them: their copies are read now. Nothing is deleted.

    `vault.copies` and `vault.more_copies` set how many copies are enough. The exit code is 0 only
    if everything examined has enough.
    """
    from photo_assets.cli import copies_reports as reports
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.terminal import print_json

    if paths and catalog:
        raise click.UsageError("Name paths or --catalog, not both.")
    if paths or catalog:
        report = reports.examine_catalog(catalog) if catalog else reports.examine_paths(paths)
        if as_json:
            print_json(reports.copies_document(report))
        else:
            reports.print_copies(report, "item" if catalog else "file")
        lacks = not report.safe
    elif as_json:
        document = reports.short_photos_document()
        print_json(document)
        lacks = bool(document["with_too_few_copies"])
    else:
        lacks = reports.print_short_photos()
    if lacks:
        raise AttentionError
