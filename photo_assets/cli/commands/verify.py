"""`photosync verify`: read a sink back and compare it with what was written."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Read Notion or Supabase back and compare.")
@click.argument("sinks", metavar="[SINK]...", nargs=-1)
@common_options
def verify(sinks: tuple[str, ...]) -> None:
    """Read back what is there and compare it with what was written last; nothing is sent.

    What differs is part of the next plan. Exit code 1 when something differs.
    """
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.planning import require_sink
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.sinks.engine.verifying import verify_sink
    from photo_assets.sinks.registry import enabled_sinks, open_sink

    workspace = open_workspace()
    differs = False
    for name in [require_sink(name) for name in sinks] or enabled_sinks(workspace):
        found = verify_sink(workspace, open_sink(workspace, name))
        say(
            f"{name}: {found.rows:,} rows read, {len(found.drifted):,} differ, "
            f"{len(found.duplicates):,} are there twice, {found.strangers:,} are not ours."
        )
        for row in found.drifted[:20]:
            say(f"  {row.target} {shown(row.key)}: {shown(row.why)}")
        for key in found.duplicates[:20]:
            say(f"  twice: {shown(key)}")
        differs = differs or bool(found.drifted or found.duplicates)
    if differs:
        raise AttentionError
