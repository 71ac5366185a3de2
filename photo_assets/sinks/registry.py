"""The list of sinks, and how to open one. Their clients are imported when connecting."""

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
"""All sinks, in write order."""


def sinks() -> tuple[str, ...]:
    """Return the names of all sinks."""
    return tuple(spec.name for spec in SPECS)


def spec_of(name: str) -> SinkSpec:
    """Return the spec of a sink. Raises `KeyError` for an unknown name."""
    return {spec.name: spec for spec in SPECS}[name]


def mirror_of(name: str) -> "Mirror":
    """Return the mirror of a sink that has one."""
    mirror = spec_of(name).mirror
    assert mirror is not None
    return mirror()


def sink_settings(workspace: "Workspace", name: str) -> SinkSettings:
    """Return the common settings of a sink."""
    return workspace.settings.sinks.of(name)


def enabled_sinks(workspace: "Workspace") -> list[str]:
    """Return the names of the enabled sinks."""
    return [name for name in sinks() if sink_settings(workspace, name).enabled]


def requests_at_once(workspace: "Workspace", name: str) -> int:
    """Return the maximum number of concurrent requests of a sink."""
    return spec_of(name).at_once(sink_settings(workspace, name))


def open_sink(workspace: "Workspace", name: str) -> "Sink":
    """Return the sink called `name`; nothing is connected."""
    return spec_of(name).open(workspace)
