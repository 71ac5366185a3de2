"""The ledger: the small database of what cannot be derived from catalogs and files again."""

from photo_assets.store.ledger.address import ledger_warnings
from photo_assets.store.ledger.attempts import Attempts, PartitionAttempts
from photo_assets.store.ledger.audit import Audit, Deed
from photo_assets.store.ledger.confirmations import Confirmation, Confirmations
from photo_assets.store.ledger.decisions import Decision, Decisions
from photo_assets.store.ledger.ledger import Ledger, open_ledger
from photo_assets.store.ledger.photos import (
    Merge,
    PhotoRegistry,
    RegistryChange,
    RegistrySession,
)
from photo_assets.store.ledger.sink_pages import PageWritten, SinkPages
from photo_assets.store.ledger.sink_requests import SinkRequest, SinkRequests
from photo_assets.store.ledger.sink_states import (
    PlanRefusedError,
    SinkHeldError,
    SinkState,
    SinkStates,
)

__all__ = [
    "Attempts",
    "Audit",
    "Confirmation",
    "Confirmations",
    "Decision",
    "Decisions",
    "Deed",
    "Ledger",
    "Merge",
    "PageWritten",
    "PartitionAttempts",
    "PhotoRegistry",
    "PlanRefusedError",
    "RegistryChange",
    "RegistrySession",
    "SinkHeldError",
    "SinkPages",
    "SinkRequest",
    "SinkRequests",
    "SinkState",
    "SinkStates",
    "ledger_warnings",
    "open_ledger",
]
