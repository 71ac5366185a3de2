"""`photosync albums`: names of albums, canonical names, and changing them by a plan."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="List, propose and change names of albums.", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also albums whose name is near enough.")
@click.option("--catalog", metavar="SOURCE/CATALOG", help="Only of this catalog.")
@click.option("--json", "as_json", is_flag=True, help="Print the albums as JSON.")
@common_options
@click.pass_context
def albums(context: click.Context, everything: bool, catalog: str | None, as_json: bool) -> None:
    """List the albums whose name differs from their canonical name, and by how much.

    Albums of every catalog are listed. Names are changed only at SmugMug, by
    `photosync albums plan`, `approve` and `apply`. This command changes nothing.
    """
    if context.invoked_subcommand is not None:
        return
    from photo_assets.cli.album_listing import list_albums
    from photo_assets.cli.session import open_workspace

    list_albums(open_workspace(), catalog, everything=everything, as_json=as_json)


@albums.command("name", short_help="Choose an album's name yourself.")
@click.argument("album", metavar="ALBUM")
@click.argument("name", metavar="NAME", required=False)
@click.option("--forget", is_flag=True, help="Withdraw the choice instead.")
@common_options
def name(album: str, name: str | None, forget: bool) -> None:
    """Choose NAME for ALBUM, as `photosync albums` lists it.

    Recorded in the ledger with your name. It counts instead of the canonical name until you choose
    another one or withdraw it. Nothing is changed at the service.
    """
    if (name is None) != forget:
        raise click.UsageError("Write a name, or --forget.")
    from photo_assets.cli.album_listing import choose_album_name
    from photo_assets.cli.session import open_workspace

    choose_album_name(open_workspace(), album, name)
