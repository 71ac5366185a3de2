"""The commands defined by sinks: `photosync SINK COMMAND`. Their code is in the sink's folder.

Sinks are loaded only to list all commands or to find a command that is not built in, because most
commands do not need them.
"""

from typing import TYPE_CHECKING, Any

import click

from photo_assets.cli.failures import AttentionError
from photo_assets.cli.session import common_options, open_workspace
from photo_assets.cli.terminal import say, shown

if TYPE_CHECKING:
    from photo_assets.sinks.spec import SinkCommand, SinkSpec


class WithSinks(click.Group):
    """A group with its own commands and those of the sinks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted([*super().list_commands(ctx), *_specs()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none with that name."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or (spec := _specs().get(cmd_name)) is None:
            return own
        return _group(spec)


def _specs() -> "dict[str, SinkSpec]":
    from photo_assets.sinks.registry import SPECS

    return {spec.name: spec for spec in SPECS if spec.commands}


def _group(spec: "SinkSpec") -> click.Group:
    about = f"Set up the {spec.title} database."
    group = click.Group(spec.name, help=about, short_help=about)
    for one in spec.commands:
        group.add_command(_command(one))
    return common_options(group)


def _command(one: "SinkCommand") -> click.Command:
    def run(**options: Any) -> None:
        if not one.run(open_workspace(), lambda line: say(shown(line)), **options):
            raise AttentionError

    return common_options(
        click.Command(
            one.name, params=[*one.options], callback=run, help=one.help, short_help=one.summary
        )
    )
