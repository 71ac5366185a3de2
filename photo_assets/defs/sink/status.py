"""The state of a sink relative to the current view, and the link to its service."""

import dagster as dg

from photo_assets.sinks.engine.sink_status import SinkStatus, read_sink_status
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.registry import open_sink
from photo_assets.workspace import Workspace


def sink_status(workspace: Workspace, sink: str) -> SinkStatus:
    """Return the state of a sink relative to the current unified view."""
    destination = open_sink(workspace, sink).destination()
    return read_sink_status(workspace, sink, sink_inputs(workspace, sink), destination)


def web_link(workspace: Workspace, sink: str) -> dict[str, dg.MetadataValue]:
    """Return the link to a sink's content, as metadata; empty if there is none."""
    address = open_sink(workspace, sink).web_address()
    return {"link": dg.MetadataValue.url(address)} if address else {}
