"""`photosync confirm`: a person confirms that a large loss of items is intended."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Confirm that a large loss of items is intended.")
@click.argument("catalog", metavar="SOURCE/CATALOG")
@click.option("--yes", is_flag=True, help="Confirm without typing the number of lost items.")
@common_options
def confirm(catalog: str, yes: bool) -> None:
    """Confirm that a large loss, which is held back, is intended, after showing what is gone.

    The next scan keeps the rows of lost items and marks them missing. The confirmation is valid for
    exactly this loss and is stored in the ledger with your name.
    """
    import getpass

    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.ledger import Confirmations
    from photo_assets.status.catalogs import find_catalog

    workspace = open_workspace()
    view = find_catalog(workspace, catalog)
    held = view.held
    if held is None:
        say(f"{view.label} has no held-back changes.")
        return
    say(
        f"{view.label} lost {held.lost:,} of {held.known:,} items ({held.percent:.1f} %), as "
        f"found at {held.at}."
    )
    for example in held.examples:
        say(f"  {shown(example)}")
    if held.lost > len(held.examples):
        say(f"  and {held.lost - len(held.examples):,} more")
    say("Their rows will be kept and marked missing.")
    if not yes:
        _ask(held.lost)
    given = Confirmations(workspace.ledger).confirm(
        view.source, view.name, held.scan_digest, getpass.getuser(), held.lost, held.known
    )
    say(f"Confirmed by {shown(given.who)} at {given.at}.")
    say(f"Now run: photosync discover --service {view.source} --catalog {view.name}")


def _ask(lost: int) -> None:
    typed = click.prompt(f"Type the number of lost items ({lost}) to confirm", type=str)
    if typed.strip().replace(",", "") != str(lost):
        raise click.UsageError(f"That is not {lost}: nothing was confirmed.")
