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


@albums.command("plan", short_help="Plan new names; nothing is sent.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@common_options
def plan(as_json: bool) -> None:
    """Plan a new name for each album that is far from its canonical name, or that you named.

    Only albums of the catalogs in `albums.rename` are planned. Nothing is sent.
    """
    from photo_assets.cli.album_names import show_plan
    from photo_assets.cli.session import open_workspace

    show_plan(open_workspace(), as_json=as_json)


@albums.command("approve", short_help="Approve rows of the plan.")
@click.argument("chosen", metavar="[ALBUM]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Approve the whole plan.")
@click.option("--revoke", is_flag=True, help="Take the approvals back instead.")
@common_options
def approve(chosen: tuple[str, ...], everything: bool, revoke: bool) -> None:
    """Approve the planned names of ALBUMs. Nothing is sent.

    An approval is for one album, its old name and its new name, and is used once.
    """
    if bool(chosen) == everything:
        raise click.UsageError("Name albums, or --all.")
    from photo_assets.cli.album_names import approve_names
    from photo_assets.cli.session import open_workspace

    approve_names(open_workspace(), chosen, taking_back=revoke)


@albums.command("apply", short_help="Make the approved changes.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@common_options
def apply(as_json: bool) -> None:
    """Change the approved names at SmugMug and, where the sink is set up, in Supabase.

    Each name is read just before: an album that has another name than the plan says is left. Both
    are read back. Interrupted changes are continued first. Exit code 1 if a change was not made.
    """
    from photo_assets.cli.album_names import apply_names
    from photo_assets.cli.session import open_workspace

    apply_names(open_workspace(), as_json=as_json)


@albums.command("verify", short_help="Compare the names at SmugMug and in Supabase.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@common_options
def verify(as_json: bool) -> None:
    """Read all names at SmugMug and in Supabase, and compare them with the changes made.

    Exit code 1 if a name differs. Nothing is changed.
    """
    from photo_assets.cli.album_names import verify_names
    from photo_assets.cli.session import open_workspace

    verify_names(open_workspace(), as_json=as_json)


@albums.command("rollback", short_help="Give albums earlier names again.")
@click.argument("chosen", metavar="[ALBUM]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All albums that were ever renamed.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Undo N names of each.")
@click.option("--to", "moment", metavar="TIME", help="Go back to this time: 2026-11-30T14:00Z.")
@click.option("--execute", is_flag=True, help="Change the names; otherwise they are only listed.")
@common_options
def rollback(
    chosen: tuple[str, ...],
    everything: bool,
    steps: int | None,
    moment: str | None,
    execute: bool,
) -> None:
    """Give ALBUMs the names that they had before the last changes, or at a time.

    An album that somebody renamed since the last change is left as it is.
    """
    if bool(chosen) == everything:
        raise click.UsageError("Name albums, or --all.")
    if (steps is None) == (moment is None):
        raise click.UsageError("Write --steps or --to.")
    from photo_assets.cli.album_names import roll_names_back
    from photo_assets.cli.session import open_workspace

    roll_names_back(open_workspace(), chosen, steps, moment, execute=execute)
