"""The state of a sink relative to the current view, and the link to its service."""

import dagster as dg

from photo_assets.sinks.engine.standing import SinkStanding, read_standing
from photo_assets.sinks.inputs import sink_inputs
from photo_assets.sinks.registry import open_sink
from photo_assets.workspace import Workspace


def sink_standing(workspace: Workspace, sink: str) -> SinkStanding:
    """Return the state of a sink relative to the current unified view."""
    place = open_sink(workspace, sink).place()
    return read_standing(workspace, sink, sink_inputs(workspace, sink), place)


def web_link(workspace: Workspace, sink: str) -> dict[str, dg.MetadataValue]:
    """Return the link to a sink's content, as metadata; empty if there is none."""
    address = open_sink(workspace, sink).web_address()
    return {"link": dg.MetadataValue.url(address)} if address else {}
