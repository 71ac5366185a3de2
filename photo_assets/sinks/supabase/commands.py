"""`photosync supabase`: migrate a project's database to the tables of this version."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from photo_assets.model.errors import ConfigurationError
from photo_assets.sinks.spec import SinkCommand
from photo_assets.sinks.supabase.settings import supabase_settings

if TYPE_CHECKING:
    from photo_assets.workspace import Workspace


def _migrate(workspace: "Workspace", say: Callable[[str], None], *, dry_run: bool) -> bool:
    from photo_assets.sinks.supabase.migrate import migrate

    name = supabase_settings(workspace.settings.sinks).database_url_env
    url = os.environ.get(name, "").strip()
    if not url:
        raise ConfigurationError(
            f"{name} is not set.",
            hint="Set it to the database URL (postgresql://…), which the project's page shows "
            "under Connect.",
        )
    done = migrate(url, dry_run=dry_run)
    for migration in done.applied:
        verb = "would apply" if dry_run else "applied"
        say(f"{verb} {migration.version} {migration.name}")
    say(
        f"{len(done.present):,} already applied, {len(done.applied):,} "
        f"{'would be applied' if dry_run else 'newly applied'}."
    )
    if dry_run and done.applied:
        say("Nothing was changed. To apply: photosync supabase migrate")
    else:
        say("Preview the changes: photosync replicate supabase")
    return True


MIGRATE = SinkCommand(
    name="migrate",
    summary="Migrate its tables to this version.",
    help="""Apply the migrations that are missing in the database, each in its own transaction.

    The database URL is read from SUPABASE_DB_URL (sinks.supabase.database_url_env). The Supabase
    CLI applies the same files, and either can continue where the other stopped. """,
    options=(click.Option(["--dry-run"], is_flag=True, help="Only show what would be applied."),),
    run=_migrate,
)
