"""`photosync copies`: whether files may be deleted elsewhere."""

from pathlib import Path

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Say whether files have enough verified copies in the vault.")
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the files without enough copies as JSON."
)
@common_options
def copies(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say whether the files below each PATH may be deleted there.

    Every file and its copies in the stores are read now and compared by SHA-256; `vault.copies`
    sets how many copies are enough. Nothing is deleted. The exit code is 0 only if every file has
    enough copies.
    """
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.vault_reports import copies_document, examine_paths, print_copies

    report = examine_paths(paths)
    if as_json:
        from photo_assets.cli.terminal import print_json

        print_json(copies_document(report))
    else:
        print_copies(report)
    if not report.safe:
        raise AttentionError
