"""Which sinks there are, and opening one. Their clients are imported when a connection is made."""

from typing import TYPE_CHECKING

from photo_assets.configuration.sinks import SinkSettings
from photo_assets.sinks import notion, supabase
from photo_assets.sinks.spec import SinkSpec

if TYPE_CHECKING:
    from photo_assets.sinks.protocol import Sink
    from photo_assets.sinks.spec import Mirror
    from photo_assets.workspace import Workspace

SPECS: tuple[SinkSpec, ...] = (
    notion.SPEC,
    supabase.SPEC,
)
"""All sinks, in the order in which they are written."""


def sinks() -> tuple[str, ...]:
    """Return the names of all sinks."""
    return tuple(spec.name for spec in SPECS)


def spec_of(name: str) -> SinkSpec:
    """Return the spec of a sink. Raises `KeyError` where there is none."""
    return {spec.name: spec for spec in SPECS}[name]


def mirror_of(name: str) -> "Mirror":
    """Return the mirror of a sink that has one."""
    mirror = spec_of(name).mirror
    assert mirror is not None
    return mirror()


def sink_settings(workspace: "Workspace", name: str) -> SinkSettings:
    """Return what the settings of every sink share, of one of them."""
    return workspace.settings.sinks.of(name)


def enabled_sinks(workspace: "Workspace") -> list[str]:
    """Return the names of the sinks that are not switched off."""
    return [name for name in sinks() if sink_settings(workspace, name).enabled]


def requests_at_once(workspace: "Workspace", name: str) -> int:
    """Return how many requests of a sink may be under way at once."""
    return spec_of(name).at_once(sink_settings(workspace, name))


def open_sink(workspace: "Workspace", name: str) -> "Sink":
    """Return the sink called `name`; nothing is connected."""
    return spec_of(name).open(workspace)
