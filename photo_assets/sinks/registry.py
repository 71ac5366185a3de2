"""Which sinks there are, and opening one. Their clients are imported when a connection is made."""

from photo_assets.sinks.protocol import Sink
from photo_assets.store.configuration.sinks import SINKS, SinkSettings
from photo_assets.store.workspace import Workspace


def sink_settings(workspace: Workspace, name: str) -> SinkSettings:
    """Return what the settings of every sink share, of one of them."""
    found: SinkSettings = getattr(workspace.settings.sinks, name)
    return found


def enabled_sinks(workspace: Workspace) -> list[str]:
    """Return the names of the sinks that are not switched off."""
    return [name for name in SINKS if sink_settings(workspace, name).enabled]


def requests_at_once(workspace: Workspace, name: str) -> int:
    """Return how many requests of a sink may be under way at once."""
    sinks = workspace.settings.sinks
    return sinks.notion.at_once if name == "notion" else sinks.supabase.at_once


def open_sink(workspace: Workspace, name: str) -> Sink:
    """Return the sink called `name`; nothing is connected."""
    if name == "notion":
        from photo_assets.sinks.notion.sink import NotionSink

        return NotionSink(workspace)
    from photo_assets.sinks.supabase.sink import SupabaseSink

    return SupabaseSink(workspace)
