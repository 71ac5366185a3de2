"""Further inputs of both metadata assets: the configured rules, and the decisions."""

from datetime import datetime

import pyarrow as pa

from photo_assets.ledger import Decisions
from photo_assets.metadata import DECISION_SCHEMA, FieldRules
from photo_assets.workspace import Workspace


def field_rules(workspace: Workspace) -> FieldRules:
    """Return the configured rules."""
    return FieldRules.from_settings(workspace.settings.metadata)


def decision_table(workspace: Workspace) -> pa.Table:
    """Return the ledger's decisions in the schema of the metadata package."""
    rows = [
        {
            "conflict_id": decision.conflict_id,
            "evidence_digest": bytes.fromhex(decision.evidence_digest),
            "answer": decision.answer,
            "decided_at": datetime.fromisoformat(decision.at or ""),
        }
        for decision in Decisions(workspace.ledger).all()
    ]
    if not rows:  # Arrow loads pandas to convert Python values, even an empty list
        return pa.Table.from_batches([], DECISION_SCHEMA)
    return pa.Table.from_pylist(rows, DECISION_SCHEMA)
