"""`photosync supabase`: bring a project's database to the tables of this version."""

import click

from photo_assets.cli.session import common_options


@click.group(short_help="Set up the Supabase database.")
@common_options
def supabase() -> None:
    """Set the Supabase database up: its tables, its rights."""


@supabase.command("migrate", short_help="Migrate its tables to this version.")
@click.option("--dry-run", is_flag=True, help="Only show what would be applied.")
@common_options
def migrate(dry_run: bool) -> None:
    """Apply the migrations that the database lacks, each in a transaction of its own.

    The database's own address is read from SUPABASE_DB_URL (sinks.supabase.database_url_env). The
    Supabase CLI applies the same files and either may go on where the other stopped.
    """
    import os

    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say
    from photo_assets.model.errors import ConfigurationError
    from photo_assets.sinks.supabase.migrate import migrate as apply

    name = open_workspace().settings.sinks.supabase.database_url_env
    url = os.environ.get(name, "").strip()
    if not url:
        raise ConfigurationError(
            f"{name} is not set.",
            hint="Put the database's address there (postgresql://…): the project's page shows it "
            "under Connect.",
        )
    done = apply(url, dry_run=dry_run)
    for migration in done.applied:
        verb = "would apply" if dry_run else "applied"
        say(f"{verb} {migration.version} {migration.name}")
    say(
        f"{len(done.present):,} were there, {len(done.applied):,} "
        f"{'would be applied' if dry_run else 'applied'}."
    )
    if dry_run and done.applied:
        say("Nothing was changed. To apply: photosync supabase migrate")
    else:
        say("Preview the changes: photosync replicate supabase")
