"""Verify: read the service back and compare it with the last written rows."""

from photo_assets.ledger import SinkStates
from photo_assets.sinks.engine.drift import store_drift
from photo_assets.sinks.engine.written import merge_outcomes
from photo_assets.sinks.protocol import Sink, Verification
from photo_assets.workspace import Workspace


def verify_sink(workspace: Workspace, sink: Sink) -> Verification:
    """Read the service back; store the differences for the next plan.

    Raises `SinkNotReadyError` when something is missing, and `ServiceError`.
    """
    states = SinkStates(workspace.ledger)
    connection = sink.connect()
    try:
        state = states.settle(sink.name, connection.destination)
        number = merge_outcomes(workspace, sink.name, state)
        found = connection.verify()
        after = states.settle(sink.name, connection.destination)
        if after.base == state.base:  # otherwise the sink was written meanwhile
            store_drift(workspace, sink.name, state, number, found.drifted)
        return found
    finally:
        connection.close()
