"""`photosync ledger`: moving the ledger to another database."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="Move the ledger to another database.")
@common_options
def ledger() -> None:
    """Manage the ledger: ids of photos, decisions, records of writes to the sinks."""


@ledger.command("move", short_help="Move it to the configured database.")
@click.option("--yes", is_flag=True, help="Move without asking.")
@common_options
def move(yes: bool) -> None:
    """Move the ledger from data_dir to the database that PHOTO_ASSETS_LEDGER_URL names.

    The database must be empty. Everything is copied in one transaction; the old file is kept, as
    ledger.sqlite.moved. Stop `photosync ui` first.
    """
    import os

    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.ledger.move import MOVED, move_ledger
    from photo_assets.model.errors import ConfigurationError
    from photo_assets.model.wording import counted

    workspace = open_workspace()
    variable, file = workspace.settings.ledger_url_env, workspace.ledger_file
    url = os.environ.get(variable)
    if not url:
        raise ConfigurationError(
            f"{variable} is not set. It names the database to move the ledger to.",
            hint=f"Set it: export {variable}=postgresql://user:password@host/database",
        )
    if not file.is_file():
        raise ConfigurationError(
            f"There is no ledger in {file}.",
            hint="It was already moved, or the library has none yet.",
        )
    question = f"Move {shown(file)}? Stop `photosync ui` first."
    if not yes and not click.confirm(question):
        say("The ledger was not moved.")
        return
    copied = move_ledger(file, url)
    tables = ", ".join(f"{name} {rows:,}" for name, rows in copied.items() if rows)
    say(f"Moved {counted(sum(copied.values()), 'row')}: {tables or 'none'}.")
    say(f"The old file is kept as {shown(file)}{MOVED}.")
