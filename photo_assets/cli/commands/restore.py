"""`photosync restore`: a library from its history alone, on a new machine."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Bring a lost library back from its history.")
@click.argument("history", metavar="HISTORY")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
def restore(history: str, as_json: bool) -> None:
    """Bring ledger, tables and configuration back from HISTORY, with the same ids of photos.

    HISTORY is the folder or the address of the history's git repository, or of a clone of it; it is
    only read. The library here must be empty. No catalog and no original is read.
    """
    from photo_assets.cli.interruption import interruptible
    from photo_assets.cli.output_streams import own_stream
    from photo_assets.cli.progress import reporting
    from photo_assets.cli.restore_report import print_restored, restored_document
    from photo_assets.cli.session import SESSION, require_config_file, require_project
    from photo_assets.cli.terminal import print_json

    home = require_project()
    require_config_file()
    with (
        own_stream(quiet=not SESSION.debug) as stream,
        reporting("starting", stream) as show,
        interruptible(show) as listening,
    ):
        from photo_assets.cli.restoring import restore as restored

        result = restored(history, home, listening.report)
    if as_json:
        print_json(restored_document(result))
    else:
        print_restored(result)
    if result.faults:
        from photo_assets.cli.failures import AttentionError

        raise AttentionError
