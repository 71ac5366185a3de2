"""`photosync demo`: creates the sample library and runs the whole graph on it."""

import contextlib

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Try the program on a small sample library.")
@click.option(
    "--fresh",
    is_flag=True,
    help="Delete the sample and everything computed from it, and start again.",
)
@click.option(
    "--sinks", is_flag=True, help="Then write it to local stand-ins for sinks and serve it."
)
@common_options
def demo(fresh: bool, sinks: bool) -> None:
    """Create a small sample library and join it, without touching your own files.

    The sample is in data/sample, and the data computed from it in data/demo. In a clone of the
    repository, its accounts at online services are in stand-ins on this machine.
    """
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.sample_library import sample_prepared, say_what_next
    from photo_assets.cli.session import require_project
    from photo_assets.cli.syncing import SyncOptions, run_sync

    require_project()
    with sample_prepared(fresh=fresh) as workspace:
        # The sample contains broken files on purpose; the accounting has listed them.
        with contextlib.suppress(AttentionError):
            run_sync(workspace, SyncOptions(), as_json=False)
        if sinks:
            from photo_assets.cli.sample_sinks import show_sinks

            show_sinks(workspace)
        else:
            say_what_next(workspace)
