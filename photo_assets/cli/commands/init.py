"""`photosync init`: find the catalogs on this machine and write the first photosync.yaml."""

from pathlib import Path

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Find your catalogs and write photosync.yaml.")
@click.option(
    "--path",
    "paths",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Search this folder instead of the usual ones. Repeatable.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option(
    "--force", is_flag=True, help="Replace an existing photosync.yaml; the old one is kept."
)
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Maximum duration of the search.",
)
@common_options
def init(paths: tuple[Path, ...], yes: bool, force: bool, seconds: float) -> None:
    """Find your catalogs and write photosync.yaml.

    Only the first bytes of Lightroom catalogs are read, and links are not followed.
    """
    import sys

    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.setup.interactive import search_catalogs
    from photo_assets.cli.setup.writing import configuration_target, write_configuration
    from photo_assets.cli.terminal import say, shown
    from photo_assets.model.wording import counted

    target = configuration_target(force=force)
    if not yes and not sys.stdin.isatty():
        raise click.UsageError(
            "This needs your confirmation, but there is no terminal. Add --yes to write the file."
        )
    found = search_catalogs(paths, seconds, target.parent / "data")
    count = counted(len(found), "catalog")
    if not yes and not click.confirm(f"Write {shown(target)} with {count}?", default=True):
        say("Nothing was written.")
        return
    write_configuration(target, found)
    if not found:
        say("No catalog was found. The file contains an example that you can edit.")
        raise AttentionError
    say("Check it: photosync doctor. Then: photosync discover")
