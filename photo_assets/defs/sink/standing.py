"""How a sink stands to the view as it is now, and where to look at it."""

import dagster as dg

from photo_assets.sinks.engine.standing import SinkStanding, read_standing
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.registry import open_sink
from photo_assets.workspace import Workspace


def sink_standing(workspace: Workspace, sink: str) -> SinkStanding:
    """Return how a sink stands to the view as it is now."""
    place = open_sink(workspace, sink).place()
    return read_standing(workspace, sink, sink_inputs(workspace, sink), place)


def web_link(workspace: Workspace, sink: str) -> dict[str, dg.MetadataValue]:
    """Return the link to what a sink holds, as metadata; nothing where there is none."""
    address = open_sink(workspace, sink).web_address()
    return {"look_at_it_there": dg.MetadataValue.url(address)} if address else {}
