"""`photosync vault`: creating the stores of originals."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="Create the stores of originals.")
@common_options
def vault() -> None:
    """Manage the stores of `vault.stores`, which hold copies of all originals."""


@vault.command("create", short_help="Create the configured stores that do not exist yet.")
@click.argument("names", metavar="[STORE]...", nargs=-1)
@click.option("--new", is_flag=True, help="Also begin anew a store that existed and is not there.")
@common_options
def create(names: tuple[str, ...], new: bool) -> None:
    """Create each STORE of photosync.yaml, or all of them. Its folder must be empty or new.

    A bucket must exist, and be empty below `prefix`. A file in the folder or bucket marks it as a
    store. Without it nothing is ever written there, so that a disk that is not connected is not
    taken for an empty store.
    """
    from photo_assets.cli.terminal import say, shown
    from photo_assets.cli.vault_reports import chosen_stores, require_new

    for store in chosen_stores(names):
        there = store.exists()
        if not there and not new:
            require_new(store)
        store.create()
        say(
            f"{store.name}: {shown(store.location)} {'is a store already' if there else 'created'}."
        )
