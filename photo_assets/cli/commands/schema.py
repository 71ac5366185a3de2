"""`photosync schema`: the JSON schema of photosync.yaml, and updating the published copies."""

from pathlib import Path

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Print the JSON schema of photosync.yaml.")
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Write the schemas, configuration.md's generated part and tables.md into DIR instead.",
)
@common_options
def schema(folder: Path | None) -> None:
    """Print the JSON schema of photosync.yaml, for editors that validate as you type."""
    from photo_assets.cli.reference import publish, schema_text
    from photo_assets.cli.terminal import say

    if folder is None:
        click.echo(schema_text(), nl=False)
        return
    for path in publish(folder):
        say(f"Wrote {path}")
