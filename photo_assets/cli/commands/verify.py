"""`photosync verify`: read the sinks back and compare them with the written rows."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Read the sinks back and compare them with the written rows.")
@click.argument("sinks", metavar="[SINK]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def verify(sinks: tuple[str, ...], as_json: bool) -> None:
    """Read the sinks back and compare them with the last written rows; no row is changed.

    SINK is a name of a sink in photosync.yaml; the default is every sink that is set up.
    Differences become part of the next plan. The exit code is 1 if something differs.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.verifying import run_verification

    run_verification(open_workspace(), sinks, as_json=as_json)
