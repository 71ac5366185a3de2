"""The ledger: the small database of data that cannot be derived from catalogs and files."""

from photo_assets.ledger.address import ledger_warnings
from photo_assets.ledger.ai_calls import AiCalls
from photo_assets.ledger.ai_proposals import AiProposals
from photo_assets.ledger.album_approvals import AlbumApproval, AlbumApprovals
from photo_assets.ledger.album_changes import OPEN, AlbumChange, AlbumChanges, Step
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.approvals import Approval, ApprovalChangedError, Approvals
from photo_assets.ledger.attempts import Attempts, PartitionAttempts
from photo_assets.ledger.audit import Audit, AuditEntry
from photo_assets.ledger.confirmations import Confirmation, Confirmations
from photo_assets.ledger.decisions import (
    WITHDRAWN,
    Decision,
    DecisionChangedError,
    Decisions,
    MadeBy,
)
from photo_assets.ledger.ledger import Ledger, open_ledger
from photo_assets.ledger.photos import (
    PhotoRegistry,
    RegistryChange,
    RegistrySession,
)
from photo_assets.ledger.sink_pages import PageWritten, SinkPages
from photo_assets.ledger.sink_requests import SinkRequest, SinkRequests
from photo_assets.ledger.sink_states import (
    PlanRefusedError,
    SinkHeldError,
    SinkState,
    SinkStates,
)

__all__ = [
    "OPEN",
    "WITHDRAWN",
    "AiCalls",
    "AiProposals",
    "AlbumApproval",
    "AlbumApprovals",
    "AlbumChange",
    "AlbumChanges",
    "Approval",
    "ApprovalChangedError",
    "Approvals",
    "Attempts",
    "Audit",
    "AuditEntry",
    "Confirmation",
    "Confirmations",
    "Decision",
    "DecisionChangedError",
    "Decisions",
    "Ledger",
    "MadeBy",
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
    "Step",
    "ledger_warnings",
    "open_ledger",
]
